"""Small builders of jobs, entries, rows and summaries: each test says only what it is about."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from collector.fold import Ledger, Row, Span
from collector.measures import NOWHERE
from collector.roster import Present
from collector.shape import Shape
from producer.job import Job, Kind, Step
from workers.execution import PhaseKind
from workers.journal import Entry

RUN = "20260101-080000-coffee-threads"


def a_job(
    name: str = "1",
    *,
    hands: float = 0.0,
    machine: float = 0.0,
    wait: float = 0.0,
    native: float = 0.0,
    arrives_s: float = 0.0,
) -> Job:
    """A job that asks for these seconds, in this order; what is 0 is no step."""
    asked: list[tuple[Kind, float]] = [("hands", hands), ("machine", machine), ("wait", wait), ("native", native)]
    return a_job_of(name, [Step(kind, seconds) for kind, seconds in asked if seconds], arrives_s)


def a_job_of(name: str, steps: Iterable[Step], arrives_s: float = 0.0) -> Job:
    return Job(id=name, name=f"order {name}", task="coffee.make", args=[], steps=tuple(steps), arrives_s=arrives_s)


def a_shape(workers: int = 1, slots: int = 1, *, forks: bool = False, cores: float = 1.0, machines: int = 1) -> Shape:
    return Shape(workers, slots, forks, cores, machines)


def a_row(
    job: str = "1",
    start_s: float = 0.0,
    end_s: float = 1.0,
    spans: Iterable[Span] = (),
    *,
    worker: str = "ana@host",
    slot: int = 0,
    outcome: str = "done",
    reason: str = "",
    result: Any = None,
    attempt: int = 1,
) -> Row:
    return Row(
        job=job,
        task="coffee.make",
        attempt=attempt,
        worker=worker,
        host="host",
        slot=slot,
        start_s=start_s,
        end_s=end_s,
        spans=tuple(spans),
        outcome=outcome,
        reason=reason,
        result=result,
    )


def a_present(worker: str = "ana@host", pool: str = "threads", slots: int = 8, **changes: Any) -> Present:
    """A worker that is here, alone on a computer with two cores."""
    said = {
        "worker": worker,
        "host": worker.partition("@")[2],
        "computer": "boot-1",
        "pid": 7,
        "pool": pool,
        "queues": (pool,),
        "consuming": (pool,),
        "slots": slots,
        "prefetch": 1,
        "cores": 2.0,
        "computer_cores": 2,
        "cgroup_cores": None,
        "tasks": ("coffee.make", "papers.grade"),
        "holds": (),
        "visibility_timeout_s": 60.0,
        "fleet": "",
        "is_leaving": False,
        "since": 100.0,
        "at": 200.0,
        "clock_offset_s": 0.001,
        "clock_round_trip_s": 0.0001,
        "machine": {"computer": "boot-1", "python": "3.13.0"},
    }
    return Present(**{**said, **changes})


def a_span(kind: PhaseKind, start_s: float, end_s: float, cpu_s: float | None = None) -> Span:
    return Span(kind, start_s, end_s, cpu_s)


@dataclass
class Writer:
    """Who writes entries, and numbers them."""

    worker: str = "ana@host"
    pid: int = 1
    seq: int = 0

    def entry(self, kind: str, **values: Any) -> Entry:
        self.seq += 1
        return {
            "kind": kind,
            "worker": self.worker,
            "host": "host",
            "pid": self.pid,
            "writer": f"host/{self.worker}/{self.pid}",
            "seq": self.seq,
            **values,
        }

    def begun(self, job: str, slot: int = 0, at: float = 0.0, run: str = RUN) -> Entry:
        return self.entry("begun", run=run, job=job, task="coffee.make", attempt=1, slot=slot, at=at)

    def ended(
        self,
        kind: str,
        job: str,
        start: float = 0.0,
        end: float = 1.0,
        *,
        slot: int = 0,
        run: str = RUN,
        attempt: int = 1,
        phases: Sequence[Sequence[Any]] = (),
        task: str = "coffee.make",
        **told: Any,
    ) -> Entry:
        return self.entry(
            kind,
            run=run,
            job=job,
            task=task,
            attempt=attempt,
            slot=slot,
            start=start,
            end=end,
            phases=[list(phase) for phase in phases],
            **told,
        )

    def done(self, job: str, start: float = 0.0, end: float = 1.0, **more: Any) -> Entry:
        return self.ended("done", job, start, end, **{"result": None, **more})

    def failed(self, job: str, start: float = 0.0, end: float = 1.0, **more: Any) -> Entry:
        return self.ended("failed", job, start, end, **{"reason": "ValueError: spilt", **more})


def a_ledger(entries: Iterable[Entry] = ()) -> Ledger:
    ledger = Ledger(RUN)
    for entry in entries:
        ledger.add(entry)
    return ledger


def a_summary(**changes: Any) -> dict[str, Any]:
    """A summary of a run of 10 s on 1 × 4 slots in which everything went well."""
    went = {**NOWHERE, "hands": 8.0, "machine": 9.8, "wait": 12.2, "idle_tail": 10.0}
    return {
        "run": RUN,
        "work": "coffee",
        "pool": "threads",
        "workers": 1,
        "slots": 4,
        "processes": 1,
        "cores": 2.0,
        "machines": 1,
        "seed": 1,
        "simulated": False,
        "jobs": {"sent": 5, "done": 5, "failed": 0, "lost": 0, "repeated": 0},
        "completion_s": 10.0,
        "ideal_s": 9.9,
        "bounds_s": {"slots": 7.5, "arrivals": 0.0, "longest order": 6.0, "hands": 8.0, "cores": 4.0, "machine": 9.8},
        "bound_s": 9.8,
        "ratio": 10 / 9.9,
        "speedup": 3.0,
        "held_back_by": "machine",
        "waits_s": {"p50": 1.0, "p95": 2.0, "p99": 2.0, "max": 2.0},
        "services_s": {"p50": 3.0, "p95": 4.0, "p99": 4.0, "max": 4.0},
        "throughput_per_s": 0.5,
        "where_time_went_s": went,
        "verdict": "pass",
        **changes,
    }


def write(path: Path, text: str) -> Path:
    path.write_text(text, encoding="utf-8")
    return path
