"""An exercise as a file: what its TOML may say, read strictly, and the Markdown beside it."""

import re
from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Any

from collector.measures import EXIT_CODES
from manyhands.exercise import UNITS, Claim, Configuration, Exercise, Pick, Setting
from manyhands.exercise_text import PARTS, parts, placeholders
from manyhands.figure import CURVE, HERE, Figure, check_figure, read_figure
from manyhands.plan import TWINS
from producer.errors import BadInputError
from producer.menu import MENU_FILE, Menu, menu_in, read_menu
from producer.message import POOLS
from producer.table import Table
from producer.till import HOWS
from workers.grader import GRADERS

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
NAME = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
# How often each run may be made.
MOST_REPEATS = 100
SETTING_KEYS = (*CHOICES, *WHOLE, *NUMBERS, *FLAGS, "orders")


def read_exercise(path: Path) -> Exercise:
    """The exercise in `path`, named and numbered by the file's name, and the text beside it.

    Raises:
        BadInputError: an unknown key, a value out of range, or a figure of a run that there is not.
    """
    table = Table.read(path)
    table.only(("title", "question", "unit", "answer", "fits", "repeats", "menu", "settings", "small", "runs", "claims"))
    number, _, name = path.stem.partition("-")
    if not (number.isdecimal() and name):
        raise BadInputError(path, "has no number in its name", "Call it NUMBER-NAME.toml, such as 14-tea-time.toml")
    menu = menu_in(table.table("menu")) if "menu" in table.values else read_menu(MENU_FILE)
    usual = _read_setting(table.table("settings"), menu)
    small = {**usual, **(_read_setting(table.table("small"), menu) if "small" in table.values else {})}
    configurations, smaller = (
        tuple(_read_configuration(run, base, menu) for run in table.tables("runs")) for base in (usual, small)
    )
    runs = [configuration.name for configuration in configurations]
    if len(set(runs)) < len(runs):
        raise table.error("runs", "has two of one name", "Give each a name of its own")
    return Exercise(
        name=name,
        number=int(number),
        title=table.text("title"),
        question=table.text("question"),
        unit=table.choice("unit", UNITS),
        answer=_read_answer(table.table("answer"), runs),
        configurations=configurations,
        small=smaller,
        claims=tuple(_read_claim(claim, runs) for claim in table.tables("claims")),
        menu=menu,
        text=_read_text(path.with_suffix(".md"), runs),
        fits=table.flag("fits"),
        repeats=table.whole("repeats", 1, MOST_REPEATS, 1),
    )


def _read_configuration(table: Table, usual: Mapping[str, Any], menu: Menu) -> Configuration:
    name, title = table.text("name"), table.text("title")
    # Its runs lie in a folder of that name.
    if not NAME.fullmatch(name):
        raise table.error("name", f"is {name!r}", "Make it of small letters, digits and hyphens, such as three-one")
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


def _read_answer(table: Table, runs: Collection[str]) -> Figure:
    figure = read_figure(table, runs)
    if CURVE in (figure.run, figure.over_run):
        raise table.error("of", "is of the curve", "Ask for a figure of one of the runs")
    return figure


def _read_claim(table: Table, runs: Collection[str]) -> Claim:
    table.only(("says", "of", "over", "least", "most", "is", "cores"))
    figure = read_figure(Table(table.path, {key: table.values[key] for key in ("of", "over") if key in table.values}), runs)
    limits = {key: table.number(key) for key in ("least", "most") if key in table.values}
    equals = table.text("is") if "is" in table.values else None
    if bool(limits) is (equals is not None):
        raise table.error("says", "has two limits of two kinds" if limits else "has no limit", "Give least, most or is")
    if limits.get("least", 0.0) > limits.get("most", float("inf")):
        raise table.error("least", f"is {limits['least']:g}, above most, {limits['most']:g}", "Give the smaller one as least")
    fewest, most = table.numbers("cores", 2) if "cores" in table.values else (float(figure.is_timed), float("inf"))
    return Claim(table.text("says"), figure, limits.get("least"), limits.get("most"), equals, fewest, most)


def _read_text(path: Path, runs: Collection[str]) -> str:
    try:
        text = path.read_text(encoding="utf-8")
    except OSError as error:
        raise BadInputError(path, f"cannot be read ({error.strerror})", "Write the text of the exercise there") from None
    except UnicodeDecodeError:
        raise BadInputError(path, "is not UTF-8 text", "Save it as UTF-8") from None
    headings = tuple(part.heading for part in parts(text))
    if headings != PARTS:
        raise BadInputError(
            path, f"has the parts {headings}", f"Give it {', '.join(PARTS)}, each under a heading: ## {PARTS[0]}"
        )
    for figure in placeholders(text):
        check_figure(path, figure, runs, (CURVE, HERE))
    return text
