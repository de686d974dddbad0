import json
from pathlib import Path
from typing import Any

import pytest

from manyhands.course import exercises
from manyhands.syllabus import answered, latest, plain, syllabus

NAME = exercises()[0].name


def a_result(runs: Path, time: str, **changes: Any) -> None:
    folder = runs / f"{time}-exercise-{NAME}"
    folder.mkdir(parents=True)
    told = {
        "predicted": 9.0,
        "answer": 12.0,
        "unit": "s",
        "verdict": "pass",
        "interrupted": False,
        "text": {"Look": "It took `12` s.", "Explain": "**One** after another.", "Change one number": "And now?"},
        "claims": [{"says": "they add up", "of": "plain.ratio", "holds": True, "value": 1.0}],
        "asked": "plain",
        "runs": [{"run": f"{folder.name}.{name}", "configuration": name} for name in ("first", "plain")],
        **changes,
    }
    (folder / "summary.json").write_text(json.dumps(told))


def test_every_exercise_is_on_the_page_in_the_order_of_the_course(tmp_path: Path) -> None:
    told = syllabus(tmp_path)

    assert [each["number"] for each in told] == list(range(1, len(exercises()) + 1))
    assert not any(each["answered"] for each in told)
    assert json.loads(json.dumps(told))[0]["settings"]["work"] == "coffee"


def test_the_latest_result_is_told(tmp_path: Path) -> None:
    a_result(tmp_path, "20260101-080000", answer=1.0)
    a_result(tmp_path, "20260102-080000")
    (tmp_path / f"20260103-080000-exercise-{NAME}").mkdir()  # cut off

    result = latest(NAME, tmp_path)

    assert result is not None
    assert (result["predicted"], result["answer"], result["verdict"]) == (9.0, 12.0, "pass")
    assert result["explain"] == "It took 12 s.\n\nOne after another."
    assert result["claims"] == [{"says": "they add up", "holds": True}]
    assert result["runs"] == [f"20260102-080000-exercise-{NAME}.{name}" for name in ("first", "plain")]
    assert result["run"] == result["runs"][1]
    assert syllabus(tmp_path)[0]["answered"]


@pytest.mark.parametrize(("others", "said"), [(1.8, "Others used up to 1.8 cores"), (None, "None")])
def test_an_answer_that_others_may_have_made_says_so(others: float | None, said: str, tmp_path: Path) -> None:
    a_result(tmp_path, "20260101-080000", others_cores=others)

    result = latest(NAME, tmp_path)
    assert result is not None
    assert str(result["sentence"]).startswith(said)


def test_what_was_interrupted_is_not_answered(tmp_path: Path) -> None:
    a_result(tmp_path, "20260101-080000", interrupted=True, verdict="unknown")
    assert answered(tmp_path) == set()

    a_result(tmp_path, "20260102-080000")
    assert answered(tmp_path) == {NAME}


def test_what_is_no_result_is_none(tmp_path: Path) -> None:
    a_result(tmp_path, "20260101-080000", text="not by part", claims=3)

    assert latest(NAME, tmp_path) is None


def test_marks_of_markdown_are_not_read_aloud() -> None:
    assert plain("the `solo` pool, **one** slot, *hands*") == "the solo pool, one slot, hands"
