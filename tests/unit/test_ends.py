from typing import Any, get_args

import pytest

from collector.ends import LIMITING, by_workers, text_curve, where_it_ends
from collector.laws import Limit
from collector.scaling import Curve, scaling_curve
from tests.unit.builders import a_summary


def limited(*limits: tuple[int, str], **changes: Any) -> dict[int, dict[str, Any]]:
    return {workers: a_summary(workers=workers, held_back_by=limit, **changes) for workers, limit in limits}


def curve(**taken_s: float) -> Curve:
    """`w2=6.0` is two workers in 6 s."""
    return scaling_curve({int(name[1:]): [each_s] for name, each_s in taken_s.items()}, {1: 10.0, 2: 5.0, 3: 5.0})


def test_two_cores_cannot_gain_from_a_third_process() -> None:
    said = where_it_ends(
        curve(w1=12.0, w2=6.0, w3=6.1), limited((1, "hands"), (2, "cores"), (3, "cores"), work="papers", cores=2.0)
    )

    assert said == [
        "2 workers were 2.0 times as fast as 1; the ideal promised 2.0.",
        "Where it ends is unknown: fewer than 4 worker counts.",
        "2 cores: the grader cannot gain from a third process.",
    ]


@pytest.mark.parametrize(
    ("cores", "said"),
    [
        (0.5, "0.5 cores: the grader cannot gain from a second process."),
        (1.0, "1 core: the grader cannot gain from a second process."),
        (1.5, "1.5 cores: the grader cannot gain from a third process."),
        (21.0, "21 cores: the grader cannot gain from more than 21 processes."),
    ],
)
def test_part_of_a_core_is_a_gain_too(cores: float, said: str) -> None:
    limits = limited((1, "cores"), (2, "cores"), work="papers", cores=cores)

    assert where_it_ends(curve(w1=12.0, w2=11.0), limits)[-1] == said


def test_the_limit_is_named_from_where_it_binds_for_good() -> None:
    said = where_it_ends(curve(w1=12.0, w2=6.0, w4=4.0), limited((1, "slots"), (2, "machine"), (4, "machine")))
    always = where_it_ends(curve(w1=12.0, w2=6.0), limited((1, "machine"), (2, "machine")))

    # 12 s with one, and a bound of 9.8 s, whoever works.
    assert said[-1] == "From 2 workers on the espresso machine holds it back, and allows at most 1.2 times."
    assert always[-1].startswith("With any of these numbers of workers the espresso machine holds it back")


def test_more_workers_have_more_slots_and_hands_so_these_are_no_end() -> None:
    said = where_it_ends(curve(w1=12.0, w2=6.0), limited((1, "slots"), (2, "slots")))

    assert said[-1] == "With any of these numbers of workers the slots hold it back."


def test_every_other_limit_has_its_words() -> None:
    assert LIMITING.keys() | {"cores"} == set(get_args(Limit))


def test_where_nobody_knows_the_demands_nobody_says_what_holds_it_back() -> None:
    said = where_it_ends(curve(w1=12.0, w2=12.5), {1: a_summary(held_back_by=None), 2: a_summary(held_back_by=None)})

    assert said == ["No number of workers was faster than 1.", "Where it ends is unknown: fewer than 4 worker counts."]


def test_a_limit_is_told_with_its_interval() -> None:
    # Amdahl with a fifth of it serial: 5 times at most.
    taken_s = {f"w{workers}": (1 + 0.2 * (workers - 1)) / workers for workers in (1, 2, 4, 8)}
    said = where_it_ends(curve(**taken_s), limited(*((workers, "slots") for workers in (1, 2, 4, 8))))
    bound = where_it_ends(curve(**taken_s), limited(*((workers, "machine") for workers in (1, 2, 4, 8)), bound_s=0.25))

    assert said[1].startswith("Amdahl's law allows at most 5.0 (")
    # What the machine alone forbids no law has to say.
    assert [sentence for sentence in bound if "Amdahl" in sentence] == []
    assert bound[-1].endswith("the espresso machine holds it back, and allows at most 4.0 times.")


def test_a_peak_is_told_with_its_interval() -> None:
    taken_s = {f"w{n}": (1 + 0.05 * (n - 1) + 0.01 * n * (n - 1)) / n for n in (1, 2, 4, 8, 16)}
    said = where_it_ends(curve(**taken_s), limited(*((workers, "slots") for workers in (1, 2, 4, 8, 16))))

    assert said[1].startswith("The universal scalability law peaks at 10 (")


def test_what_is_far_from_the_others_is_told_and_kept() -> None:
    found = scaling_curve({1: [10.0, 10.1, 20.0], 2: [5.0, 5.0, 5.1]}, {})
    said = where_it_ends(found, limited((1, "hands"), (2, "hands")))

    assert said[-1] == "Far from the others, and kept: 20.00 s with 1."
    assert found.points[0].completions_s == (10.0, 10.1, 20.0)


def test_the_text_curve_is_as_long_as_the_speedup_with_a_mark_at_the_ideal() -> None:
    bars = text_curve(curve(w1=10.0, w2=5.0, w3=5.0), width=10)

    assert bars == ["█████┊    ", "█████████┊", "█████████┊"]


@pytest.mark.parametrize("order", [(1, 2, 1), (2, 1, 1)])
def test_summaries_are_sorted_by_workers_and_keep_their_order(order: tuple[int, ...]) -> None:
    found = by_workers([a_summary(workers=workers) for workers in order])

    assert [(workers, len(some)) for workers, some in found.items()] == [(1, 2), (2, 1)]
