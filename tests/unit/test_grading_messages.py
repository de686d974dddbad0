"""A paper as it comes in a message: what is graded, what is refused, and as what."""

import json
from typing import Any

import pytest

from workers.coffee import UnreadableError
from workers.execution import Execution, current
from workers.grader import grade
from workers.papers import UngradablePaperError, fingerprint_class, grade_message, read_class
from workers.rubric import read_rubric

RUBRIC = read_rubric()
MINE = "The barista has one pair of hands, and the machine has two group heads, so the line grows."
KEY = "the-class"


class Drawer:
    """A shelf in memory."""

    def __init__(self, texts: dict[str, str] | None = None) -> None:
        self.texts = texts or {}
        self.looked = 0

    def get(self, name: str) -> str | None:
        self.looked += 1
        return self.texts.get(name)


def a_class(**texts: str) -> Drawer:
    return Drawer({KEY: json.dumps(fingerprint_class(texts))})


def a_paper(**changes: Any) -> dict[str, Any]:
    return {"paper": "mine", "text": MINE, "fault": "", "grader": "native", "class": KEY, **changes}


def originality(result: dict[str, Any]) -> str:
    (said,) = (mark["feedback"] for mark in result["marks"] if mark["criterion"] == "originality")
    return str(said)


def test_a_paper_is_graded_against_the_others_of_its_class() -> None:
    result = grade_message(a_paper(), RUBRIC.as_message(), a_class(mine=MINE, theirs=MINE))

    others = read_class(json.dumps(fingerprint_class({"theirs": MINE})))
    assert result == grade("mine", MINE, RUBRIC, others, "native").as_message()
    assert originality(result).startswith("100% stands in theirs too")


def test_a_paper_is_not_compared_with_itself() -> None:
    assert originality(grade_message(a_paper(), RUBRIC.as_message(), a_class(mine=MINE))) == "Your own words."


def test_a_class_is_looked_up_once_for_many_papers() -> None:
    shelf = a_class(theirs=MINE)
    for name in ("one", "two", "three"):
        grade_message(a_paper(paper=name), RUBRIC.as_message(), shelf)

    assert shelf.looked == 1


def test_a_class_that_was_not_there_is_looked_up_again() -> None:
    # A worker that outlives a run may be asked for a class before it is laid on the shelf, or after it was cleared away.
    shelf = Drawer()
    with pytest.raises(UngradablePaperError, match="not on the broker"):
        grade_message(a_paper(), RUBRIC.as_message(), shelf)
    shelf.texts = a_class(theirs=MINE).texts

    assert originality(grade_message(a_paper(), RUBRIC.as_message(), shelf)).startswith("100% stands in theirs too")


def test_a_paper_of_no_class_is_compared_with_nobody() -> None:
    shelf = Drawer()

    assert originality(grade_message(a_paper(**{"class": ""}), RUBRIC.as_message(), shelf)) == "Your own words."
    assert shelf.looked == 0


def test_a_paper_with_a_fault_is_not_graded_and_says_why() -> None:
    with pytest.raises(UngradablePaperError, match=r"^mine is not UTF-8 text$"):
        grade_message(a_paper(text="", fault="is not UTF-8 text"), RUBRIC.as_message(), Drawer())


@pytest.mark.parametrize(
    ("paper", "rubric"),
    [
        ({}, RUBRIC.as_message()),
        ({"paper": "mine"}, RUBRIC.as_message()),
        ("mine", RUBRIC.as_message()),
        (None, RUBRIC.as_message()),
        (a_paper(), {}),
        (a_paper(), "strict"),
        (a_paper(), {**RUBRIC.as_message(), "length": {"wight": 3}}),
        (a_paper(), {**RUBRIC.as_message(), "points": ["x"]}),
        (a_paper(), {**RUBRIC.as_message(), "points": 3}),
        (a_paper(grader="nobody"), RUBRIC.as_message()),
        (a_paper(grader=["python"]), RUBRIC.as_message()),
        (a_paper(text=3), RUBRIC.as_message()),
    ],
)
def test_a_message_that_is_no_paper_with_a_rubric_is_unreadable(paper: Any, rubric: Any) -> None:
    with pytest.raises(UnreadableError):
        grade_message(paper, rubric, Drawer())


def test_all_of_a_grading_is_hands_or_native() -> None:
    execution = Execution("1", 0, now_s=iter(range(1000)).__next__)
    token = current.set(execution)
    try:
        grade_message(a_paper(text=MINE + " recieve"), RUBRIC.as_message(), a_class(theirs=MINE))
    finally:
        current.reset(token)

    assert [phase.kind for phase in execution.phases] == ["hands", "native", "hands"]
