"""The record of a run: what was planned, what was seen, and what it came to, written to its folder."""

import json
import shlex
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from collector.fold import Ledger, Row
from collector.folder import RunFolder
from collector.measures import Batch, completion_s, summarise
from collector.report import report_html
from collector.tables import feedback_md, grades, grades_csv, tasks_csv
from collector.told import Told
from collector.trace import trace
from manyhands import __version__
from manyhands.broker import NO_BROKER, Broker
from manyhands.plan import Plan
from producer.broker import public_url
from producer.job import Job, Step
from workers.host import describe


@dataclass(slots=True)
class Ran:
    """A run that is over, or was cut short (`interrupted`)."""

    plan: Plan
    run: str
    folder: RunFolder
    ledger: Ledger
    sent_s: dict[str, float] = field(default_factory=dict)
    enqueue_s: float = 0.0
    interrupted: bool = False
    trouble: str = ""
    is_opened: bool = False
    summary: dict[str, Any] = field(default_factory=dict)
    started: datetime = field(default_factory=lambda: datetime.now().astimezone())

    @property
    def completion_s(self) -> float | None:
        """From the first send to the last finished job, on the broker's clock; None where not all are finished."""
        return completion_s(self.ledger, self.sent_s)

    @property
    def enqueue_rate_per_s(self) -> float | None:
        """Jobs handed to the queue in a second of sending; None where there is no queue."""
        return len(self.sent_s) / self.enqueue_s if self.enqueue_s else None

    @property
    def told(self) -> Told:
        """The run as reports tell it, with the manifest that lies in its folder."""
        noted = self.folder.path / "manifest.json"
        return Told(
            self.summary,
            self.ledger,
            first_s=min(self.sent_s.values(), default=0.0),
            title=self.plan.title,
            manifest=json.loads(noted.read_text(encoding="utf-8")) if noted.is_file() else {},
            sent_s=self.sent_s,
            names={job.id: job.name for job in self.plan.jobs if job.id in self.sent_s},
        )

    def steps(self) -> dict[str, tuple[Step, ...]]:
        """What each job cost in CPU seconds of its thread, step by step."""
        return {job: tuple(measured_steps(row)) for job, row in self.ledger.final.items()}


def measured_steps(row: Row) -> Iterator[Step]:
    """The steps that an execution turned out to have: its CPU time with the GIL and without."""
    for span in row.spans:
        if span.kind in ("hands", "native"):
            yield Step(span.kind, span.cpu_s or 0.0)


def manifest(ran: Ran, broker: Broker) -> dict[str, Any]:
    """Everything that is needed to repeat a run, and the machines it ran on."""
    plan = ran.plan
    return {
        "run": ran.run,
        "title": plan.title,
        "manyhands": __version__,
        "command": shlex.join(["manyhands", *map(without_secret, sys.argv[1:])]),
        "started": ran.started.isoformat(timespec="seconds"),
        "broker": _named(broker),
        "simulated": plan.simulated,
        "seed": plan.seed,
        "settings": {
            "work": plan.work,
            "pool": plan.pool,
            "workers": plan.workers,
            "slots": plan.slots,
            "slots_each": list(plan.shape.slots_each),
            "machines": plan.machines,
            "prefetch": plan.prefetch,
            "visibility_timeout_s": plan.visibility_timeout_s(),
            **plan.settings,
        },
        "exercise": plan.exercise,
        "question": plan.question,
        "predicted_s": plan.predicted_s,
        "conductor": describe(),
        "workers": {name: {key: entry.get(key) for key in WORKER_KEYS} for name, entry in ran.ledger.workers.items()},
        "enqueue_rate_per_s": ran.enqueue_rate_per_s,
        "interrupted": ran.interrupted,
        "trouble": ran.trouble,
        "evidence_missing": ran.ledger.missing,
    }


def _named(broker: Broker) -> str:
    if broker == NO_BROKER:
        return "none"
    return "embedded" if broker.embedded else public_url(broker.url)


def without_secret(argument: str) -> str:
    """An argument of the command line as it may be kept: a URL without its password."""
    option, equals, value = argument.partition("=") if argument.startswith("--") else ("", "", argument)
    return option + equals + public_url(value) if "://" in value else argument


MOST_JOBS_IN_A_HURRY = 2000

WORKER_KEYS = ("host", "pid", "pool", "slots", "clock_offset_s", "clock_round_trip_s", "machine")


def conclude(ran: Ran, jobs: Sequence[Job] | None = None, sequential_s: float | None = None) -> dict[str, Any]:
    """Write what a run came to: summary, tables, trace, report. `jobs` tell demands that were measured meanwhile.

    An interrupt in the middle of it is obeyed after it: half a run folder is of no use, and all of it takes a moment.
    """
    try:
        return _conclude(ran, jobs, sequential_s)
    except KeyboardInterrupt:
        ran.interrupted = True
        return _conclude(ran, jobs, sequential_s)


def _conclude(ran: Ran, jobs: Sequence[Job] | None, sequential_s: float | None) -> dict[str, Any]:
    plan, folder = ran.plan, ran.folder
    # Whoever interrupts does not want to wait for what a hundred thousand orders would have come to.
    if ran.interrupted and len(plan.jobs) > MOST_JOBS_IN_A_HURRY:
        jobs = [replace(job, steps=()) for job in plan.jobs]
    batch = Batch(ran.run, plan.work, plan.pool, plan.seed, jobs or plan.jobs, plan.shape, plan.simulated)
    ran.summary = summarise(batch, ran.ledger, ran.sent_s, sequential_s)
    folder.write_json("summary.json", ran.summary)
    folder.write("tasks.csv", tasks_csv(plan.jobs, ran.ledger, ran.sent_s))
    names = {job.id: job.name for job in plan.jobs}
    folder.write_json("trace.json", trace(ran.ledger, names, min(ran.sent_s.values(), default=0.0)), indent=None)
    graded = grades(ran.ledger, plan.jobs)
    if graded:
        folder.write("grades.csv", grades_csv(graded))
        folder.write("feedback.md", feedback_md(graded))
    folder.write("report.html", report_html(plan.title, [ran.told.why], [ran.told], made_with()))
    return ran.summary


def made_with() -> str:
    """What a report says of its maker."""
    machine = describe()
    where = f"Python {machine['python']}, {machine['system']}, {machine['cores']:g} cores"
    return f"Many Hands {__version__}, {where}, {datetime.now():%Y-%m-%d %H:%M}"
