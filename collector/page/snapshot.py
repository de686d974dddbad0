"""The snapshot: all that is known of a run at one moment, as JSON in pieces. No clock, no I/O."""

import json
from array import array
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice
from math import isnan
from typing import Any

from collector.fold import ENDED
from collector.page.board import Board
from collector.page.columns import DIGITS, KINDS, Place, text_of
from collector.shape import size
from workers.journal import Entry


@dataclass(frozen=True, slots=True)
class Facts:
    """What a snapshot says beside its columns. `files` and `figures` are those that can be asked for.

    `names` are those of jobs by their id, in the order of their sending; `sent_s` when each was sent, on the broker's clock.
    """

    about: Mapping[str, Any]
    names: Mapping[str, str] = field(default_factory=dict)
    sent_s: Mapping[str, float] = field(default_factory=dict)
    summary: Mapping[str, Any] | None = None
    headline: str = ""
    why: str = ""
    notices: Sequence[Mapping[str, str]] = ()
    figures: Sequence[str] = ()
    files: Sequence[str] = ()


# What else a batch is made of, beside its size, seed and speed; null where nobody knows.
OF_A_BATCH = ("machines", "grader", "rate", "prefetch")


def about_opened(entry: Entry) -> dict[str, Any]:
    """What the entry `opened` says of a run under way."""
    told = ("title", "work", "pool", "seed", "speed", "exercise", "question", "predicted_s", "simulated", "cores")
    limits = ("jobs", "bounds_s", "bound_s", "ideal_s")
    slots = [worker["slots"] for worker in entry["workers"]]
    return {"size": size(slots) if slots else "", **{key: entry.get(key) for key in (*told, *OF_A_BATCH, *limits)}}


def about_unknown(board: Board) -> dict[str, Any]:
    """What can be said of a run whose opening nobody heard."""
    nothing = ("seed", "speed", "exercise", "question", "predicted_s", "bounds_s", "bound_s", "ideal_s", "cores", *OF_A_BATCH)
    pool = next((entry.get("pool", "") for entry in board.workers.values()), "")
    about = {"size": "", "title": board.run, "work": "", "pool": pool, "simulated": False}
    return {**about, "jobs": len(board.jobs), **dict.fromkeys(nothing)}


def about_stored(manifest: Mapping[str, Any], summary: Mapping[str, Any] | None, jobs: int) -> dict[str, Any]:
    """What its folder says of a run; the summary is missing where it was cut off."""
    settings, known = manifest["settings"], summary or {}
    slots = settings.get("slots_each") or [settings["slots"]] * settings["workers"]
    return {
        "size": size(slots) if slots else "",
        "title": manifest["title"],
        "started": manifest["started"],
        "work": settings["work"],
        "pool": settings["pool"],
        "seed": manifest.get("seed"),
        "speed": settings.get("speed"),
        "machines": settings.get("machines"),
        "grader": settings.get("grader"),
        "rate": settings.get("rate_per_s"),
        "prefetch": settings.get("prefetch"),
        "jobs": jobs,
        **{key: manifest.get(key) for key in ("exercise", "question", "predicted_s")},
        "simulated": bool(manifest.get("simulated")),
        **{key: known.get(key) for key in ("cores", "bounds_s", "bound_s", "ideal_s")},
    }


def worker_rows(board: Board) -> list[dict[str, Any]]:
    """The workers in the order of their lanes."""
    names = dict.fromkeys(worker for worker, _ in board.lanes)
    return [_worker_row(name, board.workers.get(name, {}), board) for name in names]


def _worker_row(worker: str, told: Mapping[str, Any], board: Board) -> dict[str, Any]:
    pool = told.get("pool", "")
    return {
        "worker": worker,
        "name": worker.partition("@")[0].capitalize(),
        "host": told.get("host", worker.partition("@")[2]),
        "pool": pool,
        "slots": told.get("slots") or sum(name == worker for name, _ in board.lanes),
        "shares_hands": told.get("shares_hands", pool not in ("prefork", "multiprocessing")),
        "clock_offset_s": told.get("clock_offset_s"),
    }


def pieces(board: Board, facts: Facts, now_s: float) -> Iterator[bytes]:
    """The snapshot as JSON, column by column, so that it is nowhere as a whole.

    `now_s` is the moment of the run it is of, in s after its zero.
    """
    # Of a run under way the jobs that deltas name come after those of the snapshot.
    jobs = [*board.jobs, *(() if board.is_open else (job for job in facts.names if job not in board.jobs))]
    spans, ends = board.spans, board.ends
    yield dumped(_head(board, facts, now_s))[:-1]
    yield b',"spans":{"lane":' + whole(spans.lane) + b',"job":' + whole(spans.job) + b',"kind":' + whole(spans.kind)
    yield b',"start":' + whole(spans.start)
    yield b',"end":' + dumped([None if isnan(end_s) else end_s for end_s in spans.end])
    yield b',"filled":' + dumped([None if part < 0 else round(part, 3) for part in spans.filled])
    yield b',"head":' + whole(spans.head) + b'},"ends":{"job":' + whole(ends.job) + b',"lane":' + whole(ends.lane)
    yield b',"start":' + whole(ends.start) + b',"end":' + whole(ends.end)
    yield b',"outcome":' + dumped([ENDED[outcome] for outcome in ends.outcome])
    yield b'},"job_ids":' + dumped(jobs) + b',"names":' + dumped([facts.names.get(job, job) for job in jobs])
    yield b',"jobs_sent":' + dumped(_sent(board, facts, jobs)) + b"}"


def _head(board: Board, facts: Facts, now_s: float) -> dict[str, Any]:
    workers = worker_rows(board)
    numbers = {worker["worker"]: number for number, worker in enumerate(workers)}
    return {
        "run": board.run,
        "state": "open" if board.is_open else "closed",
        **facts.about,
        "zero_s": board.zero_s,
        "now_s": round(now_s, DIGITS),
        "after": text_of(board.latest),
        "sent": max(len(board.sent_s), len(facts.sent_s)),
        "workers": workers,
        "lanes": [[numbers[worker], slot] for worker, slot in board.lanes],
        "kinds": KINDS,
        "summary": facts.summary,
        "headline": facts.headline,
        "why": facts.why,
        "notices": list(facts.notices),
        "figures": list(facts.figures),
        "files": list(facts.files),
    }


def _sent(board: Board, facts: Facts, jobs: Sequence[str]) -> Sequence[float | None]:
    """When each job was sent, None where nobody knows; of a run under way when so many were, whichever."""
    if board.is_open:
        return board.sent_s.tolist()
    zero_s = board.zero_s or 0.0
    return [round(facts.sent_s[job] - zero_s, DIGITS) if job in facts.sent_s else None for job in jobs]


def delta(board: Board, after: Place, until: Place, names: Mapping[str, str], now_s: float) -> dict[str, Any]:
    """What is new on a board after a place of the stream and up to another; see `Board.since`."""
    jobs, bars, ends = board.since(after, until)
    new = islice(board.jobs, jobs.start, jobs.stop)
    return {
        "now_s": round(now_s, DIGITS),
        "zero_s": board.zero_s,
        "jobs": [[job, names.get(job, job)] for job in new],
        "spans": [board.spans.row(bar) for bar in bars],
        "ends": [board.ends.row(end) for end in ends],
        "sent": len(board.sent_s),
    }


def whole(column: "array[Any]") -> bytes:
    """A column as JSON."""
    return dumped(column.tolist())


def dumped(value: Any) -> bytes:
    """A value as JSON without a blank too much."""
    return json.dumps(value, separators=(",", ":")).encode()
