"""An execution as it is drawn: under way, and phase by phase. No clock, no I/O."""

from array import array
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from collector.page.columns import CODES, HANDS, NO_HEAD
from producer.message import COFFEE_TASK, PAPERS_TASK

# Tasks whose steps are told; of a stranger's only the whole is.
TOLD_TASKS = (COFFEE_TASK, PAPERS_TASK)

# A phase: its kind, its start and its end in s after the run's zero, how much of it is filled, and the group head.
Phase = tuple[int, float, float, float, int]


@dataclass(slots=True)
class InTheAir:
    """An execution under way: its job, and its bars so far."""

    job: int
    bars: list[int]


def read_phase(told: Sequence[Any], after_zero: Callable[[float], float]) -> Phase:
    """A phase as an entry tells it: kind, start and end on the broker's clock, CPU seconds, group head.

    Raises:
        OverflowError, TypeError, ValueError, KeyError: it is none.
    """
    kind, begun_s, ended_s, cpu_s, head = (*told, None)[:5]
    filled = 1.0
    if CODES[kind] == HANDS and cpu_s is not None and ended_s > begun_s:
        filled = min(1.0, cpu_s / (ended_s - begun_s))
    return CODES[kind], after_zero(begun_s), after_zero(ended_s), filled, head_of(head)


def head_of(head: int | None) -> int:
    """A group head as its column keeps it.

    Raises:
        OverflowError, TypeError: it is none.
    """
    return NO_HEAD if head is None else array("h", (head,))[0]
