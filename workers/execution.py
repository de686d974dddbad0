"""An execution: one attempt of a job in one slot, and the phases it went through."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Literal

# What a slot is doing. `machine_wait` is the line before the espresso machine. A stranger's task is `work` from end to end.
PhaseKind = Literal["hands", "machine_wait", "machine", "wait", "work"]


@dataclass(slots=True)
class Phase:
    """A part of an execution. `cpu_s` is the CPU time of its thread, or None where a thread is shared and nobody can tell."""

    kind: PhaseKind
    start_s: float
    end_s: float | None = None
    cpu_s: float | None = None


@dataclass(slots=True)
class Execution:
    """One attempt of a job. Times are on the clock that `now_s` tells; `on_phase` hears of each phase as it begins."""

    job: str
    slot: int
    now_s: Callable[[], float]
    on_phase: Callable[["Execution", Phase], None] | None = None
    start_s: float = 0.0
    end_s: float = 0.0
    phases: list[Phase] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.start_s = self.now_s()

    def begin(self, kind: PhaseKind) -> Phase:
        """A phase begins now."""
        opened = Phase(kind, self.now_s())
        self.phases.append(opened)
        if self.on_phase is not None:
            self.on_phase(self, opened)
        return opened

    def end(self) -> None:
        """The execution ends now, and with it any phase that an error left open."""
        self.end_s = self.now_s()
        for left_open in self.phases:
            if left_open.end_s is None:
                left_open.end_s = self.end_s


# The execution that this thread, greenlet or coroutine is at; None where nobody watches.
current: ContextVar[Execution | None] = ContextVar("current", default=None)


@contextmanager
def phase(kind: PhaseKind) -> Iterator[None]:
    """What happens inside is one phase of the current execution; costs nothing where there is none."""
    execution = current.get()
    if execution is None:
        yield
        return
    opened = execution.begin(kind)
    cpu_before_s = time.thread_time()
    try:
        yield
    finally:
        opened.end_s = execution.now_s()
        if kind == "hands":
            opened.cpu_s = time.thread_time() - cpu_before_s
