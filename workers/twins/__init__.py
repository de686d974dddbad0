"""The plain twins: the same orders and papers with no queue, as the four programs that a newcomer writes first."""
