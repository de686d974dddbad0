import json
import shutil
from pathlib import Path

import pytest

from collector.folder import RunFolder
from collector.report import report_html
from collector.stored import find_run, read_run, read_runs
from collector.told import Told
from manyhands.broker import Broker
from manyhands.plan import Plan
from manyhands.progress import Bar
from manyhands.record import Ran, conclude, manifest
from manyhands.watch import Watch
from producer.errors import BadInputError
from producer.send import Sent
from tests.unit.builders import RUN, Writer, a_job, a_ledger

FILES = ("manifest.json", "summary.json", "journal.jsonl", "sent.jsonl")


@pytest.fixture
def told(tmp_path: Path) -> Told:
    """A run as it is told when it ends; its folder is `tmp_path / "run"`."""
    job, ana = a_job("1", hands=1.0, wait=2.0), Writer()
    phases = [["hands", 100.0, 101.0, 0.5], ["wait", 101.0, 103.0, None]]
    with RunFolder.create(tmp_path, "run") as folder, Bar("title", 1) as bar:
        ran = Ran(Plan("coffee", [job], "threads", 1, 2), RUN, folder, a_ledger())
        watch = Watch(ran, bar)
        watch.note_sent([Sent(job, 100.0)])
        watch.take([ana.entry("ready", pool="threads", slots=2), ana.begun("1"), ana.done("1", 100.0, 103.0, phases=phases)])
        folder.write_json("manifest.json", manifest(ran, Broker("redis://far:1/0", embedded=False)))
        conclude(ran)
    return ran.told


def test_a_run_read_back_from_its_folder_is_told_as_it_was(tmp_path: Path, told: Told) -> None:
    again = read_run(tmp_path / "run")

    assert (again.title, again.first_s, again.summary) == (told.title, told.first_s, told.summary)
    assert (again.sent_s, again.names, again.manifest) == (told.sent_s, told.names, told.manifest)
    assert again.ledger.rows == told.ledger.rows
    assert again.ledger.missing == 0
    assert report_html("T", [], [again], "now") == report_html("T", [], [told], "now")


@pytest.mark.usefixtures("told")
@pytest.mark.parametrize("name", FILES)
def test_a_run_of_which_a_file_is_gone_is_no_run(tmp_path: Path, name: str) -> None:
    (tmp_path / "run" / name).unlink()

    with pytest.raises(BadInputError, match=r"run: holds no run that can be read .*Name a folder in runs/\.$"):
        read_run(tmp_path / "run")


@pytest.mark.usefixtures("told")
@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("manifest.json", "{"),
        ("manifest.json", "{}"),
        ("manifest.json", "[]"),
        ("journal.jsonl", "junk\n"),
        ("journal.jsonl", json.dumps({"kind": "done"}) + "\n"),
        ("sent.jsonl", "{}\n"),
    ],
)
def test_a_run_of_which_a_file_is_not_whole_is_no_run(tmp_path: Path, name: str, text: str) -> None:
    (tmp_path / "run" / name).write_text(text)

    with pytest.raises(BadInputError, match="holds no run that can be read"):
        read_run(tmp_path / "run")


def test_an_older_run_is_read_as_far_as_it_goes(tmp_path: Path, told: Told) -> None:
    folder = tmp_path / "run"
    summary = {key: value for key, value in told.summary.items() if key not in ("bounds_s", "slots_each", "simulated")}
    manifest = {key: told.manifest[key] for key in ("run", "title", "settings", "workers")}
    (folder / "summary.json").write_text(json.dumps(summary))
    (folder / "manifest.json").write_text(json.dumps(manifest))

    assert read_run(folder).summary["bounds_s"] == told.summary["bounds_s"]
    assert "How to repeat it" in report_html("T", [], [read_run(folder)], "now")


@pytest.mark.usefixtures("told")
def test_a_run_is_found_by_path_by_name_as_the_latest_and_within_a_comparison(tmp_path: Path) -> None:
    run = tmp_path / "run"
    within = tmp_path / "compare" / "coffee-solo"
    within.parent.mkdir()
    (tmp_path / "compare" / "summary.json").write_text('{"runs": []}')
    within.symlink_to(run, target_is_directory=True)

    for name in ("run", "latest", str(run), "compare/coffee-solo", "compare.coffee-solo"):
        assert find_run(tmp_path, name) == run
    assert find_run(tmp_path, "compare") == tmp_path / "compare"


@pytest.mark.usefixtures("told")
def test_a_run_that_is_not_there_is_said_in_one_line(tmp_path: Path) -> None:
    with pytest.raises(BadInputError, match=r"^rum: is no run, neither as a path nor in .*\. Did you mean 'run'\?$"):
        find_run(tmp_path, "rum")
    with pytest.raises(BadInputError, match=r"^latest: is no run, .* Make one first: manyhands run coffee\.$"):
        find_run(tmp_path / "nowhere", "latest")


def test_a_comparison_is_its_runs_in_the_order_they_were_made(tmp_path: Path, told: Told) -> None:
    compared = tmp_path / "compare"
    compared.mkdir()
    (compared / "summary.json").write_text('{"runs": []}')
    for name, started in (("a", "2026-01-01T08:00:02"), ("b", "2026-01-01T08:00:01")):
        shutil.copytree(tmp_path / "run", compared / name)
        (compared / name / "manifest.json").write_text(json.dumps({**told.manifest, "title": name, "started": started}))
    (compared / "latest").symlink_to("a", target_is_directory=True)

    assert [run.title for run in read_runs(compared)] == ["b", "a"]

    # And one that was cut short before it sent anything
    shutil.copytree(compared / "a", compared / "c")
    (compared / "c" / "sent.jsonl").unlink()
    assert [run.title for run in read_runs(compared)] == ["b", "a"]

    (compared / "summary.json").write_text('{"runs": [{"run": "another"}]}')
    with pytest.raises(BadInputError, match=r"holds no run that can be read\. Name a folder in runs/\.$"):
        read_runs(compared)
