from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from collector.ideal import ideal_s
from collector.laws import bound_s, bounds_s
from collector.shape import Shape
from producer.job import Job, Step
from producer.menu import read_menu
from producer.orders import make_orders, order_jobs
from tests.unit.builders import a_job, a_job_of, a_shape


def batch(count: int, **asked: float) -> list[Job]:
    return [a_job(str(number), **asked) for number in range(count)]


def test_one_slot_takes_the_sum_of_all() -> None:
    assert ideal_s(batch(5, hands=1.0, machine=2.0, wait=3.0), a_shape()) == pytest.approx(30.0)


def test_nothing_to_do_takes_no_time() -> None:
    assert ideal_s([], a_shape(slots=4)) == 0.0


@pytest.mark.parametrize(("slots", "takes_s"), [(1, 35.0), (2, 20.0), (3, 15.0), (6, 10.0), (7, 5.0), (99, 5.0)])
def test_waits_alone_are_done_in_as_many_rounds_as_the_slots_need(slots: int, takes_s: float) -> None:
    assert ideal_s(batch(7, wait=5.0), a_shape(slots=slots)) == pytest.approx(takes_s)


def test_slots_of_several_workers_add_up() -> None:
    assert ideal_s(batch(6, wait=5.0), a_shape(workers=3, slots=2)) == pytest.approx(5.0)


def test_the_hands_of_one_barista_queue_for_each_other() -> None:
    # The hands work 1, 2, 3, 4; the last milk steams from 4 to 9.
    assert ideal_s(batch(4, hands=1.0, wait=5.0), a_shape(slots=4, cores=4)) == pytest.approx(9.0)


def test_each_process_has_hands_of_its_own() -> None:
    forks = a_shape(slots=4, forks=True, cores=4)
    workers = a_shape(workers=4, slots=1, cores=4)

    assert ideal_s(batch(4, hands=1.0, wait=5.0), forks) == pytest.approx(6.0)
    assert ideal_s(batch(4, hands=1.0, wait=5.0), workers) == pytest.approx(6.0)


def test_an_order_goes_to_the_barista_with_the_fewest_in_the_air() -> None:
    # Two baristas with two slots each: two orders each, so the hands take 2 s and not 3 or 4.
    assert ideal_s(batch(4, hands=1.0), a_shape(workers=2, slots=2, cores=2)) == pytest.approx(2.0)


def test_a_barista_with_more_slots_has_more_orders_in_the_air() -> None:
    # Slots 3 and 1: the orders go 1, 1, then two more to the first, whose hands take 3 s; the other's take 1.
    uneven = replace(a_shape(workers=2, slots=3, cores=2), each=(3, 1))

    assert ideal_s(batch(4, hands=1.0, wait=9.0), uneven) == pytest.approx(12.0)
    assert ideal_s(batch(5, wait=1.0), uneven) == pytest.approx(2.0)


def test_what_a_barista_has_finished_is_in_the_air_no_more() -> None:
    # Two baristas with two slots each. At 1 s the waits are over: the first still has hands for 10 s, the second none,
    # so the last order is the second's, from 1 to 6.
    jobs = [a_job("1", hands=10.0), a_job("2", wait=1.0), a_job("3", wait=1.0), a_job("4", wait=1.0), a_job("5", hands=5.0)]

    assert ideal_s(jobs, a_shape(workers=2, slots=2, cores=2)) == pytest.approx(10.0)


@pytest.mark.parametrize(("machines", "takes_s"), [(1, 13.0), (2, 7.0), (3, 5.0), (4, 5.0), (6, 3.0)])
def test_the_machine_serves_one_order_a_group_head(machines: int, takes_s: float) -> None:
    # 6 pulls of 2 s each in their rounds, and 1 s of milk after the last.
    assert ideal_s(batch(6, machine=2.0, wait=1.0), a_shape(slots=6, machines=machines)) == pytest.approx(takes_s)


def test_the_machine_is_held_while_the_hands_are_free_for_others() -> None:
    # Hands 0-1 and 1-2; the machine 1-4 and 4-7.
    assert ideal_s(batch(2, hands=1.0, machine=3.0), a_shape(slots=2, cores=2)) == pytest.approx(7.0)


def test_three_processes_on_two_cores_share_them_evenly() -> None:
    # 3 x 4 s on 2 cores: each gets two thirds of one, so all are done at 6.
    assert ideal_s(batch(3, hands=4.0), a_shape(slots=3, forks=True, cores=2)) == pytest.approx(6.0)


def test_who_is_left_on_the_cores_works_faster() -> None:
    # At two thirds of a core each until 1.5 s, when the short one is done; the others have 3 s left, and a core each.
    jobs = [a_job("1", hands=1.0), a_job("2", hands=4.0), a_job("3", hands=4.0)]

    assert ideal_s(jobs, a_shape(slots=3, forks=True, cores=2)) == pytest.approx(4.5)


def test_who_comes_later_takes_a_share_of_the_core() -> None:
    # One core: the first works alone until 2; both have 2 s to go, at half speed each, until 6.
    jobs = [a_job("1", hands=4.0), a_job_of("2", [Step("wait", 2.0), Step("hands", 2.0)])]

    assert ideal_s(jobs, a_shape(slots=2, forks=True, cores=1)) == pytest.approx(6.0)


def test_half_a_core_takes_twice_as_long_over_hands_and_no_longer_over_waits() -> None:
    assert ideal_s(batch(1, hands=3.0, wait=4.0), a_shape(cores=0.5)) == pytest.approx(10.0)


