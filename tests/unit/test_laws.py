from dataclasses import replace

import pytest

from collector.laws import LIMITS, Limit, bound_s, bounds_s, held_back_by
from collector.shape import Shape
from producer.job import Job
from tests.unit.builders import a_job, a_shape

TWELVE = [a_job(str(number), hands=1.0, machine=2.0, wait=3.0) for number in range(12)]


def bounds(**changes: float) -> dict[Limit, float]:
    return {**dict.fromkeys(LIMITS, 1.0), **changes}  # type: ignore[dict-item]


def test_the_worked_example_of_the_docstring() -> None:
    found = bounds_s(TWELVE, a_shape(workers=1, slots=4, cores=2.0, machines=1))

    assert found == {"slots": 18, "arrivals": 0, "longest order": 6, "hands": 12, "cores": 6, "machine": 24}
    assert bound_s(found) == 24
    assert held_back_by(found) == "machine"


@pytest.mark.parametrize(
    ("shape", "limit", "least_s"),
    [
        (a_shape(workers=1, slots=1, cores=4, machines=4), "slots", 72.0),
        (a_shape(workers=1, slots=12, cores=4, machines=4), "hands", 12.0),
        (a_shape(workers=4, slots=3, cores=0.5, machines=4), "cores", 24.0),
        (a_shape(workers=4, slots=3, cores=4, machines=1), "machine", 24.0),
        (a_shape(workers=12, slots=1, cores=12, machines=12), "longest order", 6.0),
        (a_shape(workers=1, slots=12, forks=True, cores=12, machines=12), "longest order", 6.0),
    ],
)
def test_the_largest_bound_names_what_holds_it_back(shape: Shape, limit: Limit, least_s: float) -> None:
    found = bounds_s(TWELVE, shape)

    assert held_back_by(found) == limit
    assert bound_s(found) == pytest.approx(least_s)


def test_under_prefork_each_slot_has_hands_of_its_own() -> None:
    threads = bounds_s(TWELVE, a_shape(workers=2, slots=3, cores=9))
    forks = bounds_s(TWELVE, a_shape(workers=2, slots=3, cores=9, forks=True))

    assert (threads["hands"], forks["hands"]) == (6.0, 2.0)
    assert {limit: threads[limit] for limit in LIMITS if limit != "hands"} == {
        limit: forks[limit] for limit in LIMITS if limit != "hands"
    }


def test_work_with_the_gil_let_go_needs_a_core_and_a_slot_and_no_hands() -> None:
    found = bounds_s([a_job(hands=1.0, native=4.0), a_job("2", hands=1.0, native=4.0)], a_shape(slots=4, cores=2.0))

    assert found == {"slots": 2.5, "arrivals": 0, "longest order": 5, "hands": 2, "cores": 5, "machine": 0}


def test_on_one_thread_work_with_the_gil_let_go_needs_the_hands_all_the_same() -> None:
    found = bounds_s([a_job(hands=1.0, native=4.0), a_job("2", hands=1.0, native=4.0)], a_green_shape())

    assert found["hands"] == 10


def a_green_shape() -> Shape:
    return replace(a_shape(slots=4, cores=2.0), one_thread=True)


def test_the_last_customer_cannot_be_served_before_coming() -> None:
    found = bounds_s([a_job("1", wait=1.0), a_job("2", wait=2.0, arrives_s=30.0)], a_shape(slots=8))

    assert found["arrivals"] == 32.0
    assert held_back_by(found) == "arrivals"


def test_where_all_come_at_once_arrivals_hold_nobody_back() -> None:
    assert bounds_s([a_job(wait=9.0)], a_shape())["arrivals"] == 0.0


@pytest.mark.parametrize("earlier", range(len(LIMITS) - 1))
def test_of_two_equal_bounds_the_later_one_is_named(earlier: int) -> None:
    for later in range(earlier + 1, len(LIMITS)):
        tied = bounds(**{LIMITS[earlier]: 5.0, LIMITS[later]: 5.0})
        assert held_back_by(tied) == LIMITS[later]


def test_bounds_that_differ_by_rounding_alone_are_equal_and_others_are_not() -> None:
    assert held_back_by(bounds(slots=5.0 + 1e-12, hands=5.0)) == "hands"
    assert held_back_by(bounds(slots=5.001, hands=5.0)) == "slots"


def test_nothing_to_do_takes_no_time() -> None:
    nothing: list[Job] = []

    assert bound_s(bounds_s(nothing, a_shape())) == 0.0
