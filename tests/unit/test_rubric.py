import json
from pathlib import Path

import pytest

from producer.errors import BadInputError
from tests.unit.builders import write
from workers.rubric import Point, Rubric, Scale, read_rubric

SMALL_RUBRIC = """
title = "Why do we wait?"

[length]
weight = 20
words_least = 100
words_most = 200

[readability]
weight = 10
grade_least = 5
grade_most = 11

[spelling]
weight = 20
slips_allowed_per_1000 = 2
slips_worst_per_1000 = 25

[originality]
weight = 30
shared_allowed = 0.05
shared_worst = 0.5

[[points]]
name = "the queue"
weight = 15
wanted = 2
phrases = ["queue*", "line"]
advice = "Say who waits."

[[points]]
name = "the machine"
weight = 5
phrases = ["machine"]
advice = "Name it."
"""


def refusal(tmp_path: Path, old: str, new: str) -> str:
    assert old in SMALL_RUBRIC
    with pytest.raises(BadInputError) as refused:
        read_rubric(write(tmp_path / "r.toml", SMALL_RUBRIC.replace(old, new)))
    return str(refused.value).removeprefix(f"{tmp_path}/")


def test_a_rubric_is_read_with_its_scales_and_points(tmp_path: Path) -> None:
    assert read_rubric(write(tmp_path / "r.toml", SMALL_RUBRIC)) == Rubric(
        title="Why do we wait?",
        length=Scale(20, 100, 200),
        readability=Scale(10, 5, 11),
        spelling=Scale(20, 2, 25),
        originality=Scale(30, 0.05, 0.5),
        points=(
            Point("the queue", 15, 2, ("queue*", "line"), "Say who waits."),
            Point("the machine", 5, 1, ("machine",), "Name it."),
        ),
    )


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("title =", "titel =", "titel is an unknown key. Did you mean 'title'?"),
        ('title = "Why do we wait?"', "", "title is missing. Give a text."),
        ("words_least", "word_least", "length.word_least is an unknown key. Did you mean 'words_least'?"),
        ("words_most = 200", "", "length.words_most is missing. Give a number."),
        ("words_most = 200", "words_most = 100", "length.words_most is 100. Give more than words_least, which is 100."),
        ("grade_most = 11", "grade_most = 4", "readability.grade_most is 4. Give more than grade_least, which is 5."),
        ("shared_worst = 0.5", "shared_worst = 0.01", "originality.shared_worst is 0.01."),
        ("weight = 10", "weight = -10", "readability.weight is -10. Give a number from 0 to 100."),
        ("weight = 10", "weight = 101", "readability.weight is 101. Give a number from 0 to 100."),
        ("weight = 10", 'weight = "much"', "readability.weight is 'much'. Give a number."),
        ("weight = 10", "weight = 11", "the weights add up to 101. Make them add up to 100."),
        ("weight = 15", "weight = 14.5", "the weights add up to 99.5. Make them add up to 100."),
        ("weight = 5\n", "weight = -5\n", "points[2].weight is -5."),
        ("wanted = 2", "wanted = 0", "points[1].wanted is 0. Give a number from 1 to 100."),
        ("wanted = 2", "needed = 2", "points[1].needed is an unknown key."),
        ('phrases = ["machine"]', "phrases = []", "points[2].phrases is []. Give a list of texts"),
        ('phrases = ["machine"]', 'phrases = [" "]', "points[2].phrases is [' ']. Give a list of texts"),
        ('advice = "Name it."', 'advice = ""', "points[2].advice is blank. Write something there."),
        ("[spelling]", "[speling]", "speling is an unknown key. Did you mean 'spelling'?"),
    ],
)
def test_a_slip_in_the_rubric_is_named_with_file_key_and_value(tmp_path: Path, old: str, new: str, said: str) -> None:
    found = refusal(tmp_path, old, new)

    assert found.startswith(f"r.toml: {said}")
    assert "\n" not in found


def test_a_rubric_needs_every_scale_and_a_point(tmp_path: Path) -> None:
    assert refusal(tmp_path, "[length]", "[[points]]").startswith("r.toml: length is missing.")
    points = SMALL_RUBRIC[SMALL_RUBRIC.index("[[points]]") :]
    assert refusal(tmp_path, points, "").startswith("r.toml: points is missing.")


@pytest.mark.parametrize("name", ["the queue", "length", "score"])
def test_two_criteria_of_one_name_are_refused(tmp_path: Path, name: str) -> None:
    # Each is a column of grades.csv, beside `paper` and `score`: one would overwrite the other.
    assert name in refusal(tmp_path, 'name = "the machine"', f'name = "{name}"')


def test_a_rubric_travels_as_json_and_is_the_same_again() -> None:
    rubric = read_rubric()

    assert Rubric.from_message(json.loads(json.dumps(rubric.as_message()))) == rubric


@pytest.mark.parametrize("message", [{}, {"title": "T"}, {"title": "T", "length": 3}])
def test_what_is_no_rubric_does_not_become_one(message: dict[str, object]) -> None:
    with pytest.raises((KeyError, TypeError)):
        Rubric.from_message(message)


def test_the_shipped_rubric_covers_seven_points_and_weighs_a_hundred() -> None:
    rubric = read_rubric()
    scales = [rubric.length, rubric.readability, rubric.spelling, rubric.originality]

    assert len(rubric.points) == 7
    assert sum(scale.weight for scale in scales) + sum(point.weight for point in rubric.points) == 100
    assert all(point.wanted <= len(point.phrases) for point in rubric.points)
