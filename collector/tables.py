"""Tables of a run: one row a job, and the grades of papers."""

import csv
from collections.abc import Iterable, Mapping, Sequence
from io import StringIO
from typing import Any

from collector.fold import Ledger, Row
from collector.measures import NOWHERE, add_spans
from producer.job import Job
from producer.message import PAPERS_TASK

TASK_COLUMNS = [
    "job",
    "name",
    "outcome",
    "executions",
    "worker",
    "host",
    "slot",
    "sent_s",
    "start_s",
    "end_s",
    "waited_s",
    "prefetched_s",
    "served_s",
    "hands_s",
    "hands_wait_s",
    "machine_s",
    "machine_wait_s",
    "wait_s",
    "native_s",
    "work_s",
    "overhead_s",
    "score",
    "reason",
]
# What spreadsheets take for the beginning of a formula.
FORMULA_STARTS = ("=", "+", "-", "@", "\t", " =")

SPENT = ("hands", "hands_wait", "machine", "machine_wait", "wait", "native", "work", "overhead")


def tasks_csv(jobs: Sequence[Job], ledger: Ledger, sent_s: Mapping[str, float]) -> str:
    """A row for each job that was sent, times in seconds after the first was."""
    first_s = min(sent_s.values(), default=0.0)
    executions: dict[str, int] = {}
    for row in ledger.rows:
        executions[row.job] = executions.get(row.job, 0) + 1
    return to_csv(
        TASK_COLUMNS,
        (_task_row(job, ledger, executions.get(job.id, 0), sent_s[job.id], first_s) for job in jobs if job.id in sent_s),
    )


def _task_row(job: Job, ledger: Ledger, executions: int, sent_s: float, first_s: float) -> dict[str, Any]:
    row, taken_s = ledger.final.get(job.id), ledger.taken_s.get(job.id)
    told: dict[str, Any] = {
        "job": job.id,
        "name": job.name,
        "sent_s": _seconds(sent_s - first_s),
        "executions": executions,
    }
    if row is None:
        return {**told, "outcome": "lost"}
    spent = dict(NOWHERE)
    add_spans(spent, row)
    return {
        **told,
        "outcome": row.outcome,
        "worker": row.worker,
        "host": row.host,
        "slot": row.slot,
        "start_s": _seconds(row.start_s - first_s),
        "end_s": _seconds(row.end_s - first_s),
        "waited_s": _seconds(row.start_s - sent_s),
        "prefetched_s": None if taken_s is None else _seconds(row.start_s - taken_s),
        "served_s": _seconds(row.end_s - row.start_s),
        **{f"{kind}_s": _seconds(spent[kind]) for kind in SPENT},
        "score": row.result["score"] if is_graded(row) else None,
        "reason": row.reason,
    }


def grades(ledger: Ledger, jobs: Sequence[Job]) -> list[dict[str, Any]]:
    """The grades of the papers that were graded, each paper once, by name."""
    rows = (ledger.final[job.id] for job in jobs if job.id in ledger.final)
    found = {row.result["paper"]: row.result for row in rows if is_graded(row)}
    return sorted(found.values(), key=lambda grade: str(grade["paper"]))


def is_graded(row: Row) -> bool:
    """Whether it is a paper that got a grade: in a simulation nobody reads any."""
    return row.task == PAPERS_TASK and row.outcome == "done" and row.result is not None


def grades_csv(graded: Sequence[dict[str, Any]]) -> str:
    """A row for each paper: its score, and its mark for each criterion."""
    criteria = [mark["criterion"] for mark in graded[0]["marks"]] if graded else []
    return to_csv(
        ["paper", "score", *criteria],
        (
            {"paper": grade["paper"], "score": grade["score"], **{m["criterion"]: m["points"] for m in grade["marks"]}}
            for grade in graded
        ),
    )


def feedback_md(graded: Sequence[dict[str, Any]]) -> str:
    """What can be handed back: for each paper its score, its marks and why."""
    return "\n".join(_feedback(grade) for grade in graded)


def _feedback(grade: dict[str, Any]) -> str:
    lines = [f"- **{m['criterion']}** {m['points']:g} of {m['most']:g}. {m['feedback']}" for m in grade["marks"]]
    return f"## {grade['paper']}: {grade['score']:g} of 100\n\n" + "\n".join(lines) + "\n"


def to_csv(columns: Sequence[str], rows: Iterable[dict[str, Any]]) -> str:
    """Rows as CSV; what begins like a formula is quoted, since the names come from files and are opened in spreadsheets."""
    text = StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(_inert(column) for column in columns)
    writer.writerows([_inert(row.get(column)) for column in columns] for row in rows)
    return text.getvalue()


def _inert(value: Any) -> Any:
    if not isinstance(value, str):
        return value
    # A lone carriage return is a line's end to some readers, and is not quoted by the writer.
    value = value.replace("\r", " ")
    return f"'{value}" if value.startswith(FORMULA_STARTS) else value


def _seconds(value: float) -> float:
    return round(value, 6)
