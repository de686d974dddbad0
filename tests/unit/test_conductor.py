"""What the conductor writes of a run; that it conducts is for tests/integration."""

import json
import shlex
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, cast

import pytest

from collector.folder import RunFolder, read_lines
from manyhands.broker import Broker
from manyhands.guard import Guard
from manyhands.lab import Lab
from manyhands.plan import Plan
from manyhands.progress import Bar
from manyhands.record import Ran, conclude, manifest, measured_steps
from manyhands.watch import Watch, sent_row
from producer.job import Step
from producer.send import Sent
from tests.unit.builders import RUN, Writer, a_job, a_ledger, a_row, a_span
from tests.unit.test_tables import a_grade

JOBS = [a_job("1", hands=1.0, wait=2.0), a_job("2", wait=1.0)]


@pytest.fixture
def ran(tmp_path: Path) -> Iterator[Ran]:
    with RunFolder.create(tmp_path / "runs", RUN) as folder:
        yield Ran(Plan("coffee", JOBS, "threads", 1, 2), RUN, folder, a_ledger())


def finish(ran: Ran) -> None:
    ana = Writer()
    ran.sent_s = {"1": 100.0, "2": 100.0}
    ran.ledger.add(ana.done("1", 100.0, 103.0, phases=[["hands", 100.0, 101.0, 1.0], ["wait", 101.0, 103.0, None]]))
    ran.ledger.add(ana.done("2", 100.0, 101.0, slot=1, phases=[["wait", 100.0, 101.0, None]]))


def a_lab(url: str) -> Lab:
    """A lab that is only told of; no guard is started for it."""
    return Lab(Broker(url, embedded=False), cast("Guard", None))


def read(ran: Ran, name: str) -> Any:
    return json.loads((ran.folder.path / name).read_text())


def test_a_run_leaves_everything_that_is_drawn_of_it_in_its_folder(ran: Ran) -> None:
    finish(ran)
    summary = conclude(ran)

    assert {path.name for path in ran.folder.path.iterdir()} == {"summary.json", "tasks.csv", "trace.json", "report.html"}
    assert read(ran, "summary.json") == summary == ran.summary
    assert (summary["completion_s"], summary["ideal_s"], summary["verdict"]) == (3.0, 3.0, "pass")
    assert "order 1" in (ran.folder.path / "tasks.csv").read_text()
    assert {event["name"] for event in read(ran, "trace.json")["traceEvents"]} >= {"order 1", "order 2", "hands"}
    assert ran.plan.title in (ran.folder.path / "report.html").read_text()


def test_papers_leave_their_grades_and_feedback_too(ran: Ran) -> None:
    finish(ran)
    ran.ledger.add(Writer("ben@host").done("3", task="papers.grade", result=a_grade("ada.txt")))
    ran.sent_s["3"] = 100.0
    ran.plan = Plan("papers", [*JOBS, a_job("3", hands=1.0)], "threads", 1, 2)
    conclude(ran)

    assert (ran.folder.path / "grades.csv").read_text().splitlines()[1] == "ada.txt,71.5,7.5,15.0"
    assert (ran.folder.path / "feedback.md").read_text().startswith("## ada.txt: 71.5 of 100")


def test_a_run_that_was_cut_short_is_concluded_all_the_same(ran: Ran) -> None:
    summary = conclude(ran)

    assert summary["verdict"] == "unknown"
    assert summary["jobs"]["sent"] == 0
    assert "Nobody knows what held it back" in (ran.folder.path / "report.html").read_text()


def test_entries_are_written_down_before_they_are_counted_and_others_are_not(ran: Ran) -> None:
    ana = Writer()
    entries = [ana.begun("1"), ana.done("1"), ana.done("1", run="another"), ana.done("2")]
    with Bar("title", 2) as bar:
        watch = Watch(ran, bar)
        watch.take(entries)
        watch.take([entries[1]])

    assert [entry["seq"] for entry in read_lines(ran.folder.path / "journal.jsonl")] == [1, 2, 4]
    assert watch.is_over


def test_a_job_that_is_sent_again_was_sent_when_it_was_first(ran: Ran) -> None:
    with Bar("title", 2) as bar:
        watch = Watch(ran, bar)
        watch.note_sent([Sent(JOBS[0], 100.0), Sent(JOBS[1], 101.0)])
        watch.note_sent([Sent(JOBS[0], 200.0)])

    assert ran.sent_s == {"1": 100.0, "2": 101.0}
    assert [row["sent_s"] for row in read_lines(ran.folder.path / "sent.jsonl")] == [100.0, 101.0]


def test_what_was_sent_is_told_with_its_demands() -> None:
    assert sent_row(Sent(a_job("7", hands=1.0, wait=2.0, arrives_s=3.0), 100.0)) == {
        "job": "7",
        "name": "order 7",
        "task": "coffee.make",
        "sent_s": 100.0,
        "arrives_s": 3.0,
        "steps": [["hands", 1.0], ["wait", 2.0]],
    }


def test_what_a_job_was_measured_to_cost_is_its_cpu_time_with_the_gil_and_without() -> None:
    row = a_row(spans=[a_span("hands", 0, 3, 1.5), a_span("native", 3, 4, 0.5), a_span("wait", 4, 9), a_span("hands", 9, 9)])

    assert list(measured_steps(row)) == [Step("hands", 1.5), Step("native", 0.5), Step("hands", 0.0)]


def test_a_manifest_has_what_is_needed_to_repeat_the_run(ran: Ran) -> None:
    finish(ran)
    ran.ledger.add(Writer("ben@host").entry("ready", pool="threads", slots=2, clock_offset_s=0.01, clock_round_trip_s=0.001))
    told = json.loads(json.dumps(manifest(ran, a_lab("redis://127.0.0.1:6379/0").broker)))

    assert told["run"] == RUN
    assert {"manyhands", "command", "started", "seed", "interrupted", "evidence_missing"} <= told.keys()
    assert told["settings"].items() >= {"work": "coffee", "pool": "threads", "workers": 1, "slots": 2, "machines": 1}.items()
    assert {"python", "cores", "cgroup_cores", "packages"} <= told["conductor"].keys()
    assert told["workers"]["ben@host"].items() >= {"host": "host", "slots": 2, "clock_offset_s": 0.01}.items()


@pytest.mark.parametrize("arguments", [["--broker", "redis://:hush@far:6379/0"], ["--broker=redis://:hush@far:6379/0"]])
def test_a_manifest_tells_nobody_the_password(ran: Ran, monkeypatch: pytest.MonkeyPatch, arguments: list[str]) -> None:
    monkeypatch.setattr(sys, "argv", ["manyhands", "run", "coffee", *arguments])
    told = manifest(ran, a_lab("redis://:hush@far:6379/0").broker)

    assert told["broker"] == "redis://:***@far:6379/0"
    assert shlex.split(told["command"])[:3] == ["manyhands", "run", "coffee"]
    assert "redis://:***@far:6379/0" in told["command"]
    assert "hush" not in json.dumps(told)
