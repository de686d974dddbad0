"""An execution: one attempt of a job in one slot, and the phases it went through."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Literal

# What a slot is doing. `machine_wait` is the line before the espresso machine, `native` CPU work with the GIL let go.
# A stranger's task is `work` from end to end.
PhaseKind = Literal["hands", "machine_wait", "machine", "wait", "native", "work"]
BUSY: tuple[PhaseKind, ...] = ("hands", "native")


@dataclass(slots=True)
class Phase:
    """A part of an execution. `cpu_s` is the CPU time of its thread, or None where it is none, or nobody can tell.

    `head` says which group head a `machine` phase held, from 0.
    """

    kind: PhaseKind
    start_s: float
    end_s: float | None = None
    cpu_s: float | None = None
    cpu_before_s: float = 0.0
    head: int | None = None


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

    def begin(self, kind: PhaseKind, head: int | None = None) -> Phase | None:
        """A phase begins now, and whatever was under way is interrupted. Returns what that was."""
        under_way = self.close()
        opened = Phase(kind, self.now_s(), cpu_before_s=time.thread_time(), head=head)
        self.phases.append(opened)
        if self.on_phase is not None:
            self.on_phase(self, opened)
        return under_way

    def close(self) -> Phase | None:
        """The phase under way ends now, if there is one. Returns which."""
        if not self.phases or self.phases[-1].end_s is not None:
            return None
        last = self.phases[-1]
        last.end_s = self.now_s()
        if last.kind in BUSY:
            last.cpu_s = time.thread_time() - last.cpu_before_s
        return last

    def end(self) -> None:
        """The execution ends now, and with it the phase that an error left open."""
        self.close()
        self.end_s = self.now_s()


# The execution that this thread, greenlet or coroutine is at; None where nobody watches.
current: ContextVar[Execution | None] = ContextVar("current", default=None)


@contextmanager
def phase(kind: PhaseKind, head: int | None = None) -> Iterator[None]:
    """What happens inside is one phase of the current execution, and interrupts the one around it.

    It costs nothing where there is no execution.
    """
    execution = current.get()
    if execution is None:
        yield
        return
    around = execution.begin(kind, head)
    try:
        yield
    finally:
        execution.close()
        if around is not None:
            execution.begin(around.kind, around.head)
