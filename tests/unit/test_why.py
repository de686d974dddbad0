from typing import Any, get_args

import pytest

from collector.laws import LIMITS, Limit
from collector.why import HEADLINES, SENTENCES, headline, why
from tests.unit.builders import a_summary


@pytest.mark.parametrize(
    ("limit", "said"),
    [
        # 30 of 40 slot-seconds inside a job, the hands 8 of 10 s.
        ("slots", "Every slot had work 75% of the time, and the hands only 80%: more slots would help."),
        ("hands", "The hands were busy 80% of the time: more orders in the air cannot help, another barista can."),
        # 8 s of hands on 2 cores for 10 s.
        ("cores", "The 2 cores were busy 40% of the time: another barista on this machine cannot help."),
        ("machine", "The espresso machine was busy 98% of the time: another barista cannot help."),
        ("longest order", "The longest of the orders takes that long alone: more hands cannot help."),
        ("arrivals", "The last of the orders came only then: more hands can shorten the waits, and not end it sooner."),
    ],
)
def test_each_limit_has_its_sentence_with_its_figures(limit: Limit, said: str) -> None:
    assert why(a_summary(held_back_by=limit)) == said


def test_every_limit_of_the_laws_has_a_sentence() -> None:
    assert SENTENCES.keys() == set(get_args(Limit))


def test_papers_are_graded_by_teachers() -> None:
    said = why(a_summary(work="papers", held_back_by="hands"))

    assert said == "The hands were busy 80% of the time: more papers in the air cannot help, another teacher can."


def test_busy_is_of_all_there_are() -> None:
    # 9.8 s on two group heads, and 8 s of hands on four pairs.
    assert "busy 49% of the time" in why(a_summary(machines=2, held_back_by="machine"))
    assert "busy 20% of the time" in why(a_summary(processes=4, held_back_by="hands"))


@pytest.mark.parametrize("unknown", [{"held_back_by": None}, {"completion_s": None}, {"completion_s": 0.0}])
def test_what_nobody_knows_is_not_explained(unknown: dict[str, None]) -> None:
    assert why(a_summary(**unknown)).startswith("Nobody knows what held it back")


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({}, "The espresso machine held this run back."),
        ({"held_back_by": "hands"}, "The hands held this run back."),
        ({"held_back_by": None}, "What held this run back is not known."),
        ({"completion_s": None}, "What held this run back is not known."),
        ({"bound_s": 1.0}, "Something else than the work held this run back."),
    ],
)
def test_the_headline_is_the_answer_in_a_few_words(changes: dict[str, Any], said: str) -> None:
    assert headline(a_summary(**changes)) == said


def test_every_limit_has_a_headline() -> None:
    assert HEADLINES.keys() == set(LIMITS)
