"""The measures: a ledger and a batch in, the summary of the run out. Durations in s, rates per s."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from statistics import quantiles
from typing import Any, Literal

from collector.fold import Ledger, Row
from collector.ideal import ideal_s
from collector.laws import bound_s, bounds_s, held_back_by
from collector.shape import Shape
from producer.job import Job

Verdict = Literal["pass", "fail", "unknown"]

EXIT_CODES: dict[Verdict, int] = {"pass": 0, "fail": 1, "unknown": 3}

# What a slot can spend its time on.
NOWHERE = {
    "hands": 0.0,
    "hands_wait": 0.0,
    "machine": 0.0,
    "machine_wait": 0.0,
    "wait": 0.0,
    "native": 0.0,
    "work": 0.0,
    "overhead": 0.0,
    "start_up": 0.0,
    "between_jobs": 0.0,
    "idle_tail": 0.0,
}


@dataclass(frozen=True, slots=True)
class Batch:
    """What was given to a fleet: the jobs of a run, as they were meant."""

    run: str
    work: str
    pool: str
    seed: int | None
    jobs: Sequence[Job]
    shape: Shape
    simulated: bool = False


def summarise(batch: Batch, ledger: Ledger, sent_s: Mapping[str, float], sequential_s: float | None = None) -> dict[str, Any]:
    """`summary.json` of a run.

    `sent_s` tells when each job was handed to the queue, on the broker's clock. `sequential_s` is what the plain
    sequential program took; where nobody ran it, what it would take without any overhead. Figures that cannot be
    known (a demand nobody knows, nothing done) are None.
    """
    # What was cut short between a job's sending and the note of it has evidence of its end alone.
    rows = [row for row in ledger.final.values() if row.job in sent_s]
    done = sum(row.outcome == "done" for row in rows)
    first_s = min(sent_s.values(), default=0.0)
    taken_s = max((row.end_s for row in rows), default=first_s) - first_s
    whole_s = completion_s(ledger, sent_s)
    known = bool(batch.jobs) and all(job.steps for job in batch.jobs)
    bounds = bounds_s(batch.jobs, batch.shape) if known else None
    best_s = ideal_s(batch.jobs, batch.shape) if known else None
    alone_s = sequential_s or (sum(job.length_s for job in batch.jobs) if known else None)
    return {
        "run": batch.run,
        "work": batch.work,
        "pool": batch.pool,
        "workers": batch.shape.workers,
        "slots": batch.shape.slots,
        "slots_each": list(batch.shape.slots_each),
        "processes": batch.shape.processes,
        "cores": batch.shape.cores,
        "machines": batch.shape.machines,
        "seed": batch.seed,
        "simulated": batch.simulated,
        "jobs": {
            "sent": len(sent_s),
            "done": done,
            "failed": len(rows) - done,
            "lost": len(sent_s) - len(rows),
            "repeated": ledger.repeated,
        },
        "completion_s": whole_s,
        "ideal_s": best_s,
        "bounds_s": bounds,
        "bound_s": bound_s(bounds) if bounds else None,
        "ratio": whole_s / best_s if whole_s is not None and best_s else None,
        "speedup": alone_s / whole_s if alone_s and whole_s else None,
        "held_back_by": held_back_by(bounds) if bounds else None,
        "waits_s": spread(row.start_s - sent_s[row.job] for row in rows),
        "prefetched_s": spread(row.start_s - ledger.taken_s[row.job] for row in rows if row.job in ledger.taken_s),
        "services_s": spread(row.end_s - row.start_s for row in rows),
        "throughput_per_s": done / whole_s if whole_s else None,
        "where_time_went_s": where_time_went(ledger.rows, batch.shape.all_slots, first_s, first_s + taken_s),
        "verdict": judge(ledger, len(sent_s), len(batch.jobs)),
    }


def completion_s(ledger: Ledger, sent_s: Mapping[str, float]) -> float | None:
    """From the first send to the last finished job; None where nothing was sent, or something sent has not ended."""
    ends_s = [row.end_s for row in ledger.final.values() if row.job in sent_s]
    return max(ends_s) - min(sent_s.values()) if len(ends_s) == len(sent_s) > 0 else None


def judge(ledger: Ledger, sent: int, meant: int) -> Verdict:
    """Pass if each job was done; unknown if evidence is missing or the run was cut short; else fail."""
    if ledger.missing or sent < meant or ledger.done + ledger.failed < sent:
        return "unknown"
    return "pass" if ledger.done == sent > 0 else "fail"


def spread(values: Iterable[float]) -> dict[str, float] | None:
    """Median, 95th and 99th percentile and maximum; None of nothing."""
    ranked = sorted(values)
    if not ranked:
        return None
    cuts = quantiles(ranked, n=100, method="inclusive") if len(ranked) > 1 else ranked * 99
    return {"p50": cuts[49], "p95": cuts[94], "p99": cuts[98], "max": ranked[-1]}


def where_time_went(rows: Sequence[Row], slots: int, start_s: float, end_s: float) -> dict[str, float]:
    """The slot-seconds of a run, `slots * (end - start)` of them, by what they were spent on.

    `hands_wait` is wall time less CPU time in a hands or a native step: waiting for the GIL or a core. `overhead` is time
    inside an execution and outside its phases. `start_up` is the time before a slot's first job, `between_jobs` between
    two, `idle_tail` after its last, and all of it on a slot that had none.
    """
    went = dict(NOWHERE)
    # A job that came back may still run when all have ended: what it does then belongs to no run.
    lanes = lanes_of(clip(row, end_s) for row in rows if row.start_s < end_s)
    for lane in lanes.values():
        went["start_up"] += lane[0].start_s - start_s
        went["idle_tail"] += max(0.0, end_s - lane[-1].end_s)
        went["between_jobs"] += sum(max(0.0, later.start_s - earlier.end_s) for earlier, later in pairwise(lane))
        for row in lane:
            add_spans(went, row)
    went["idle_tail"] += max(0, slots - len(lanes)) * (end_s - start_s)
    return went


def clip(row: Row, end_s: float) -> Row:
    """The part of an execution that lies before `end_s`."""
    if row.end_s <= end_s:
        return row
    spans = (replace(span, end_s=min(span.end_s, end_s)) for span in row.spans if span.start_s < end_s)
    return replace(row, end_s=end_s, spans=tuple(spans))


def add_spans(went: dict[str, float], row: Row) -> None:
    """Add what one execution spent its time on."""
    inside_s = row.end_s - row.start_s
    for span in row.spans:
        inside_s -= span.wall_s
        if span.kind in ("hands", "native") and span.cpu_s is not None:
            went[span.kind] += span.cpu_s
            went["hands_wait"] += span.wall_s - span.cpu_s
        else:
            went[span.kind] += span.wall_s
    went["overhead"] += inside_s


def lanes_of(rows: Iterable[Row]) -> dict[tuple[str, int], list[Row]]:
    """The executions of each slot, in order of time."""
    lanes: dict[tuple[str, int], list[Row]] = {}
    for row in sorted(rows, key=lambda row: row.start_s):
        lanes.setdefault((row.worker, row.slot), []).append(row)
    return dict(sorted(lanes.items()))
