import re
from html.parser import HTMLParser
from xml.etree import ElementTree as ET

import pytest

from collector import report as module
from collector.report import Told, fits, left_out, report_html
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
        self.words += f" {data.strip()}"


def a_run(title: str = "coffee, threads 1 × 4, 1 machine", failed: str = "", **changes: object) -> Told:
    ana = Writer()
    entries = [ana.done("1", 100.0, 110.0, phases=[["hands", 100.0, 104.0, 1.0], ["machine", 104.0, 110.0, None]])]
    entries += [ana.failed(failed, 100.0, 101.0, slot=1, reason=f"UngradablePaperError: {failed} is empty")] if failed else []
    return Told(a_summary(**changes), a_ledger(entries), 100.0, title)


def page(*runs: Told, said: tuple[str, ...] = (), title: str = "A morning") -> Page:
    return Page(report_html(title, said, runs, "Many Hands 0.1.0"))


def test_a_report_says_the_answer_in_words_that_can_be_read() -> None:
    words = page(a_run(), said=("Juggling helps.",)).words

    for expected in (
        "A morning",
        "Juggling helps.",
        "coffee, threads 1 × 4, 1 machine",
        "The espresso machine was busy 98% of the time: another barista cannot help.",
        "10.00 s",
        "9.90 s",
        "1.01 ×",
        "5 of 5",
        "pass",
        "milk: nobody is needed",
        "30.5 %",
        "Many Hands 0.1.0",
    ):
        assert expected in words


def test_a_report_opens_offline() -> None:
    html = report_html("A morning", [], [a_run(), a_run(failed="2")], "Many Hands")
    found = Page(html)

    assert not {"script", "link", "img", "iframe", "object", "embed", "base"} & set(found.tags)
    assert not {"src", "href", "srcset", "data", "action"} & {name for name, _ in found.attributes}
    assert "@import" not in html
    assert re.findall(r"url\((?!#)", html) == []
    assert set(re.findall(r"https?://[^\"' ]+", html)) <= {"http://www.w3.org/2000/svg"}


def test_a_hostile_name_is_words_wherever_it_stands() -> None:
    run = a_run(title=HOSTILE, failed=HOSTILE, work=HOSTILE, run=HOSTILE)
    found = page(run, title=HOSTILE, said=(HOSTILE,))

    assert "script" not in found.tags
    assert "img" not in found.tags
    assert not any(name.startswith("on") for name, _ in found.attributes)
    assert found.words.count("evil.example") >= 5


def test_the_failed_are_listed_with_their_reason() -> None:
    words = page(a_run(failed="b.txt")).words

    assert "1 failed" in words
    assert "b.txt: UngradablePaperError: b.txt is empty" in words
    assert "failed b" not in page(a_run()).words


def test_what_is_not_known_is_a_dash_and_the_picture_says_that_it_is_not_complete() -> None:
    words = page(
        a_run(
            completion_s=None,
            ideal_s=None,
            bound_s=None,
            ratio=None,
            speedup=None,
            held_back_by=None,
            waits_s=None,
            services_s=None,
            verdict="unknown",
        )
    ).words

    assert "Nobody knows what held it back" in words
    assert "not complete" in words
    assert words.count("–") == 5
    assert "None" not in words


def test_the_picture_is_well_formed_and_shows_every_run() -> None:
    html = report_html("A morning", [], [a_run("first"), a_run("second")], "")
    svg = html[html.index("<svg") : html.index("</svg>") + 6]

    assert ET.fromstring(svg).findtext("{http://www.w3.org/2000/svg}title") == (  # noqa: S314
        "first: 3.0 × as fast as one after another; second: 3.0 × as fast as one after another"
    )


def test_a_run_of_too_many_bars_is_left_out_of_the_picture_and_the_report_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MOST_BARS", 1)
    small = Told(a_summary(), a_ledger([Writer().done("1", phases=[["wait", 0, 1, None]])]), 0.0, "small")
    big = a_run("big")

    assert (fits(small), fits(big)) == (True, False)
    assert left_out([small, big]) == ["big"]
    assert "big has too many lanes or bars for this picture" in page(small, big).words


def test_a_run_of_too_many_lanes_is_left_out_too() -> None:
    assert not fits(Told(a_summary(workers=13, slots=5), a_ledger(), 0.0, "wide"))
    assert fits(Told(a_summary(workers=8, slots=8), a_ledger(), 0.0, "narrow"))


def test_where_the_time_went_leaves_out_what_is_nothing() -> None:
    parts = {words: (spent_s, part) for words, spent_s, part in a_run().went}

    assert parts["hands"] == pytest.approx((8.0, 0.2))
    assert "a task of your own" not in parts
    assert sum(part for _, part in parts.values()) == pytest.approx(1.0, abs=0.01)
