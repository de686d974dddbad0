import json
import shutil
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pytest

from collector.scaling import scaling_curve
from manyhands.cli import run_command_line
from tests.unit.builders import Writer, a_summary


@pytest.fixture
def runs(tmp_path: Path) -> Path:
    """Two runs, `fast` and `slow`, and the link to the latest."""
    for name, taken_s in (("fast", 10.0), ("slow", 20.0)):
        write_run(tmp_path / name, name, taken_s)
    (tmp_path / "latest").symlink_to("slow", target_is_directory=True)
    return tmp_path


def write_run(folder: Path, name: str, taken_s: float) -> None:
    folder.mkdir()
    ana = Writer()
    entries = [ana.entry("ready", pool="threads", slots=4), ana.done("1", 100.0, 100.0 + taken_s, run=name)]
    rows = {
        "manifest.json": [{"run": name, "title": f"coffee, {name}", "settings": {"pool": name}, "workers": {}}],
        "summary.json": [a_summary(run=name, completion_s=taken_s)],
        "journal.jsonl": entries,
        "sent.jsonl": [{"job": "1", "name": "latte", "task": "coffee.make", "sent_s": 100.0, "arrives_s": 0.0, "steps": []}],
    }
    for file, lines in rows.items():
        (folder / file).write_text("".join(json.dumps(line) + "\n" for line in lines))


def type_report(monkeypatch: pytest.MonkeyPatch, *words: object) -> int:
    monkeypatch.setattr("sys.argv", ["manyhands", "report", *map(str, words)])
    return run_command_line()


def test_a_report_is_made_again_in_the_folder_of_its_run(
    runs: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert type_report(monkeypatch, "latest", "--runs", runs) == 0

    path = runs / "slow" / "report.html"
    assert capsys.readouterr().out.endswith(f"{path}\n")
    assert "coffee, slow" in path.read_text()


def test_two_runs_are_compared_in_one_report(
    runs: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    out = runs / "both.html"
    assert type_report(monkeypatch, runs / "fast", "slow", "--runs", runs, "--out", out, "--json") == 0

    told: dict[str, Any] = json.loads(capsys.readouterr().out)
    assert told["said"][0].startswith("coffee, fast was 2.00 times as fast as coffee, slow: 10.0 s against 20.0 s.")
    assert [run["run"] for run in told["runs"]] == ["fast", "slow"]
    assert told["report"] == str(out)
    assert "Settings that differed" in out.read_text()


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("compare coffee --pools solo,threads --orders 4", "<h1>4 orders</h1>"),
        ("scale coffee --workers 1,2 --repeats 2 --orders 4", "<h1>coffee, threads, 4 jobs</h1>"),
        ("run coffee --orders 4 --predict 2 --question How-long?", "<h1>How-long?</h1>"),
        ("exercise juggling --small --predict 2", "How many seconds with eight orders in the air?</h1>"),
    ],
)
def test_a_report_is_the_same_when_it_is_made_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, words: str, said: str
) -> None:
    monkeypatch.setattr("sys.argv", ["manyhands", *words.split(), "--simulate", "--runs", str(tmp_path)])
    assert run_command_line() == 0
    path = tmp_path / "latest" / "report.html"
    first = path.read_text()
    path.write_text("spoilt")

    assert type_report(monkeypatch, "latest", "--runs", tmp_path) == 0
    assert said in first
    # What stands above and below says when it was made.
    first_main, again_main = (html.partition("<main>")[2].partition("</main>")[0] for html in (first, path.read_text()))
    assert again_main == first_main


def test_a_folder_from_before_titles_were_kept_is_called_by_its_name(runs: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    scale = runs / "scale"
    scale.mkdir()
    for name in ("fast", "slow"):
        shutil.move(runs / name, scale / name)
    kept = {"runs": [{"run": "slow"}, {"run": "fast"}], "curve": asdict(scaling_curve({1: [20.0], 2: [10.0]}, {}))}
    (scale / "summary.json").write_text(json.dumps(kept))

    assert type_report(monkeypatch, "scale", "--runs", runs) == 0
    html = (scale / "report.html").read_text()
    assert "<h1>scale</h1>" in html
    assert "Too few counts to say" in html
    assert html.index("coffee, slow") < html.index("coffee, fast")

    (scale / "summary.json").write_text(json.dumps({**kept, "curve": {"points": 1}}))
    assert type_report(monkeypatch, "scale", "--runs", runs) == 2


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["fsat"], "fsat: is no run, neither as a path nor in"),
        (["fast", "slow", "latest"], "report: is of one run or of two, and these are 3"),
        (["fast", "--out", "/nowhere/report.html"], "/nowhere/report.html: cannot be written"),
    ],
)
def test_a_mistake_is_said_in_one_line(
    runs: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], words: list[str], said: str
) -> None:
    assert type_report(monkeypatch, *words, "--runs", runs) == 2

    told = capsys.readouterr().err
    assert said in told
    assert len(told.splitlines()) == 1
