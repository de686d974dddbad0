"""A run as it is told: what a report and its figures need to know of it, and nothing else."""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from collector.fold import Ledger, Row
from collector.why import why


@dataclass(frozen=True, slots=True)
class Told:
    """A run: its summary, its ledger, when its first job was sent, its manifest, and what its jobs are called.

    `sent_s` tells when each job was sent, on the broker's clock. `manifest` may lack keys that older runs do not have.
    `apart` ends the title of a run that is told beside another of the same title.
    """

    summary: Mapping[str, Any]
    ledger: Ledger
    first_s: float
    title: str
    manifest: Mapping[str, Any] = field(default_factory=dict)
    sent_s: Mapping[str, float] = field(default_factory=dict)
    names: Mapping[str, str] = field(default_factory=dict)
    apart: str = ""

    @property
    def name(self) -> str:
        """What its folder is called: `parent.child` within a comparison."""
        return str(self.summary.get("run", ""))

    @property
    def started(self) -> str:
        """The day and the time of day at which it began, where that is on record."""
        return str(self.manifest.get("started", ""))[:19].replace("T", " ")

    @property
    def why(self) -> str:
        """What held it back."""
        return why(self.summary)

    @property
    def is_simulated(self) -> bool:
        """Whether no worker ever saw it."""
        return bool(self.summary.get("simulated") or self.manifest.get("simulated"))

    @property
    def what(self) -> str:
        """The word for its jobs."""
        return {"coffee": "orders", "papers": "papers"}.get(self.summary["work"], "jobs")

    @property
    def end_s(self) -> float:
        """When its last job ended, in s after the first was sent."""
        taken_s = self.summary["completion_s"]
        return taken_s or max((row.end_s - self.first_s for row in self.ledger.rows), default=0.0)

    @property
    def slots(self) -> dict[str, int]:
        """How many slots each worker has, idle ones too."""
        return {worker: entry["slots"] for worker, entry in self.ledger.workers.items()}

    @property
    def failed(self) -> list[Row]:
        """The jobs that failed, in order of their end."""
        return sorted((row for row in self.ledger.final.values() if row.outcome == "failed"), key=lambda row: row.end_s)

    def waits_s(self) -> Iterator[float]:
        """How long each job that ended waited for a slot."""
        return (row.start_s - self.sent_s[row.job] for row in self.ledger.final.values() if row.job in self.sent_s)

    def services_s(self) -> Iterator[float]:
        """How long each job that ended was being served."""
        return (row.end_s - row.start_s for row in self.ledger.final.values())


# What tells two runs of one title apart, the shortest first: a name within a comparison, the time of day, the day too, all.
APART: tuple[Callable[[Told], str], ...] = (
    lambda run: _put(" (", run.name.partition(".")[2], ")"),
    lambda run: _put(", at ", run.started[11:]),
    lambda run: _put(", ", run.started),
    lambda run: _put(" (", run.name, ")"),
)


def told_apart(runs: Sequence[Told]) -> list[Told]:
    """The same runs; where several have one title, each is told by what else is its own."""
    counted = Counter(run.title for run in runs)
    marks = {title: _apart([run for run in runs if run.title == title]) for title in counted if counted[title] > 1}
    return [
        replace(run, title=run.title + mark(run), apart=mark(run)) if (mark := marks.get(run.title)) else run for run in runs
    ]


def _apart(runs: Sequence[Told]) -> Callable[[Told], str] | None:
    """What all of them have, each its own; None where nothing is on record."""
    for mark in APART:
        marks = [mark(run) for run in runs]
        if all(marks) and len(set(marks)) == len(marks):
            return mark
    return None


def _put(before: str, words: str, after: str = "") -> str:
    return f"{before}{words}{after}" if words else ""
