"""An exercise: a question, the runs that answer it, and what must be seen on any machine. Pure data, read from a file.

A new exercise is a new TOML file in `manyhands/exercises/`, with a text of the same name beside it, and no code.
"""

from collections.abc import Collection, Mapping
from dataclasses import asdict, dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any

from collector.measures import EXIT_CODES
from manyhands.figure import Figure, read_figure
from manyhands.plan import TWINS
from producer.errors import BadInputError, did_you_mean
from producer.menu import MENU_FILE, Menu, menu_in, read_menu
from producer.message import POOLS
from producer.table import Table
from producer.till import HOWS
from workers.grader import GRADERS

EXERCISES_FOLDER = Path(__file__).with_name("exercises")

# The folder of an exercise's runs is named after this and the exercise.
FOLDER_MARK = "-exercise-"

WORKS = ("coffee", "papers", "till")
ACKNOWLEDGED = ("late", "early")
PICK_KEYS = ("drink", "count", "extras")

# A number's range, whole or not, by its key: least, most. A default stands in `Setting`.
WHOLE = {
    "papers": (1, 10_000),
    "sales": (1, 10_000),
    "machines": (1, 1000),
    "workers": (1, 64),
    "slots": (1, 1000),
    "prefetch": (1, 1000),
    "faints_with": (1, 1000),
}
NUMBERS = {"speed": (0.01, 100_000.0), "busy": (0.01, 2.0), "change_s": (0.0, 60.0), "away_ms": (0.0, 10_000.0)}
CHOICES: dict[str, Collection[str]] = {
    "work": WORKS,
    "pool": (*POOLS, *TWINS),
    "grader": tuple(GRADERS),
    "how": HOWS,
    "acknowledged": ACKNOWLEDGED,
    "verdict": tuple(EXIT_CODES),
}
FLAGS = ("shuffled",)
# How often each run may be made, and how often it is where there is little time.
MOST_REPEATS, SMALL_REPEATS = 100, 2
SETTING_KEYS = (*CHOICES, *WHOLE, *NUMBERS, *FLAGS, "orders")


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

    It can be tested where the machine has from `cores_least` to `cores_most` cores.
    """

    says: str
    figure: Figure
    least: float | None = None
    most: float | None = None
    equals: str | None = None
    cores_least: float = 0.0
    cores_most: float = float("inf")


@dataclass(frozen=True, slots=True)
class Exercise:
    """A question, the runs that answer it, and the claims.

    `answer` is the figure that is asked for, in `unit` ("s", "×", "orders", "sales"). `fits` draws the scaling curve over the
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

    @property
    def asked(self) -> Configuration:
        """The run that the question is about; of a ratio, the one that is compared."""
        return next(each for each in self.configurations if each.name in (self.answer.run, self.answer.over_run))

    @property
    def settings(self) -> dict[str, Any]:
        """The settings of that run, as a form shows them: those that differ from none, or that matter to its work."""
        setting = asdict(self.asked.setting)
        others = {"coffee": ("papers", "sales", "how", "change_s", "grader"), "papers": ("orders", "shuffled", "speed")}
        left_out = {*others.get(self.asked.setting.work, ()), "verdict"}
        return {key: value for key, value in setting.items() if key not in left_out and value is not None}

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
        return replace(self, configurations=self.small, repeats=min(self.repeats, SMALL_REPEATS))


@cache
def exercises(folder: Path = EXERCISES_FOLDER) -> tuple[Exercise, ...]:
    """All exercises, in the order of the course.

    Raises:
        BadInputError: a file says something that nobody understands.
    """
    return tuple(read_exercise(path) for path in sorted(folder.glob("*.toml")))


def exercise(name: str) -> Exercise:
    """The exercise of that name, or number.

    Raises:
        BadInputError: there is none.
    """
    known = {each.name: each for each in exercises()}
    by_number = {str(each.number): each for each in exercises()}
    if name not in known and name not in by_number:
        raise BadInputError("exercise", f"there is none called {name!r}", did_you_mean(name, known))
    return known.get(name) or by_number[name]


