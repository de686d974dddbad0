"""A stored run, read from its folder: its board, and what is said beside it."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from collector.fold import ENDED
from collector.page.board import Board
from collector.page.snapshot import Facts, about_stored
from collector.page.store import CURVE_FILE, FILES, Stored, read_json
from collector.why import headline, why

DROPPED = {
    "kind": "dropped",
    "means": "The verdict is therefore unknown.",
    "cure": "Run again for an answer that you can trust.",
}

NEVER_CONCLUDED = {
    "kind": "trouble",
    "what": "This run was never concluded: whoever conducted it is gone.",
    "means": "What it came to is not known; what was seen of it is drawn.",
    "cure": "Run it again; what it left in the queue is taken away then.",
}


def read_stored(run: Stored) -> tuple[Board, Facts]:
    """The columns of a run that is over, and what is said beside them.

    Raises:
        OSError, ValueError, KeyError, TypeError: there is no run that can be read.
    """
    manifest = read_json(run.folder / "manifest.json")
    summary = read_json(run.folder / "summary.json") if run.is_whole else None
    names, sent_s = read_sent(run.folder)
    board = Board(run.name, zero_s=min(sent_s.values(), default=None))
    if manifest.get("simulated"):  # nobody told that it opened
        board.place_workers([{"worker": name, **told} for name, told in sorted(manifest["workers"].items())])
    feed(board, run.folder)
    if board.opened is None:
        board.place_workers(sorted(board.workers.values(), key=lambda entry: str(entry["worker"])))
    board.settle()
    board.closed = board.closed or {}
    about = about_stored(manifest, summary, len(sent_s))
    facts = Facts(
        about,
        names,
        sent_s,
        summary,
        headline=headline(summary) if summary else "",
        why=why(summary) if summary else "",
        notices=notices_of(manifest, summary, board.missing),
        figures=figures_of(run, summary),
        files=[name for name in FILES if (run.folder / name).is_file()],
    )
    return board, facts


def figures_of(run: Stored, summary: dict[str, Any] | None) -> list[str]:
    """The figures that can be drawn of a run."""
    if summary is None or not summary["jobs"]["done"]:
        return []
    found = ["limits", "went", "waits"]
    if run.parent and (run.folder.parent / "summary.json").is_file():
        found.append("pools")
    if run.parent and (run.folder.parent / CURVE_FILE).is_file():
        found.append("scaling")
    return found


def notices_of(manifest: dict[str, Any], summary: dict[str, Any] | None, malformed: int) -> list[dict[str, str]]:
    """What is wrong with a run, what it means, and what to do."""
    found = []
    missing = (manifest.get("evidence_missing") or 0) + malformed
    if missing:
        entries = "One entry" if missing == 1 else f"{missing:,} entries"
        found.append({**DROPPED, "what": f"{entries} of the journal of this run did not arrive."})
    if manifest.get("trouble"):
        cure = "Run `manyhands doctor`, then run again."
        found.append({"kind": "trouble", "what": f"{manifest['trouble']}.", "means": "The run is not complete.", "cure": cure})
    elif summary is None:
        found.append(NEVER_CONCLUDED)
    return found


def read_sent(folder: Path) -> tuple[dict[str, str], dict[str, float]]:
    """What each job is called and when it was sent, on the broker's clock, by its id in the order of sending."""
    names: dict[str, str] = {}
    sent_s: dict[str, float] = {}
    for row in lines_of(folder / "sent.jsonl"):
        names[row["job"]], sent_s[row["job"]] = row["name"], row["sent_s"]
    return names, sent_s


def feed(board: Board, folder: Path) -> None:
    """Give a board all entries that the folder keeps. What an execution's end tells again is left out where it is long."""
    for entry in lines_of(folder / "journal.jsonl"):
        if entry["kind"] in ("ready", "opened", "closed", "sent", "begun", "step", *ENDED):
            board.add(entry)


def lines_of(path: Path) -> Iterator[dict[str, Any]]:
    """The rows of a file of JSON lines, one by one; none where there is no such file, and not one that was cut off."""
    try:
        with path.open(encoding="utf-8") as file:
            for line in file:
                if line.endswith("\n"):
                    yield json.loads(line)
    except FileNotFoundError:
        return
