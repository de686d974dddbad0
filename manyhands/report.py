"""`manyhands report`: the report of a run made again from its folder, or two runs side by side."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from collector.differences import sentence
from collector.folder import SUMMARY, write_whole, writing
from collector.report import report_html
from collector.stored import find_run, is_single, read_json, read_runs
from collector.told import Told, told_apart
from manyhands.folder_report import folder_html, shown
from manyhands.record import made_with


@dataclass(frozen=True, slots=True)
class Report:
    """A report that was written: where, of which runs, and in words what it says of them."""

    path: Path
    runs: list[Told]
    said: list[str]

    @property
    def summaries(self) -> list[dict[str, Any]]:
        """The summaries of its runs."""
        return [dict(run.summary) for run in self.runs]


def report(runs: Path, names: list[str], out: Path | None = None) -> Report:
    """Write the report of a run or a comparison in its folder; of two, beside the report of the second.

    Raises:
        BadInputError: there is no such run, or nothing can be written.
    """
    folders = [find_run(runs, name) for name in names]
    html, told, said = _alone(folders[0]) if len(folders) == 1 else _together(folders)
    file = "report.html" if len(folders) == 1 else f"report-against-{folders[0].name}.html"
    path = out or folders[-1] / file
    with writing(path):
        write_whole(path, html)
    return Report(path, told, said)


Made = tuple[str, list[Told], list[str]]


def _alone(folder: Path) -> Made:
    """The report of what lies in a folder, as it was when it was first made."""
    told = read_runs(folder)
    if is_single(folder):
        [run] = told
        return report_html(run.title, [run.why], told, made_with()), told, [run.why]
    return read_json(
        folder / SUMMARY, lambda kept: (folder_html(kept, told, folder.name), shown(kept, told), list(kept.get("said", ())))
    )


def _together(folders: list[Path]) -> Made:
    """The report of two runs, or of all those in two folders."""
    groups = [_shown(folder) for folder in folders]
    told = told_apart([run for group in groups for run in group])
    said = [sentence(*told)] if len(told) == 2 else []
    titles = [run.title for run in told] if said else [folder.name for folder in folders]
    return report_html(" and ".join(titles), said, told, made_with()), told, said


def _shown(folder: Path) -> list[Told]:
    told = read_runs(folder)
    return told if is_single(folder) else read_json(folder / SUMMARY, lambda kept: shown(kept, told))
