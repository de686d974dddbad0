"""`manyhands join`: this machine becomes a worker of a lab elsewhere."""

from workers.join import command

__all__ = ["command"]
