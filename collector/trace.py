"""A run as a trace that Perfetto and chrome://tracing open: a process for each worker, a thread for each slot."""

from collections.abc import Iterator, Mapping
from typing import Any

from collector.fold import Ledger, Row

MICROSECONDS = 1e6


def trace(ledger: Ledger, names: Mapping[str, str], first_s: float) -> dict[str, Any]:
    """The trace-event format (JSON object): complete events `X` for jobs and their phases, in µs after `first_s`."""
    workers = {worker: number for number, worker in enumerate(sorted({row.worker for row in ledger.rows}), start=1)}
    lanes = sorted({(row.worker, row.slot) for row in ledger.rows})
    events = [
        *(
            {"ph": "M", "name": "process_name", "pid": pid, "tid": 0, "args": {"name": worker}}
            for worker, pid in workers.items()
        ),
        *(
            {
                "ph": "M",
                "name": "thread_name",
                "pid": workers[worker],
                "tid": slot + 1,
                "args": {"name": f"slot {slot}"},
            }
            for worker, slot in lanes
        ),
        *(event for row in ledger.rows for event in _events(row, workers[row.worker], names, first_s)),
    ]
    return {"traceEvents": events, "displayTimeUnit": "ms"}


def _events(row: Row, pid: int, names: Mapping[str, str], first_s: float) -> Iterator[dict[str, Any]]:
    place = {"ph": "X", "pid": pid, "tid": row.slot + 1}
    yield {
        **place,
        "name": names.get(row.job, row.job),
        "cat": row.outcome,
        "ts": (row.start_s - first_s) * MICROSECONDS,
        "dur": (row.end_s - row.start_s) * MICROSECONDS,
        "args": {"job": row.job, "attempt": row.attempt, "host": row.host},
    }
    for span in row.spans:
        yield {
            **place,
            "name": span.kind,
            "cat": "phase",
            "ts": (span.start_s - first_s) * MICROSECONDS,
            "dur": span.wall_s * MICROSECONDS,
            "args": {"cpu_s": span.cpu_s},
        }
