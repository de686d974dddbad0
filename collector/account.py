"""The account of a run's jobs, of its workers, and of what is needed to repeat it: tables of a report, as data."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from collector.fold import Row
from collector.measures import NOWHERE, add_spans
from collector.told import Told

# More rows than this make a page slow to open; `tasks.csv` beside it holds all.
MOST_JOBS = 1000
MOST_FAILED = 200


@dataclass(frozen=True, slots=True)
class WorkerRow:
    """A worker: where it ran, and how far its clock was off; None where it is not on record."""

    worker: str
    host: str
    pool: str
    slots: int
    clock_offset_s: float | None
    clock_round_trip_s: float | None
    machine: str


@dataclass(frozen=True, slots=True)
class JobRow:
    """A job: when it was sent and ended in s after the first send, and what it spent its time on."""

    name: str
    worker: str
    slot: int
    outcome: str
    sent_s: float | None
    end_s: float
    waited_s: float | None
    spent_s: Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Account:
    """The tables of one run. `left_out` are jobs and failures that are not listed."""

    workers: tuple[WorkerRow, ...]
    jobs: tuple[JobRow, ...]
    jobs_left_out: int
    failed: tuple[tuple[str, str], ...]
    failed_left_out: int
    repeat: tuple[tuple[str, str], ...]


def account(run: Told) -> Account:
    """The account of a run."""
    ended = sorted(run.ledger.final.values(), key=lambda row: row.start_s)
    failed = run.failed
    return Account(
        workers=tuple(_worker(name, entry) for name, entry in sorted(run.ledger.workers.items())),
        jobs=tuple(_job(run, row) for row in ended[:MOST_JOBS]),
        jobs_left_out=max(0, len(ended) - MOST_JOBS),
        failed=tuple((_name(run, row), row.reason) for row in failed[:MOST_FAILED]),
        failed_left_out=max(0, len(failed) - MOST_FAILED),
        repeat=tuple(_repeat(run.manifest)),
    )


def shared(accounts: Sequence[Account]) -> tuple[tuple[str, str], ...]:
    """What is needed to repeat each of some runs, and the same for all."""
    first, *others = [account.repeat for account in accounts] or [()]
    return tuple(row for row in first if all(row in other for other in others))


def _worker(name: str, entry: Mapping[str, Any]) -> WorkerRow:
    machine = entry.get("machine") or {}
    return WorkerRow(
        worker=name,
        host=entry.get("host") or "",
        pool=entry.get("pool") or "",
        slots=entry["slots"],
        clock_offset_s=entry.get("clock_offset_s"),
        clock_round_trip_s=entry.get("clock_round_trip_s"),
        machine=_machine(machine),
    )


def _job(run: Told, row: Row) -> JobRow:
    spent = dict(NOWHERE)
    add_spans(spent, row)
    sent_s = run.sent_s.get(row.job)
    return JobRow(
        name=_name(run, row),
        worker=row.worker.partition("@")[0],
        slot=row.slot + 1,
        outcome=row.outcome,
        sent_s=None if sent_s is None else sent_s - run.first_s,
        end_s=row.end_s - run.first_s,
        waited_s=None if sent_s is None else row.start_s - sent_s,
        spent_s=spent,
    )


def _name(run: Told, row: Row) -> str:
    name = run.names.get(row.job, row.job)
    return name if name == row.job else f"{row.job}: {name}"


def _machine(machine: Mapping[str, Any]) -> str:
    """A machine in words: system, Python, cores."""
    cores = machine.get("cores")
    words = [machine.get("system"), machine.get("python") and f"Python {machine['python']}", cores and f"{cores:g} cores"]
    return ", ".join(str(word) for word in words if word)


def _repeat(manifest: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """What is needed to repeat a run; what an older one did not note is left out."""
    conductor = manifest.get("conductor") or {}
    told = {
        "command": manifest.get("command"),
        "run": manifest.get("run"),
        "seed": manifest.get("seed"),
        "started": manifest.get("started"),
        "Many Hands": manifest.get("manyhands"),
        "broker": manifest.get("broker"),
        "machine": ", ".join(word for word in (conductor.get("host"), _machine(conductor)) if word),
        **(conductor.get("packages") or {}),
        **{name.replace("_", " "): value for name, value in (manifest.get("settings") or {}).items()},
        "jobs sent a second": manifest.get("enqueue_rate_per_s"),
        "entries of evidence missing": manifest.get("evidence_missing"),
        "trouble": manifest.get("trouble"),
        "interrupted": "yes" if manifest.get("interrupted") else None,
    }
    for name, value in told.items():
        if value not in (None, "", [], {}):
            yield name, f"{value:g}" if isinstance(value, float) else str(value)
