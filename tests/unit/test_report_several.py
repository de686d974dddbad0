"""Reports of several runs: told apart, compared, and held against a question."""

import re

import pytest

from collector.answered import Answered, Claimed
from collector.differences import results, sentence, settings
from collector.prose import prose
from collector.report import report_html, together
from collector.told import Told, told_apart
from tests.unit.test_report import Page, a_curve, a_run, page


def test_two_runs_say_what_differed() -> None:
    slow = a_run("solo", completion_s=20.0, pool="solo", manifest={"settings": {"pool": "solo", "speed": 60.0}})
    found = page(a_run("threads"), slow, said=(sentence(a_run("threads"), slow),)).words

    assert "threads was 2.00 times as fast as solo: 10.0 s against 20.0 s." in found
    assert "Settings that differed" in found
    assert "Results that differed" in found
    assert {(each.name, each.first, each.second) for each in settings(a_run(), slow)} == {("pool", "threads", "solo")}
    assert ("completion", "10.00 s", "20.00 s") in {(each.name, each.first, each.second) for each in results(a_run(), slow)}


def test_two_runs_with_the_same_settings_are_told_apart_by_the_time_of_day() -> None:
    runs = [a_run(run=f"r{n}", manifest={"started": f"2026-01-0{n}T08:0{n}:00+00:00"}) for n in (1, 2)]
    words = page(*told_apart(runs)).words

    assert [run.apart for run in told_apart(runs)] == [", at 08:01:00", ", at 08:02:00"]
    assert "threads 1 × 4, at 08:02:00" in words
    assert "r1" in words
    assert told_apart(runs[:1]) == runs[:1]


@pytest.mark.parametrize(
    ("names", "started", "apart"),
    [
        (("x.near", "x.far"), ("2026-01-01T08:00:00", "2026-01-01T08:00:01"), [" (near)", " (far)"]),
        (("a", "b"), ("2026-01-01T08:00:00", "2026-01-02T08:00:00"), [", 2026-01-01 08:00:00", ", 2026-01-02 08:00:00"]),
        (("a", "b"), ("2026-01-01T08:00:00", "2026-01-01T08:00:00"), [" (a)", " (b)"]),
        (("a", "a"), ("", ""), ["", ""]),
    ],
)
def test_runs_are_told_apart_by_the_shortest_that_is_their_own(
    names: tuple[str, str], started: tuple[str, str], apart: list[str]
) -> None:
    runs = [a_run(run=name, manifest={"started": at}) for name, at in zip(names, started, strict=True)]

    assert [run.apart for run in told_apart(runs)] == apart


def test_an_answer_stands_beside_the_prediction_and_the_claims_beside_what_was_seen() -> None:
    why = [("Explain", prose("See `hands-full`, *not* <b>."))]
    claims = [Claimed("It holds.", holds=True, seen="5.62"), Claimed("It is slow.", holds=False, seen="1.00")]
    asked = Answered("How long?", "2.00 s", "3.05 s", "1.05 s too low.", [("The ideal", "2.90 s")], why, claims)
    html = report_html("Exercise 2: In the air", [], [a_run(), a_run("b")], "", answered=asked)
    words = Page(html).words

    for expected in (
        "How long?",
        "Exercise 2",
        "You said 2.00 s",
        "3.05 s",
        "The ideal 2.90 s",
        "1.05 s too low.",
        "✓ It holds. 5.62",
        "✗ It is slow.",
    ):
        assert expected in words
    assert "See <code>hands-full</code>, <em>not</em> &lt;b&gt;." in html


@pytest.mark.parametrize("count", [1, 2])
def test_what_is_needed_to_repeat_a_run_is_there_without_a_script_and_on_paper(count: int) -> None:
    html = report_html("T", [], [a_run(f"run {n}", run=f"r{n}", manifest={"seed": 40 + n}) for n in range(count)], "")
    shown = re.sub(r"<details>.*?</details>", "", html, flags=re.DOTALL)
    words = Page(shown).words

    for expected in (*(f"seed {40 + n}" for n in range(count)), "manyhands run coffee --orders 5", "1.50 ms", "5.7.0"):
        assert expected in words
    assert words.count("Linux 6, Python 3.11.7") >= count
    assert words.count("manyhands run coffee --orders 5") == 1


def test_the_sentence_of_a_difference_claims_no_more_than_there_is() -> None:
    one = a_run("one")

    assert sentence(one, a_run("two", completion_s=10.2)) == "Both took about the same: 10.0 s against 10.2 s."
    assert "not complete" in sentence(one, a_run(completion_s=None))
    assert "different work" in sentence(one, a_run(work="papers", completion_s=30.0))
    went = {**one.summary["where_time_went_s"], "wait": 52.2}
    slow = a_run("two", completion_s=20.0, where_time_went_s=went)
    assert sentence(slow, one).endswith("milk (hands free): 12.2 s of the slots' time against 52.2 s.")


def test_runs_of_one_batch_are_compared_and_others_are_not() -> None:
    def titles(*runs: Told) -> list[str]:
        return [figure.title for figure in together(runs, None)]

    assert titles(a_run()) == []
    assert titles(a_run(), a_run(pool="solo", completion_s=30.0)) == [
        "threads 1 × 4 was the fastest, 3.0 times as fast as solo 1 × 4"
    ]
    assert titles(a_run(), a_run(work="papers")) == []


def test_a_scaling_curve_is_in_the_report_where_there_is_one() -> None:
    html = report_html("Scale", [], [a_run(), a_run()], "", curve=a_curve())

    assert "Too few counts to say. Run four or more." in Page(html).words
