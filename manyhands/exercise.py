"""An exercise: a question, the runs that answer it, and what must be seen on any machine. Pure data."""

from dataclasses import asdict, dataclass, replace
from typing import Any

from manyhands.figure import Figure
from manyhands.plan import SINGLE
from producer.menu import Menu

# How often each run is made where there is little time.
SMALL_REPEATS = 2

# Settings that only this work has.
OF_A_WORK = {
    "coffee": ("orders", "shuffled", "speed", "machines", "busy"),
    "papers": ("papers", "grader"),
    "till": ("sales", "how", "change_s"),
}


@dataclass(frozen=True, slots=True)
class Pick:
    """So many orders of one drink."""

    count: int
    drink: str
    extras: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Setting:
    """What is run: the work and the fleet that does it.

    `orders` is how many are made up from the seed, or a choice of drinks, `shuffled` by the seed or as they stand.
    `busy` makes customers arrive one by one, so that the slots have work for this part of the time; None: all at once.
    `faints_with`: a worker is killed when it has so many jobs in the air. `away_ms` is the way to the broker, one way.
    `verdict` is what the run must come to. The others are those of `manyhands run`.
    """

    work: str = "coffee"
    orders: int | tuple[Pick, ...] = 24
    shuffled: bool = True
    papers: int = 12
    sales: int = 60
    how: str = "atomic"
    change_s: float = 0.02
    speed: float = 240.0
    machines: int = 2
    grader: str = "python"
    pool: str = "threads"
    workers: int = 1
    slots: int = 1
    prefetch: int | None = None
    busy: float | None = None
    away_ms: float = 0.0
    faints_with: int | None = None
    acknowledged: str = "late"
    verdict: str = "pass"

    @property
    def slots_each(self) -> int:
        """The slots of each worker: one, where a pool has no more."""
        return 1 if self.pool in SINGLE else self.slots

    @property
    def is_modelled(self) -> bool:
        """Whether the simulator knows all of it: no fault, no till."""
        return self.work != "till" and self.faints_with is None and self.acknowledged == "late"


@dataclass(frozen=True, slots=True)
class Configuration:
    """One of the runs of an exercise, by its name in figures and texts; `title` says it in words."""

    name: str
    title: str
    setting: Setting


@dataclass(frozen=True, slots=True)
class Claim:
    """What must be seen on any machine: a figure within limits, or equal to a word.

    It can be tested where the machine has from `cores_least` to `cores_most` cores, and others leave it so many.
    """

    says: str
    figure: Figure
    least: float | None = None
    most: float | None = None
    equals: str | None = None
    cores_least: float = 0.0
    cores_most: float = float("inf")


# What is asked for, and how.
UNITS = {"s": "in seconds", "×": "as a number of times", "orders": "in orders", "sales": "in sales"}


@dataclass(frozen=True, slots=True)
class Exercise:
    """A question, the runs that answer it, and the claims.

    `answer` is the figure that is asked for, in one of `UNITS`. `fits` draws the scaling curve over the
    runs, each of which is made `repeats` times. `text` is Markdown with placeholders. `small` are the same runs with a few
    jobs, for tests and people in a hurry.
    """

    name: str
    number: int
    title: str
    question: str
    unit: str
    answer: Figure
    configurations: tuple[Configuration, ...]
    small: tuple[Configuration, ...]
    claims: tuple[Claim, ...]
    menu: Menu
    text: str
    fits: bool = False
    repeats: int = 1
    is_small: bool = False

    @property
    def asked(self) -> Configuration:
        """The run that the question is about; of a speedup, the faster one."""
        name = self.answer.over_run if self.answer.is_speedup else self.answer.run
        return next(each for each in self.configurations if each.name == name)

    @property
    def settings(self) -> dict[str, Any]:
        """The settings of that run, as a form shows them: those that differ from none, and that matter to its work."""
        setting = asdict(self.asked.setting) | {"slots": self.asked.setting.slots_each}
        others = {key for work, keys in OF_A_WORK.items() if work != setting["work"] for key in keys}
        return {key: value for key, value in setting.items() if key not in {*others, "verdict"} and value is not None}

    @property
    def variants(self) -> list[str]:
        """Its runs, in words."""
        return [configuration.title for configuration in self.configurations]

    @property
    def is_modelled(self) -> bool:
        """Whether it can be simulated."""
        return all(configuration.setting.is_modelled for configuration in self.configurations)

    def made_small(self) -> "Exercise":
        """The same with a few jobs only, and at speed."""
        return replace(self, configurations=self.small, repeats=min(self.repeats, SMALL_REPEATS), is_small=True)