def test_native_work_on_threads_needs_cores_and_no_hands() -> None:
    assert ideal_s(batch(2, native=3.0), a_shape(slots=2, cores=2)) == pytest.approx(3.0)
    assert ideal_s(batch(2, native=3.0), a_shape(slots=2, cores=1)) == pytest.approx(6.0)
    assert ideal_s(batch(2, hands=3.0), a_shape(slots=2, cores=2)) == pytest.approx(6.0)


def test_native_work_of_greenlets_is_on_one_thread_and_stops_the_others() -> None:
    green = replace(a_shape(slots=2, cores=2), one_thread=True)

    assert ideal_s(batch(2, native=3.0), green) == pytest.approx(6.0)


def test_who_comes_later_is_served_later() -> None:
    jobs = [a_job("1", wait=1.0), a_job("2", wait=1.0, arrives_s=10.0)]

    assert ideal_s(jobs, a_shape(slots=4)) == pytest.approx(11.0)


def test_who_comes_while_all_slots_are_taken_waits_for_one() -> None:
    jobs = [a_job("1", wait=5.0), a_job("2", wait=1.0, arrives_s=2.0)]

    assert ideal_s(jobs, a_shape()) == pytest.approx(6.0)


def test_orders_are_served_in_the_order_they_are_sent() -> None:
    long_first = [a_job("1", wait=9.0), a_job("2", wait=1.0), a_job("3", wait=1.0)]
    long_last = [a_job("1", wait=1.0), a_job("2", wait=1.0), a_job("3", wait=9.0)]

    assert ideal_s(long_first, a_shape(slots=2)) == pytest.approx(9.0)
    assert ideal_s(long_last, a_shape(slots=2)) == pytest.approx(10.0)


seconds = st.integers(1, 80).map(lambda tenths: tenths / 10)
steps = st.builds(Step, st.sampled_from(["hands", "machine", "wait", "native"]), seconds)
batches = st.lists(
    st.tuples(st.lists(steps, min_size=1, max_size=4), st.sampled_from([0.0, 0.0, 0.7, 3.0])), min_size=1, max_size=8
)
shapes = st.builds(
    Shape,
    workers=st.integers(1, 3),
    slots=st.integers(1, 4),
    forks=st.booleans(),
    cores=st.sampled_from([1.0, 1.5, 2.0, 16.0]),
    machines=st.integers(1, 3),
)


def jobs_of(asked: list[tuple[list[Step], float]]) -> list[Job]:
    return [a_job_of(str(number), steps, arrives_s) for number, (steps, arrives_s) in enumerate(asked)]


@given(batches, shapes)
def test_the_ideal_lies_between_the_bound_and_one_after_another(asked: list[tuple[list[Step], float]], shape: Shape) -> None:
    jobs = jobs_of(asked)
    took_s = ideal_s(jobs, shape)
    last_arrival_s = max(job.arrives_s for job in jobs)

    assert took_s >= bound_s(bounds_s(jobs, shape)) * (1 - 1e-9)
    # With at least one core somebody is always served at full speed, once all are there.
    assert took_s <= (last_arrival_s + sum(job.length_s for job in jobs)) * (1 + 1e-9)


@given(batches, shapes)
def test_half_a_core_is_no_reason_to_fall_below_the_bound(asked: list[tuple[list[Step], float]], shape: Shape) -> None:
    jobs, slow = jobs_of(asked), Shape(shape.workers, shape.slots, shape.forks, 0.5, shape.machines)

    assert ideal_s(jobs, slow) >= bound_s(bounds_s(jobs, slow)) * (1 - 1e-9)


@given(batches, shapes)
def test_one_slot_takes_exactly_the_sum_whatever_else_there_is(asked: list[tuple[list[Step], float]], shape: Shape) -> None:
    jobs = jobs_of([(steps, 0.0) for steps, _ in asked])
    single = Shape(1, 1, shape.forks, shape.cores, shape.machines)

    assert ideal_s(jobs, single) == pytest.approx(sum(job.length_s for job in jobs))


@given(batches, shapes)
def test_a_slot_a_process_a_core_and_a_head_for_everyone_leaves_nobody_waiting(
    asked: list[tuple[list[Step], float]], shape: Shape
) -> None:
    jobs = jobs_of(asked)
    plenty = Shape(len(jobs), 1, shape.forks, float(len(jobs)), len(jobs))

    assert ideal_s(jobs, plenty) == pytest.approx(max(job.arrives_s + job.length_s for job in jobs))


@given(batches, shapes)
def test_twice_the_work_takes_twice_as_long(asked: list[tuple[list[Step], float]], shape: Shape) -> None:
    # Doubling is exact in binary, so no order of events can change.
    twice = [([Step(step.kind, step.seconds * 2) for step in steps], arrives_s * 2) for steps, arrives_s in asked]

    assert ideal_s(jobs_of(twice), shape) == pytest.approx(2 * ideal_s(jobs_of(asked), shape))


def test_a_morning_of_shipped_drinks_has_the_same_ideal_each_time() -> None:
    menu = read_menu()
    jobs = order_jobs(make_orders(60, menu, seed=1), menu, speed=60.0, machines=2)
    shape = a_shape(workers=2, slots=8, cores=2, machines=2)

    assert ideal_s(jobs, shape) == ideal_s(jobs, shape)
    assert bound_s(bounds_s(jobs, shape)) <= ideal_s(jobs, shape) <= 1.5 * bound_s(bounds_s(jobs, shape))
