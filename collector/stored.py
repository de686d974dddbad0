"""A run read back from its folder: everything that is drawn can be drawn again from there."""

import json
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any, TypeVar

from collector.fold import Ledger
from collector.folder import MANIFEST, read_lines
from collector.laws import bounds_s
from collector.shape import Shape, slots_each
from collector.told import Told
from producer.errors import BadInputError, did_you_mean
from producer.job import Job, Step

CURE = "Name a folder in runs/"

Whole = TypeVar("Whole")


def read_run(folder: Path) -> Told:
    """The run in a folder.

    Raises:
        BadInputError: there is no run, or not all of one.
    """
    try:
        manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
        summary = json.loads((folder / "summary.json").read_text(encoding="utf-8"))
        ledger = Ledger(manifest["run"])
        for entry in read_lines(folder / "journal.jsonl"):
            ledger.add(entry)
        sent = read_lines(folder / "sent.jsonl")
        if "bounds_s" not in summary:
            summary["bounds_s"] = _bounds(sent, summary, manifest)
        return Told(
            summary,
            ledger,
            first_s=min((row["sent_s"] for row in sent), default=0.0),
            title=manifest["title"],
            manifest=manifest,
            sent_s={row["job"]: row["sent_s"] for row in sent},
            names={row["job"]: row["name"] for row in sent},
        )
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise BadInputError(folder, f"holds no run that can be read ({error!r})", CURE) from None


def _bounds(sent: list[dict[str, Any]], summary: Mapping[str, Any], manifest: Mapping[str, Any]) -> dict[str, float] | None:
    """The bounds of a run whose summary is of before there were any; None where the jobs' demands are not on record."""
    jobs = [_job(row) for row in sent]
    if not jobs or not all(job.steps for job in jobs):
        return None
    slots = slots_each(summary)
    forks = summary["processes"] == sum(slots) and manifest["settings"]["pool"] in ("prefork", "multiprocessing")
    shape = Shape(len(slots), max(slots), forks, summary["cores"], summary["machines"], tuple(slots))
    return {str(limit): bound_s for limit, bound_s in bounds_s(jobs, shape).items()}


def _job(row: Mapping[str, Any]) -> Job:
    steps = tuple(Step(kind, seconds) for kind, seconds in row["steps"])
    return Job(row["job"], row["name"], row["task"], [], steps, row["arrives_s"])


def read_json(path: Path, read: Callable[[Any], Whole]) -> Whole:
    """What a file of JSON holds, made whole by `read`.

    Raises:
        BadInputError: it is no JSON, or not what `read` takes.
    """
    try:
        return read(json.loads(path.read_text(encoding="utf-8")))
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise BadInputError(path, f"cannot be read ({error!r})", "Remove it, or make the run again") from None


def read_runs(folder: Path) -> list[Told]:
    """The run in a folder, or those that a comparison compares, in the order in which they were made.

    Raises:
        BadInputError: there is none.
    """
    if is_single(folder) or not is_run(folder):
        return [read_run(folder)]
    compared = read_json(folder / "summary.json", lambda told: {summary["run"] for summary in told["runs"]})
    told = [run for run in map(read_run, _parts(folder)) if not compared or run.summary["run"] in compared]
    if not told:
        raise BadInputError(folder, "holds no run that can be read", CURE)
    return sorted(told, key=lambda run: str(run.manifest.get("started", "")))


def find_run(runs: Path, name: str) -> Path:
    """The folder of a run: a path, a name under `runs`, `parent.child` for one within a comparison, or `latest`.

    Raises:
        BadInputError: there is no such run.
    """
    for path in _places(runs, name):
        if is_run(path):
            return path.resolve()
    known = sorted(path.name for path in runs.iterdir() if is_run(path)) if runs.is_dir() else []
    cure = did_you_mean(name, known[-8:]) if known else "Make one first: manyhands run coffee"
    raise BadInputError(name, f"is no run, neither as a path nor in {runs}", cure)


def is_run(path: Path) -> bool:
    """Whether a folder holds a run, or a comparison of some."""
    return (path / "summary.json").is_file()


def is_single(path: Path) -> bool:
    """Whether a folder is that of one run, and not of several."""
    return (path / MANIFEST).exists()


def _places(runs: Path, name: str) -> Iterator[Path]:
    yield runs / name
    parent, _, child = name.partition(".")
    if child:
        yield runs / parent / child
    yield Path(name)


def _parts(folder: Path) -> list[Path]:
    """The runs within a comparison, without the link to its latest, or one that was cut short before anything was sent."""
    parts = (path for path in folder.iterdir() if not path.is_symlink())
    return sorted(path for path in parts if is_single(path) and is_run(path) and (path / "sent.jsonl").is_file())
