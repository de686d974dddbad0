"""The report: one HTML file that opens anywhere, offline, for ever."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from collector.fold import Ledger
from collector.lanes import lanes
from collector.shape import slots_each
from collector.svg import Panel, draw
from collector.why import why

# A picture of more lanes than this is no picture any more; the report says so.
MOST_LANES = 64
MOST_BARS = 8000

WENT_WORDS = {
    "hands": "hands",
    "hands_wait": "waiting for hands (the GIL or a core)",
    "machine": "machine",
    "machine_wait": "waiting for the machine",
    "wait": "milk: nobody is needed",
    "native": "a core, with the GIL let go",
    "work": "a task of your own",
    "overhead": "overhead inside a job",
    "start_up": "before the first job",
    "between_jobs": "between two jobs",
    "idle_tail": "idle at the end",
}


@dataclass(frozen=True, slots=True)
class Told:
    """A run as it is told: its summary, its ledger, and when its first job was sent."""

    summary: dict[str, Any]
    ledger: Ledger
    first_s: float
    title: str

    @property
    def why(self) -> str:
        """What held it back."""
        return why(self.summary)

    @property
    def went(self) -> list[tuple[str, float, float]]:
        """Where the time went: words, slot-seconds, and their part of all of them."""
        went = self.summary["where_time_went_s"]
        whole_s = sum(went.values()) or 1.0
        return [(WENT_WORDS[kind], spent_s, spent_s / whole_s) for kind, spent_s in went.items() if spent_s > whole_s / 1000]


def report_html(title: str, said: Sequence[str], runs: Sequence[Told], made_with: str) -> str:
    """The report of one run or of several on one time axis, with what was seen in words."""
    folder = Path(__file__).parent
    environment = Environment(
        loader=FileSystemLoader(folder),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["s"] = lambda value: "–" if value is None else f"{value:.2f} s"
    environment.filters["x"] = lambda value: "–" if value is None else f"{value:.2f} ×"
    return environment.get_template("report.html.j2").render(
        title=title,
        said=said,
        runs=runs,
        picture=Markup(picture(runs)),  # noqa: S704  # its text is escaped where it is drawn
        left_out=left_out(runs),
        made_with=made_with,
    )


def picture(runs: Sequence[Told]) -> str:
    """The lanes of all runs that fit, as SVG."""
    return draw([panel(run) for run in runs if fits(run)])


def panel(run: Told) -> Panel:
    """One run, ready to be drawn."""
    completion_s = run.summary["completion_s"]
    end_s = completion_s or max((row.end_s - run.first_s for row in run.ledger.rows), default=0.0)
    speedup = run.summary["speedup"]
    slots = {worker: entry["slots"] for worker, entry in run.ledger.workers.items()}
    note = "not complete" if completion_s is None else f"{speedup:.1f} × as fast as one after another" if speedup else ""
    return Panel(run.title, note, lanes(run.ledger.rows, run.first_s, slots), end_s)


def fits(run: Told) -> bool:
    """Whether the lanes of a run can still be told apart in a picture."""
    bars = sum(len(row.spans) for row in run.ledger.rows)
    return sum(slots_each(run.summary)) <= MOST_LANES and bars <= MOST_BARS


def left_out(runs: Sequence[Told]) -> list[str]:
    """The runs that are not in the picture, for being too many lanes or bars."""
    return [run.title for run in runs if not fits(run)]
