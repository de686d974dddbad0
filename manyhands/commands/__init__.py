"""The commands of `manyhands`: one module each, named after it, whose `command` it is."""
