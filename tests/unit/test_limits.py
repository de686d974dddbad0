"""What the laws allow, as a figure: its bars, and the names of the marks on them."""

from itertools import pairwise

import pytest

from collector.figures import limits_data
from collector.figures.canvas import places
from tests.unit.builders import a_summary


def test_the_limit_that_holds_back_comes_first_and_says_how_it_comes_about() -> None:
    data = limits_data(a_summary(), predicted_s=6.0)

    assert data.title == "What the laws allow: 9.8 s, set by the espresso machine"
    assert [bar.limit for bar in data.bars] == ["machine", "hands", "slots", "longest order", "cores"]
    assert [bar.how for bar in data.bars][:3] == [
        "9.8 s of pulls ÷ 1 group head",
        "8.0 s of work ÷ 1 pair of hands",
        "30.0 s in the air ÷ 4 slots",
    ]
    assert [(mark.words, mark.at_s) for mark in data.marks] == [("you said", 6.0), ("it took", 10.0)]


def test_a_wild_prediction_does_not_squeeze_the_bars() -> None:
    assert limits_data(a_summary(), predicted_s=1000.0).longest_s == 10.0
    assert limits_data(a_summary(), predicted_s=15.0).longest_s == 15.0


@pytest.mark.parametrize(
    ("at_px", "lefts"),
    [
        ([100], [105]),
        ([395], [310]),
        ([100, 300], [105, 305]),
        ([100, 150], [15, 155]),  # the second in the way of the first
        ([330, 348], [230, 320]),  # close, at the right edge
        ([2, 4], [7, 97]),  # close, at the left edge
        ([394, 396], [230, 320]),
    ],
)
def test_names_of_marks_stay_inside_and_apart(at_px: list[float], lefts: list[float]) -> None:
    found = places(at_px, [80.0] * len(at_px), 400)

    assert found == lefts
    assert found[0] >= 0
    assert found[-1] + 80 <= 400
    assert all(right - left >= 90 for left, right in pairwise(found))


def test_where_demands_are_unknown_no_law_says_anything() -> None:
    data = limits_data(a_summary(bounds_s=None))

    assert data.bars == ()
    assert "nobody knows" in data.title


def test_a_run_under_way_has_come_so_far() -> None:
    assert limits_data(a_summary(), is_over=False).marks[0].words == "so far"
