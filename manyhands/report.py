"""`manyhands report`: the report of a run made again from its folder, or two runs side by side."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from collector.differences import sentence
from collector.folder import write_whole, writing
from collector.report import report_html
from collector.scaling import Curve, read_curve
from collector.stored import find_run, read_json, read_runs
from collector.told import Told
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
    found = [read_runs(folder) for folder in folders]
    told = [run for group in found for run in group]
    said = [sentence(*told)] if len(folders) == len(told) == 2 else [told[0].why] if len(told) == 1 else []
    file = "report.html" if len(folders) == 1 else f"report-against-{folders[0].name}.html"
    path = out or folders[-1] / file
    title = " and ".join(_title(folder, group) for folder, group in zip(folders, found, strict=True))
    curve = _curve(folders[0]) if len(folders) == 1 else None
    with writing(path):
        write_whole(path, report_html(title, said, told, made_with(), curve))
    return Report(path, told, said)


def _title(folder: Path, group: list[Told]) -> str:
    return group[0].title if len(group) == 1 else folder.name


def _curve(folder: Path) -> Curve | None:
    """The scaling curve that lies in a folder, where there is one."""
    path = folder / "curve.json"
    return read_json(path, read_curve) if path.is_file() else None
