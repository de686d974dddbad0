"""A job: one order or paper, as it is sent to the queue."""

from dataclasses import dataclass, field
from typing import Any, Literal, get_args

# What a step asks for: the barista's hands (CPU work holding the GIL), a group head of the espresso machine, nothing but
# time, or a core with the GIL let go (`native`: CPU work inside a library).
Kind = Literal["hands", "machine", "wait", "native"]
KINDS: tuple[Kind, ...] = get_args(Kind)


@dataclass(frozen=True, slots=True)
class Step:
    """A part of a job. `seconds` are real seconds in a job, coffee-seconds in a menu."""

    kind: Kind
    seconds: float


@dataclass(frozen=True, slots=True)
class Job:
    """One order or paper.

    `steps` are what it asks for, known beforehand from the menu or measured alone on an idle core; empty where
    nobody knows. `arrives_s` is when the customer comes, in seconds after the run began.
    """

    id: str
    name: str
    task: str
    args: list[Any]
    steps: tuple[Step, ...] = ()
    arrives_s: float = 0.0
    kwargs: dict[str, Any] = field(default_factory=dict)

    def demand_s(self, kind: Kind) -> float:
        """Seconds that the job asks of one kind of resource."""
        return sum(step.seconds for step in self.steps if step.kind == kind)

    @property
    def length_s(self) -> float:
        """Seconds that the job takes where nothing makes it wait."""
        return sum(step.seconds for step in self.steps)
