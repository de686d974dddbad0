"""Many Hands conducts: the command, the embedded broker, the fleets of workers."""

__version__ = "0.1.0"
