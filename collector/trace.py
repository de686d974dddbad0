"""A run as a trace that Perfetto and chrome://tracing open: a process for each worker, a thread for each slot.

The group heads of the espresso machine are a process of their own. What is written is the trace-event format (Google,
"Trace Event Format", its JSON object form): complete events `X` in µs, and metadata `M` that names and sorts.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from collector.fold import Ledger, Row

MICROSECONDS = 1e6
MACHINE_PID = 1

Event = dict[str, Any]


def trace(ledger: Ledger, names: Mapping[str, str], first_s: float) -> dict[str, Any]:
    """The trace of a run; times in µs after `first_s`. Idle workers and slots are named too."""
    lanes = _lanes(ledger)
    workers = {worker: number for number, worker in enumerate(lanes, start=MACHINE_PID + 1)}
    heads = sorted({span.head for row in ledger.rows for span in row.spans if span.head is not None})
    events = [
        *(_names(MACHINE_PID, "espresso machine", {head + 1: f"head {head + 1}" for head in heads}) if heads else ()),
        *(
            event
            for worker, pid in workers.items()
            for event in _names(pid, worker, {slot + 1: f"slot {slot + 1}" for slot in lanes[worker]})
        ),
        *(event for row in ledger.rows for event in _execution(row, workers[row.worker], names, first_s)),
        *_pulls(ledger, names, first_s),
    ]
    return {"traceEvents": events, "displayTimeUnit": "ms"}


def _lanes(ledger: Ledger) -> dict[str, list[int]]:
    """The slots of each worker, in order: those it said that it has, and those it worked in."""
    slots = {worker: set(range(entry["slots"])) for worker, entry in ledger.workers.items()}
    for row in ledger.rows:
        slots.setdefault(row.worker, set()).add(row.slot)
    return {worker: sorted(slots[worker]) for worker in sorted(slots)}


def _names(pid: int, name: str, threads: Mapping[int, str]) -> Iterator[Event]:
    yield _metadata("process_name", pid, 0, name=name)
    yield _metadata("process_sort_index", pid, 0, sort_index=pid)
    for tid, words in threads.items():
        yield _metadata("thread_name", pid, tid, name=words)
        yield _metadata("thread_sort_index", pid, tid, sort_index=tid)


def _metadata(kind: str, pid: int, tid: int, **args: Any) -> Event:
    return {"ph": "M", "name": kind, "pid": pid, "tid": tid, "args": args}


def _execution(row: Row, pid: int, names: Mapping[str, str], first_s: float) -> Iterator[Event]:
    place = {"ph": "X", "pid": pid, "tid": row.slot + 1}
    args = {"job": row.job, "attempt": row.attempt, "host": row.host, **({"reason": row.reason} if row.reason else {})}
    name = names.get(row.job, row.job)
    start, end = _ticks(row.start_s - first_s), _ticks(row.end_s - first_s)
    yield {**place, "name": name, "cat": row.outcome, "ts": start, "dur": max(0, end - start), "args": args}
    for span in row.spans:
        # Clocks are set while a job runs; what it went through is drawn inside it all the same.
        begun = min(max(_ticks(span.start_s - first_s), start), max(start, end))
        length = min(max(0, _ticks(span.end_s - first_s) - begun), max(start, end) - begun)
        yield {**place, "name": span.kind, "cat": "phase", "ts": begun, "dur": length, "args": {"cpu_s": span.cpu_s}}


def _pulls(ledger: Ledger, names: Mapping[str, str], first_s: float) -> Iterator[Event]:
    """Who held each head. Workers' clocks differ by a hair, so one pull may seem to begin before another ends: not here."""
    pulls = [(span, row) for row in ledger.rows for span in row.spans if span.head is not None]
    free: dict[int, int] = {}
    for span, row in sorted(pulls, key=lambda pull: pull[0].start_s):
        tid = (span.head or 0) + 1
        start = max(_ticks(span.start_s - first_s), free.get(tid, 0))
        end = free[tid] = max(start, _ticks(span.end_s - first_s))
        yield {
            "ph": "X",
            "pid": MACHINE_PID,
            "tid": tid,
            "name": names.get(row.job, row.job),
            "cat": "machine",
            "ts": start,
            "dur": end - start,
            "args": {"job": row.job, "worker": row.worker, "slot": row.slot + 1},
        }


def _ticks(seconds: float) -> int:
    """Whole µs after the first send. A worker's clock may be a hair before it: never less than 0."""
    return max(0, round(seconds * MICROSECONDS))
