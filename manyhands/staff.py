"""Staff: the workers of a run, whoever started them. A fleet of our own, or a crew of those who are there."""

from collections.abc import Collection
from dataclasses import dataclass
from math import inf
from types import TracebackType
from typing import Protocol, Self

from manyhands.plan import Plan
from producer.send import Counter
from workers.journal import Entry


@dataclass(frozen=True, slots=True)
class Fainted:
    """A worker that is gone, by its name or its whole node name; what began `before_s` (broker's clock) was in its hands."""

    worker: str
    before_s: float = inf


class Staff(Protocol):
    """What a conductor asks of workers. A context manager: they take orders of the run inside, and not after."""

    is_ours: bool
    has_casualties: bool

    def __enter__(self) -> Self: ...

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None: ...

    @property
    def plan(self) -> Plan:
        """The plan, with the workers as they turned out to be."""

    @property
    def size(self) -> int:
        """How many workers must be ready before the first job is sent."""

    def check(self) -> None:
        """Raise a `BadInputError` where somebody cannot start."""

    def ready(self) -> list[Entry]:
        """The entries `ready` of those who take orders and have not said so in the journal during this run."""

    def fainted(self) -> list[Fainted]:
        """Those who are gone since the last call; it has been said."""

    def recover(self, counter: Counter, ended: Collection[str]) -> None:
        """Put back what dead workers hold, as far as that is certain; `ended` are the jobs that need nobody any more."""
