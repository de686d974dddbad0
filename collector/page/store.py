"""The store: the folders of all runs, listed, and found by name."""

import json
from collections import OrderedDict
from collections.abc import Iterator
from dataclasses import dataclass
from operator import itemgetter
from pathlib import Path
from typing import Any

from collector.page.snapshot import OF_A_BATCH, about_stored
from collector.shape import size, slots_each

# Files of a run that the page hands out, and what they are.
FILES = {
    "report.html": "text/html; charset=utf-8",
    "summary.json": "application/json",
    "tasks.csv": "text/csv; charset=utf-8",
    "trace.json": "application/json",
    "grades.csv": "text/csv; charset=utf-8",
    "feedback.md": "text/plain; charset=utf-8",
}

# The scaling curve of a comparison of several numbers of workers.
CURVE_FILE = "curve.json"

# What the list says of a run beside what it came to.
TOLD = ("title", "work", "pool", "exercise", "predicted_s", "seed", "speed", "simulated")

# Lists go so far back, and remember as many rows.
MOST_LISTED = 500


@dataclass(frozen=True, slots=True)
class Stored:
    """A run that was found: its name, its folder, and the name of the comparison that it is part of."""

    name: str
    folder: Path
    parent: str | None = None

    @property
    def is_whole(self) -> bool:
        """Whether it was concluded."""
        return self.concluded_ns > 0

    @property
    def concluded_ns(self) -> int:
        """When its summary was written, in ns of the file system; 0 where it is under way, or was cut off."""
        try:
            return (self.folder / "summary.json").stat().st_mtime_ns
        except OSError:
            return 0


class Store:
    """The folder of runs. Names come from outside: only what is a folder in it is ever opened."""

    def __init__(self, runs: Path) -> None:
        self.runs = runs
        self._rows: OrderedDict[tuple[Path, int], dict[str, Any] | None] = OrderedDict()

    def find(self, name: str) -> Stored | None:
        """The run of this name: a folder, or `PARENT.CHILD` for one in a comparison's."""
        if not is_name(name):
            return None
        if is_run(self.runs / name):
            return Stored(name, self.runs / name)
        dots = [at for at, letter in enumerate(name) if letter == "."]
        pairs = ((name[:at], name[at + 1 :]) for at in dots)
        found = (
            Stored(name, self.runs / parent / child, parent) for parent, child in pairs if is_name(parent) and is_name(child)
        )
        return next((run for run in found if is_run(run.folder) and not run.folder.parent.is_symlink()), None)

    def report_of(self, name: str) -> Path | None:
        """The folder of a comparison, which is no run but has a report."""
        folder = self.runs / name
        return folder if is_name(name) and not folder.is_symlink() and (folder / "report.html").is_file() else None

    def all(self) -> Iterator[Stored]:
        """All runs, the newest first."""
        for folder in self._folders(self.runs):
            if is_run(folder):
                yield Stored(folder.name, folder)
                continue
            for child in self._folders(folder):
                if is_run(child):
                    yield Stored(f"{folder.name}.{child.name}", child, folder.name)

    def rows(self) -> list[dict[str, Any]]:
        """A row for each of the latest runs that can be read, the newest first."""
        rows: list[tuple[str, int, dict[str, Any]]] = []
        for run in self.all():
            concluded_ns = run.concluded_ns
            row = self._row(run, concluded_ns)
            if row is not None:
                together = run.parent if run.parent and self.report_of(run.parent) else None
                rows.append((str(row["started"]), concluded_ns, {**row, "together": together}))
            if len(rows) == MOST_LISTED:
                break
        # Of those that started in the same second, as simulated ones do, the last to be over is the newest.
        return [row for *_, row in sorted(rows, key=itemgetter(0, 1), reverse=True)]

    def _folders(self, folder: Path) -> list[Path]:
        try:
            inside = [path for path in folder.iterdir() if path.is_dir() and not path.is_symlink() and is_name(path.name)]
        except OSError:
            return []
        return sorted(inside, reverse=True)

    def _row(self, run: Stored, concluded_ns: int) -> dict[str, Any] | None:
        if not concluded_ns:
            return None
        key = (run.folder, concluded_ns)
        if key not in self._rows:
            self._rows[key] = read_row(run)
            while len(self._rows) > MOST_LISTED:
                self._rows.popitem(last=False)
        self._rows.move_to_end(key)
        return self._rows[key]


def is_name(name: str) -> bool:
    """Whether it can be the name of a folder of ours, and nothing else."""
    return 0 < len(name) <= 200 and not name.startswith(".") and not any(letter in name for letter in "/\\\0")


def is_run(folder: Path) -> bool:
    """Whether a run is, or was, written there."""
    return not folder.is_symlink() and (folder / "manifest.json").is_file()


def read_row(run: Stored) -> dict[str, Any] | None:
    """A line of the list of runs; None where the folder cannot be read as one."""
    try:
        manifest, summary = read_json(run.folder / "manifest.json"), read_json(run.folder / "summary.json")
        about = about_stored(manifest, summary, summary["jobs"]["sent"])
        told = ("completion_s", "ideal_s", "bound_s", "ratio", "held_back_by", "where_time_went_s", "verdict")
        return {
            "run": run.name,
            "started": manifest["started"],
            **{key: about[key] for key in (*TOLD, *OF_A_BATCH)},
            "size": size(slots_each(summary)),
            **{key: summary[key] for key in told},
            # The front draws a strip from a row as it does from a summary.
            "workers": summary["workers"],
            "slots": summary["slots"],
            "note": note_of(manifest, summary),
            "jobs": summary["jobs"]["sent"],
            "report": (run.folder / "report.html").is_file(),
        }
    except (OSError, ValueError, KeyError, TypeError):
        return None


def note_of(manifest: dict[str, Any], summary: dict[str, Any]) -> str:
    """What is to be known beside the verdict."""
    jobs = summary["jobs"]
    counts = [f"{jobs[kind]:,} {kind}" for kind in ("failed", "lost", "repeated") if jobs[kind]]
    if manifest.get("interrupted"):
        counts.insert(0, "interrupted")
    if manifest.get("evidence_missing"):
        counts.append("evidence missing")
    return ", ".join(counts)


def read_json(path: Path) -> dict[str, Any]:
    """A JSON object in a file.

    Raises:
        OSError: it cannot be read.
        ValueError: it is none.
    """
    value = json.loads(path.read_text(encoding="utf-8"))
    if not isinstance(value, dict):
        raise TypeError(f"{path} is no object")
    return value
