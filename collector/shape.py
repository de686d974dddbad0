"""The shape of a fleet: how many workers, slots, processes, cores and group heads a batch is given to."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Shape:
    """`workers` workers with `slots` slots each, on `cores` cores, around an espresso machine of `machines` heads.

    Under prefork each slot is a process with hands of its own (`forks`); elsewhere a worker's slots share one pair.
    """

    workers: int
    slots: int
    forks: bool
    cores: float
    machines: int

    @property
    def all_slots(self) -> int:
        """Slots of all workers together."""
        return self.workers * self.slots

    @property
    def processes(self) -> int:
        """Processes that work, each with one GIL: pairs of hands."""
        return self.all_slots if self.forks else self.workers
