"""The shape of a fleet: how many workers, slots, processes, cores and group heads a batch is given to."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Shape:
    """`workers` workers with `slots` slots each, on `cores` cores, around an espresso machine of `machines` heads.

    Under prefork each slot is a process with hands of its own (`forks`); elsewhere a worker's slots share one pair.
    `each` tells the slots of each worker where they differ; `slots` is the largest then. Where all slots of a process are
    on `one_thread` (greenlets, coroutines), work with the GIL let go stops the others all the same: it needs the hands.
    """

    workers: int
    slots: int
    forks: bool
    cores: float
    machines: int
    each: tuple[int, ...] = ()
    one_thread: bool = False

    @property
    def slots_each(self) -> tuple[int, ...]:
        """The slots of each worker."""
        return self.each or (self.slots,) * self.workers

    @property
    def all_slots(self) -> int:
        """Slots of all workers together."""
        return sum(self.slots_each)

    @property
    def slots_of_processes(self) -> tuple[int, ...]:
        """How many jobs each process can have in the air."""
        return (1,) * self.all_slots if self.forks else self.slots_each

    @property
    def processes(self) -> int:
        """Processes that work, each with one GIL: pairs of hands."""
        return len(self.slots_of_processes)


def slots_each(summary: Mapping[str, Any]) -> list[int]:
    """The slots of each worker of a run, by its summary."""
    return list(summary.get("slots_each") or [summary["slots"]] * summary["workers"])


def size(slots: list[int]) -> str:
    """Workers and their slots in words: `2 × 8`, or `8 + 4` where they differ."""
    return " + ".join(map(str, slots)) if len(set(slots)) > 1 else f"{len(slots)} × {slots[0]}"
