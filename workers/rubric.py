"""The rubric: what a paper is marked for, and how much each criterion weighs."""

from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from producer.errors import BadInputError
from producer.table import Table

RUBRIC_FILE = Path(__file__).with_name("rubric.toml")
WEIGHTS_TOTAL = 100.0


@dataclass(frozen=True, slots=True)
class Scale:
    """A criterion that is measured.

    The full weight is for what lies between `least` and `most` (length, readability), or for what does not exceed
    `least`, down to nothing at `most` (slips, shared text).
    """

    weight: float
    least: float
    most: float


@dataclass(frozen=True, slots=True)
class Point:
    """Something that a paper should bring up: covered in full when `wanted` of its phrases occur."""

    name: str
    weight: float
    wanted: float
    phrases: tuple[str, ...]
    advice: str


@dataclass(frozen=True, slots=True)
class Rubric:
    """Criteria whose weights add up to 100."""

    title: str
    length: Scale
    readability: Scale
    spelling: Scale
    originality: Scale
    points: tuple[Point, ...]

    def as_message(self) -> dict[str, Any]:
        """The rubric as it travels with a paper."""
        return asdict(self)

    @classmethod
    def from_message(cls, message: dict[str, Any]) -> "Rubric":
        """The rubric as it came.

        Raises:
            TypeError, KeyError: it is none.
        """
        scales = {name: Scale(**message[name]) for name in SCALES}
        points = tuple(Point(**{**point, "phrases": tuple(point["phrases"])}) for point in message["points"])
        return cls(title=message["title"], points=points, **scales)


# Each measured criterion, and how its file calls the two ends of its scale.
SCALES = {
    "length": ("words_least", "words_most"),
    "readability": ("grade_least", "grade_most"),
    "spelling": ("slips_allowed_per_1000", "slips_worst_per_1000"),
    "originality": ("shared_allowed", "shared_worst"),
}


def read_rubric(path: Path = RUBRIC_FILE) -> Rubric:
    """The rubric in `path`.

    Raises:
        BadInputError: an unknown key, a scale upside down, or weights that do not add up to 100.
    """
    table = Table.read(path)
    table.only(("title", *SCALES, "points"))
    scales = {name: _read_scale(table.table(name), *ends) for name, ends in SCALES.items()}
    points = tuple(_read_point(point) for point in table.tables("points"))
    names = [*SCALES, "paper", "score"]
    for number, point in enumerate(points, start=1):
        if point.name in names:
            raise table.error(f"points[{number}].name", f"is {point.name!r} again", "Give each criterion a name of its own")
        names.append(point.name)
    total = sum(scale.weight for scale in scales.values()) + sum(point.weight for point in points)
    if abs(total - WEIGHTS_TOTAL) > 1e-6:
        raise BadInputError(path, f"the weights add up to {total:g}", f"Make them add up to {WEIGHTS_TOTAL:g}")
    return Rubric(title=table.text("title"), points=points, **scales)


def _read_scale(table: Table, least_key: str, most_key: str) -> Scale:
    table.only(("weight", least_key, most_key))
    scale = Scale(table.number("weight", most=WEIGHTS_TOTAL), table.number(least_key), table.number(most_key))
    if scale.least >= scale.most:
        raise table.error(most_key, f"is {scale.most:g}", f"Give more than {least_key}, which is {scale.least:g}")
    return scale


def _read_point(table: Table) -> Point:
    table.only(("name", "weight", "wanted", "phrases", "advice"))
    return Point(
        name=table.text("name"),
        weight=table.number("weight", most=WEIGHTS_TOTAL),
        wanted=table.number("wanted", least=1, most=100, default=1.0),
        phrases=table.texts("phrases"),
        advice=table.text("advice"),
    )
