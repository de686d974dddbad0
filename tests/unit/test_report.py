import json
import re
from base64 import b64encode
from dataclasses import replace
from hashlib import sha256
from html.parser import HTMLParser
from typing import Any
from xml.etree import ElementTree as ET

import pytest

from collector import panels as module
from collector.panels import capped, panel
from collector.report import policy, report_html
from collector.scaling import Curve, scaling_curve
from collector.told import Told
from tests.unit.builders import Writer, a_ledger, a_summary

HOSTILE = "<script src='http://evil.example/x.js'></script><img onerror=alert(1)>"


class Page(HTMLParser):
    """What a browser would make of a page."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.attributes: list[tuple[str, str | None]] = []
        self.words = ""
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += attrs

    def handle_data(self, data: str) -> None:
        if self.tags[-1:] not in (["script"], ["style"]):
            self.words += f" {data.strip()}"


def a_run(title: str = "coffee, threads 1 × 4, 1 machine", failed: str = "", **changes: Any) -> Told:
    ana = Writer()
    entries = [
        ana.entry("ready", pool="threads", slots=4, clock_offset_s=0.0015, clock_round_trip_s=0.0002, machine=MACHINE),
        ana.done("1", 100.0, 110.0, phases=[["hands", 100.0, 104.0, 1.0], ["machine", 104.0, 110.0, None, 0]]),
    ]
    entries += [ana.failed(failed, 100.0, 101.0, slot=1, reason=f"UngradablePaperError: {failed} is empty")] if failed else []
    manifest = {**MANIFEST, **changes.pop("manifest", {})}
    return Told(a_summary(**changes), a_ledger(entries), 100.0, title, manifest, {"1": 100.0}, {"1": "a latte"})


MACHINE = {"host": "vm", "system": "Linux 6", "python": "3.11.7", "cores": 2.0, "packages": {"celery": "5.7.0"}}
MANIFEST = {
    "command": "manyhands run coffee --orders 5",
    "seed": 1,
    "started": "2026-01-01T08:00:00+00:00",
    "manyhands": "0.1.0",
    "settings": {"pool": "threads", "speed": 60.0},
    "conductor": MACHINE,
}


def a_big_run(jobs: int, phases: int = 5) -> Told:
    """A run of so many jobs of 1 s on eight slots of two workers, each slot busy all the time."""
    writers = [Writer("ana@host"), Writer("ben@far")]
    entries = [writer.entry("ready", pool="threads", slots=4) for writer in writers]
    kinds = ("hands", "machine_wait", "machine", "wait", "hands")
    for number in range(jobs):
        start = 100.0 + number // 8
        steps = [[kinds[n % 5], start + n / phases, start + (n + 1) / phases, 0.1] for n in range(phases)]
        entries.append(writers[number % 2].done(str(number), start, start + 1, slot=number // 2 % 4, phases=steps))
    ids = [str(number) for number in range(jobs)]
    names = {job: f"large latte for customer {job}" for job in ids}
    counts = {"sent": jobs, "done": jobs, "failed": 0, "lost": 0, "repeated": 0}
    summary = a_summary(workers=2, completion_s=jobs / 8, jobs=counts)
    return Told(summary, a_ledger(entries), 100.0, "big", MANIFEST, dict.fromkeys(ids, 100.0), names)


def page(*runs: Told, said: tuple[str, ...] = (), title: str = "A morning") -> Page:
    return Page(report_html(title, said, runs, "Many Hands 0.1.0"))


def test_a_report_says_the_answer_in_words_that_can_be_read() -> None:
    words = page(a_run(), said=("Juggling helps.",)).words

    for expected in (
        "A morning",
        "Juggling helps.",
        "The espresso machine held this run back.",
        "coffee, threads 1 × 4, 1 machine",
        "1.01 × the ideal",
        "no run can beat it",
        "Verdict: pass",
        "What the laws allow: 9.8 s, set by the espresso machine",
        "Where the time went: 30% while milk was steaming",
        "30.5%",
        "Half of the orders waited 0.0 s or longer",
        "5 sent",
        "0 lost",
        "a latte",
        "ana@host",
        "1.50 ms",
        "Linux 6, Python 3.11.7, 2 cores",
        "manyhands run coffee --orders 5",
        "5.7.0",
        "Many Hands 0.1.0",
    ):
        assert expected in words


def test_what_nobody_asked_is_explained_by_the_run_itself() -> None:
    assert "The espresso machine was busy 98% of the time: another barista cannot help." in page(a_run()).words


def test_an_exercise_shows_its_question_and_how_far_off_the_guess_was() -> None:
    asked = {"question": "How long will it take?", "predicted_s": 6.0, "exercise": "one-machine"}
    words = page(a_run(manifest=asked)).words

    for expected in ("How long will it take?", "one-machine", "You said", "4.0 s too short", "you said 6.0 s"):
        assert expected in words
    assert "well said" in page(a_run(manifest={"predicted_s": 10.2})).words
    assert "5.0 s too long" in page(a_run(manifest={"predicted_s": 15.0})).words
    assert "You said" not in page(a_run()).words


def test_a_simulated_run_says_so() -> None:
    assert "This run was simulated" in page(a_run(manifest={"simulated": True})).words
    assert "Some of these runs were simulated" in page(a_run(), a_run(simulated=True)).words
    assert "simulated" not in page(a_run()).words


def test_a_report_opens_offline() -> None:
    html = report_html("A morning", [], [a_run(), a_run(failed="2")], "Many Hands", curve=a_curve())
    found = Page(html)
    ids = [value for name, value in found.attributes if name == "id"]

    assert not {"link", "img", "iframe", "object", "embed", "base", "form"} & set(found.tags)
    assert not {"src", "href", "xlink:href", "srcset", "data", "action"} & {name for name, _ in found.attributes}
    assert "@import" not in html
    assert re.findall(r"url\((?!#)", html) == []
    assert set(re.findall(r"https?://[^\"' ]+", html)) <= {"http://www.w3.org/2000/svg"}
    assert len(ids) == len(set(ids)) > 10
    assert set(re.findall(r"url\(#([\w-]+)\)", html)) <= set(ids)


def test_a_report_lets_its_own_script_run_and_no_other() -> None:
    html = report_html("A morning", [], [a_run()], "")
    [script] = re.findall(r"<script>(.*?)</script>", html, re.DOTALL)
    digest = b64encode(sha256(script.encode()).digest()).decode()

    assert f"script-src 'sha256-{digest}'" in policy()
    assert ("content", policy()) in Page(html).attributes
    assert "default-src 'none'" in policy()


def test_a_hostile_name_is_words_wherever_it_stands() -> None:
    manifest = {"question": HOSTILE, "command": HOSTILE, "exercise": HOSTILE, "conductor": {"host": HOSTILE}}
    run = a_run(title=HOSTILE, failed=HOSTILE, work=HOSTILE, run=HOSTILE, pool=HOSTILE, manifest=manifest)
    run = replace(run, names={"1": HOSTILE, HOSTILE: HOSTILE})
    for found in (page(run, title=HOSTILE, said=(HOSTILE,)), page(run, run, title=HOSTILE, said=(HOSTILE,))):
        assert found.tags.count("script") == found.tags.count("figure") + 2
        assert "img" not in found.tags
        assert not any(name.startswith("on") for name, _ in found.attributes)
        assert found.words.count("evil.example") >= 5


def test_the_failed_are_listed_with_their_reason() -> None:
    failed = a_run(failed="b.txt", jobs={"sent": 5, "done": 4, "failed": 1, "lost": 0, "repeated": 0})
    words = page(failed).words

    assert "1 failed, and why" in words
    assert "UngradablePaperError: b.txt is empty" in words
    assert "and why" not in page(a_run()).words


def test_what_is_not_known_is_a_dash_and_the_picture_says_that_it_is_not_complete() -> None:
    unknown: dict[str, Any] = dict.fromkeys(
        ("completion_s", "ideal_s", "bound_s", "bounds_s", "ratio", "speedup", "held_back_by")
    )
    words = page(a_run(**unknown, waits_s=None, services_s=None, verdict="unknown")).words

    assert "Nobody knows what held it back" in words
    assert "not complete" in words
    assert words.count("–") >= 3
    assert "None" not in words


def test_lanes_are_in_the_file_as_a_picture_and_as_data() -> None:
    html = report_html("A morning", [], [a_run("first"), a_run("second")], "")
    pictures = re.findall(r'<div class="picture">(<svg.*?</svg>)', html, re.DOTALL)
    data = [json.loads(text) for text in re.findall(r'<script type="application/json">(.*?)</script>', html, re.DOTALL)]

    assert [ET.fromstring(each).findtext("{http://www.w3.org/2000/svg}title") for each in pictures] == [  # noqa: S314
        "first: 3.0 × as fast as one after another",
        "second: 3.0 × as fast as one after another",
    ]
    assert [each["lanes"] for each in data] == [
        [["espresso machine", "head 1"], *([["ana@host", str(n)] for n in range(1, 5)])]
    ] * 2
    assert data[0]["bars"][1] == [25, 0, 40_000, 0, 2 * 128 + 100, 0, 60_000, 0]
    assert data[0]["jobs"] == ["a latte"]


def a_curve() -> Curve:
    return scaling_curve({1: [12.0], 2: [6.5]}, {})


def test_a_report_of_a_thousand_jobs_is_small_and_holds_every_one() -> None:
    html = report_html("big", [], [a_big_run(1000)], "")

    assert len(html.encode()) < 1_000_000
    assert html.count("large latte for customer") >= 2000
    assert "drawn together" not in html


def test_a_picture_leaves_out_what_it_cannot_hold_and_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MOST_BARS", 2000)
    monkeypatch.setattr(module, "MOST_LANES", 6)
    run = a_big_run(1600)
    whole = panel(run)
    shown, left_out = capped(whole, run.end_s)

    assert len(whole.lanes) == 8
    assert len(shown.lanes) <= 6
    assert sum(len(lane.bars) for lane in shown.lanes) <= 2000
    assert "drawn together" in left_out
    assert f"{len(shown.lanes)} of 8 lanes" in left_out
    assert left_out in page(run).words
    assert capped(panel(a_run()), 10.0) == (panel(a_run()), "")


def test_the_tables_of_a_large_run_say_what_they_leave_out() -> None:
    words = page(a_big_run(1200)).words

    assert "The first 1000 to begin; the other 200 are in tasks.csv." in words


def test_where_the_time_went_leaves_out_what_is_nothing() -> None:
    words = page(a_run()).words

    assert "20.0%" in words
    assert "a task of your own" not in words