def answered(runs: Path) -> set[str]:
    """The names of the exercises that have been run, by the folders in `runs`."""
    return {each.name for each in exercises() if any(runs.glob(f"*{FOLDER_MARK}{each.name}"))}


def read_exercise(path: Path) -> Exercise:
    """The exercise in `path`, named and numbered by the file's name, and the text beside it.

    Raises:
        BadInputError: an unknown key, a value out of range, or a figure of a run that there is not.
    """
    table = Table.read(path)
    table.only(("title", "question", "unit", "answer", "fits", "repeats", "menu", "settings", "small", "runs", "claims"))
    number, _, name = path.stem.partition("-")
    menu = menu_in(table.table("menu")) if "menu" in table.values else read_menu(MENU_FILE)
    usual = _read_setting(table.table("settings"), menu)
    small = {**usual, **(_read_setting(table.table("small"), menu) if "small" in table.values else {})}
    configurations, smaller = (
        tuple(_read_configuration(run, base, menu) for run in table.tables("runs")) for base in (usual, small)
    )
    runs = [configuration.name for configuration in configurations]
    return Exercise(
        name=name,
        number=int(number),
        title=table.text("title"),
        question=table.text("question"),
        unit=table.text("unit"),
        answer=read_figure(table.table("answer"), runs),
        configurations=configurations,
        small=smaller,
        claims=tuple(_read_claim(claim, runs) for claim in table.tables("claims")),
        menu=menu,
        text=_read_text(path.with_suffix(".md")),
        fits=table.flag("fits"),
        repeats=table.whole("repeats", 1, MOST_REPEATS, 1),
    )


def _read_configuration(table: Table, usual: Mapping[str, Any], menu: Menu) -> Configuration:
    name, title = table.text("name"), table.text("title")
    own = {key: value for key, value in table.values.items() if key not in ("name", "title")}
    return Configuration(name, title, Setting(**{**usual, **_read_setting(Table(table.path, own, table.where), menu)}))


def _read_setting(table: Table, menu: Menu) -> dict[str, Any]:
    table.only(SETTING_KEYS)
    read: dict[str, Any] = {}
    for key, value in table.values.items():
        if key in WHOLE:
            read[key] = table.whole(key, *WHOLE[key])
        elif key in NUMBERS:
            read[key] = table.number(key, *NUMBERS[key])
        elif key in CHOICES:
            read[key] = table.choice(key, CHOICES[key])
        elif key in FLAGS:
            read[key] = table.flag(key)
        else:
            read[key] = table.whole(key, 1, 100_000) if isinstance(value, int) else _read_picks(table, menu)
    return read


def _read_picks(table: Table, menu: Menu) -> tuple[Pick, ...]:
    return tuple(_read_pick(pick, menu) for pick in table.tables("orders"))


def _read_pick(table: Table, menu: Menu) -> Pick:
    table.only(PICK_KEYS)
    extras = (table.choice("extras", menu.extras),) if "extras" in table.values else ()
    return Pick(table.whole("count", 1, 10_000), table.choice("drink", menu.drinks), extras)


def _read_claim(table: Table, runs: Collection[str]) -> Claim:
    table.only(("says", "of", "over", "least", "most", "is", "cores"))
    figure = read_figure(Table(table.path, {key: table.values[key] for key in ("of", "over") if key in table.values}), runs)
    limits = {key: table.number(key) for key in ("least", "most") if key in table.values}
    equals = table.text("is") if "is" in table.values else None
    if not limits and equals is None:
        raise table.error("says", "has no limit", "Give least, most or is")
    fewest, most = table.numbers("cores", 2) if "cores" in table.values else (0.0, float("inf"))
    return Claim(table.text("says"), figure, limits.get("least"), limits.get("most"), equals, fewest, most)


def _read_text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except OSError as error:
        raise BadInputError(path, f"cannot be read ({error.strerror})", "Write the text of the exercise there") from None
