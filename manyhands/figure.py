"""Figures of an exercise: one number of one run, or the ratio of two, as claims, answers and texts name them.

`threads.completion_s` is a number of the run's summary, `threads.share.hands` a part of its slot-seconds,
`threads.busy.machine` how busy a resource was; `one.completion_s` over `threads.completion_s` a ratio.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from collector.why import busy
from producer.errors import BadInputError, did_you_mean
from producer.table import Table

# What stands beside the runs: the scaling curve over them, and in texts the machine.
CURVE, HERE = "curve", "here"

# Of a run these are counts, whatever its machine does meanwhile.
COUNTED = ("jobs", "till")

# What is known of a run by its first name: of its summary, and beside it.
FIGURES = (
    *("completion_s", "ideal_s", "bound_s", "bounds_s", "ratio", "speedup", "held_back_by", "throughput_per_s", "jobs"),
    *("waits_s", "services_s", "prefetched_s", "where_time_went_s", "share", "busy", "till", "faint", "full_at", "little"),
)

Facts = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Figure:
    """A dotted path into the facts of an exercise's runs, the run's name first; `over` is the path it is divided by."""

    of: str
    over: str | None = None

    @property
    def run(self) -> str:
        """The run whose figure it is."""
        return self.of.partition(".")[0]

    @property
    def over_run(self) -> str | None:
        """The run that it is divided by, or None."""
        return self.over.partition(".")[0] if self.over else None

    @property
    def is_speedup(self) -> bool:
        """Whether it is one completion time over another."""
        return self.over is not None and self.last == "completion_s"

    @property
    def is_timed(self) -> bool:
        """Whether it is measured with a clock, so that a machine that others keep busy changes it."""
        return self.of.split(".")[1] not in COUNTED

    @property
    def last(self) -> str:
        """What the number is called where it is looked up."""
        return self.of.rpartition(".")[2]

    def look_up(self, facts: Facts) -> Any:
        """The number or word, or None where nobody knows it."""
        value = _follow(facts, self.of)
        if self.over is None:
            return value
        divisor = _follow(facts, self.over)
        return value / divisor if _is_number(value) and _is_number(divisor) and divisor else None


def read_figure(table: Table, runs: Collection[str]) -> Figure:
    """The figure that a table names with `of`, and `over` where it is a ratio.

    Raises:
        BadInputError: it is of a run that there is not.
    """
    table.only(("of", "over"))
    figure = Figure(table.text("of"), table.text("over") if "over" in table.values else None)
    check_figure(table.path, figure, runs, (CURVE,))
    return figure


def check_figure(file: Path, figure: Figure, runs: Collection[str], others: Collection[str]) -> None:
    """Refuse a figure that a file names, if it is neither one of its runs nor of what stands beside them, `others`.

    Raises:
        BadInputError: it is of a run that there is not, or no figure of one.
    """
    for path in filter(None, (figure.of, figure.over)):
        run, _, rest = path.partition(".")
        if run not in (*runs, *others):
            raise BadInputError(file, f"a figure of the run {run!r}, which there is not", did_you_mean(run, runs))
        named = rest.partition(".")[0]
        if run not in others and named not in FIGURES:
            raise BadInputError(file, f"{path!r} is no figure of a run", did_you_mean(named, FIGURES))


def facts_of(summary: Mapping[str, Any], more: Mapping[str, Any]) -> dict[str, Any]:
    """What can be said of a run: its summary, `share` of the slot-seconds, how `busy` each resource was, and `more`."""
    went = summary["where_time_went_s"]
    whole_s = sum(went.values())
    shares = {kind: spent_s / whole_s for kind, spent_s in went.items()} if whole_s else {}
    return {**summary, "share": shares, "busy": busy(summary), **more}


def _follow(facts: Any, path: str) -> Any:
    for name in path.split("."):
        if not isinstance(facts, Mapping):
            return None
        facts = facts.get(name)
    return facts


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def in_words(figure: Figure, value: Any) -> str:
    """A figure as a text says it: with its unit, as precise as it matters."""
    if value is None:
        return "…"
    return value if isinstance(value, str) else _number_in_words(figure, value)


def _number_in_words(figure: Figure, value: float) -> str:
    if figure.over is not None or figure.last in ("ratio", "speedup"):
        return f"{value:.2f}" if value < 10 else f"{value:.1f}"
    if (figure.last.endswith("_s") and not figure.last.endswith("_per_s")) or "_s." in figure.of:
        return f"{value:.2f} s"
    if ".share." in figure.of or ".busy." in figure.of:
        return f"{value:.0%}"
    # Of a part of one, two digits matter; of a whole number none.
    digits = 0 if value == int(value) else 2 if abs(value) < 1 else 1
    return f"{value:.{digits}f}"
