import json
from pathlib import Path

import pytest

from collector.folder import RunFolder
from collector.report import Told, report_html
from collector.stored import read_run
from manyhands.broker import Broker
from manyhands.conductor import Watch
from manyhands.plan import Plan
from manyhands.progress import Bar
from manyhands.record import Ran, conclude, manifest
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
