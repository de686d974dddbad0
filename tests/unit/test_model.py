"""The model by hand: what the ideal leaves out. The ideal's own cases are in test_ideal.py."""

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from collector.costs import COSTS, NOTHING, Costs, Gil, Trips
from collector.fold import Row, Span
from collector.laws import bound_s, bounds_s, held_back_by
from collector.measures import where_time_went
from collector.model import Phase, Served, Shop
from collector.shape import Shape
from manyhands.course import exercise
from manyhands.exercise_work import plan_for, work_of
from producer.job import Job, Step
from tests.unit import builders
from tests.unit.builders import a_job, a_job_of, a_shape

TURNS = Costs(gil=Gil())

# Steps from a tenth of what is brief to a hundred times that.
seconds = st.sampled_from([0.0001, 0.0009, 0.001, 0.01, 0.1])
steps = st.builds(Step, st.sampled_from(["hands", "machine", "wait", "native"]), seconds)
batches = st.lists(st.lists(steps, min_size=1, max_size=4), min_size=1, max_size=24)


def serve(jobs: Sequence[Job], shape: Shape, costs: Costs = NOTHING, prefetch: int | None = None) -> dict[str, Served]:
    return {jobs[served.job].id: served for served in Shop(jobs, shape, costs, prefetch).serve()}


def ends(jobs: Sequence[Job], shape: Shape, costs: Costs = NOTHING, prefetch: int | None = None) -> list[float]:
    served = serve(jobs, shape, costs, prefetch)
    return [round(served[job.id].end_s, 9) for job in jobs]


@given(
    batches,
    st.sampled_from(["threads", "gevent", "prefork", "solo"]),
    st.integers(1, 3),
    st.integers(1, 8),
    st.sampled_from([0.5, 1.0, 2.0, 16.0]),
)
def test_no_simulation_ends_before_its_bound(
    asked: list[list[Step]], pool: str, workers: int, slots: int, cores: float
) -> None:
    jobs = [a_job_of(str(number), steps) for number, steps in enumerate(asked)]
    shape = Shape(workers, 1 if pool == "solo" else slots, pool == "prefork", cores, 2, one_thread=pool == "gevent")

    assert max(ends(jobs, shape, COSTS[pool], COSTS[pool].prefetch)) >= bound_s(bounds_s(jobs, shape)) - 1e-6


@pytest.mark.parametrize("cores", [0.25, 1.5, 2.0])
@pytest.mark.parametrize("pool", ["threads", "threading"])
def test_what_is_brief_needs_a_core_too(pool: str, cores: float) -> None:
    jobs = [a_job_of(str(number), [Step("wait", 0.1), *[Step("hands", 0.0009)] * 50]) for number in range(16)]
    shape = a_shape(workers=16, cores=cores)

    assert max(ends(jobs, shape, COSTS[pool], COSTS[pool].prefetch)) >= bound_s(bounds_s(jobs, shape))


@pytest.mark.parametrize(("slots", "measured_s"), [(16, 1.27), (32, 1.31)])
def test_where_hands_are_full_it_takes_as_long_as_was_measured(slots: int, measured_s: float) -> None:
    chosen = exercise("hands-full")
    setting = next(each.setting for each in chosen.configurations if each.setting.slots == slots)
    plan = plan_for(setting, work_of(setting, chosen.menu, 1))

    # Medians of two rounds of the bench; docs/simulator.md has the newest.
    assert max(ends(plan.jobs, plan.shape, COSTS["threads"], 1)) == pytest.approx(measured_s, rel=0.05)


def test_what_is_brief_needs_the_hands_too() -> None:
    jobs = [a_job(str(number), hands=0.0009) for number in range(200)]

    assert max(ends(jobs, a_shape(slots=200, cores=8), TURNS)) == pytest.approx(0.18)


def test_what_is_long_begins_when_what_is_brief_is_over() -> None:
    jobs = [a_job("1", hands=0.0009), a_job("2", hands=0.0009), a_job("3", hands=1.0)]
    turns = Costs(gil=Gil(switch_s=0.005))

    assert ends(jobs, a_shape(slots=3, cores=8), turns) == [0.0009, 0.0018, 1.0018]


def test_under_prefork_the_main_process_needs_a_core_too() -> None:
    jobs = [a_job(str(number), hands=1.0) for number in range(4)]
    taking = Costs(take_s=0.5, prefetch=2)

    assert ends(jobs, a_shape(slots=2, forks=True, cores=3), taking, 2) == [1.5, 2.0, 2.5, 3.0]
    assert ends(jobs, a_shape(slots=2, forks=True, cores=2), taking, 2) == [1.75, 2.5, 3.0, 3.5]


def test_hands_serve_one_after_another_or_in_turns() -> None:
    jobs = [a_job("1", hands=1.0), a_job("2", hands=3.0)]

    assert ends(jobs, a_shape(slots=2)) == [1.0, 4.0]
    # In turns each has half the hands until 2; then the second is alone with 2 s to go.
    assert ends(jobs, a_shape(slots=2), TURNS) == [2.0, 4.0]


def test_to_hand_over_costs_the_hands_each_time_that_somebody_had_to_wait_for_them() -> None:
    # The second asks at 1, has a part from 1.5 on, and has had 1 s and what it costs to hand over at 4.
    jobs = [a_job("1", hands=3.0), a_job_of("2", [Step("wait", 1.0), Step("hands", 1.0)])]

    assert ends(jobs, a_shape(slots=2), Costs(gil=Gil(switch_s=0.5, hand_over_s=0.25))) == [4.25, 4.0]


def test_hands_that_are_asked_for_twice_are_handed_over_twice() -> None:
    # The worker asks for the hands at 0.1, when the first job has begun, and again: after 1 s it has a part of them. It has its
    # 0.1 s and twice 0.5 s at 3.3, the second job then finds them with the first, and both need 2.2 s more.
    jobs = [a_job("1", hands=9.0), a_job("2", hands=0.1)]
    costs = Costs(take_s=0.1, gil=Gil(switch_s=0.5, hand_over_s=0.5), trips=Trips(take=2), prefetch=1)
    served = serve(jobs, a_shape(slots=2), costs, 1)

    assert served["2"].taken_s == pytest.approx(0.1 + 2 * 0.5 + 2 * (0.1 + 2 * 0.5))


def test_who_begins_with_hands_does_not_let_go_of_them_before() -> None:
    jobs = [a_job("1", hands=1.0), a_job("2", hands=1.0)]

    assert ends(jobs, a_shape(slots=2), Costs(begin_s=0.1, gil=Gil(switch_s=5.0))) == [1.1, 2.2]
    # Greenlets are served whole, one after the other.
    assert ends(jobs, a_shape(slots=2), Costs(begin_s=0.1)) == [1.2, 2.2]


def test_who_comes_later_joins_the_turns() -> None:
    # The first is alone until 1, with 2 s to go; then both have half, and the second is done at 3.
    jobs = [a_job("1", hands=3.0), a_job_of("2", [Step("wait", 1.0), Step("hands", 1.0)])]

    assert ends(jobs, a_shape(slots=2), TURNS) == [4.0, 3.0]


def test_who_finds_the_hands_busy_waits_for_them_to_be_handed_over() -> None:
    # The second asks at 1, has a part from 1.5 on, and 1 s of the hands at 3.5; the first, who had 1.5 s by then, ends at 4.
    jobs = [a_job("1", hands=3.0), a_job_of("2", [Step("wait", 1.0), Step("hands", 1.0)])]

    assert ends(jobs, a_shape(slots=2), Costs(gil=Gil(switch_s=0.5))) == [4.0, 3.5]


def test_the_more_there_are_who_want_the_hands_the_longer_it_takes_to_get_them() -> None:
    # The second asks at 0 beside one, the third at 1 beside two, and would begin at 2; all of them have a third from then on.
    jobs = [a_job("1", hands=3.0), a_job("2", hands=2.0), a_job_of("3", [Step("wait", 1.0), Step("hands", 0.5)])]

    assert ends(jobs, a_shape(slots=3), Costs(gil=Gil(switch_s=0.1, each_s=0.5)))[2] == 3.5


def test_hands_that_are_let_go_are_taken_at_once() -> None:
    # The second asks at 0 and is not heeded for 5 s; but the first is done at 1.
    jobs = [a_job("1", hands=1.0), a_job("2", hands=1.0)]

    assert ends(jobs, a_shape(slots=2), Costs(gil=Gil(switch_s=5.0))) == [1.0, 2.0]


def test_by_luck_some_are_done_sooner_and_the_last_is_done_as_ever() -> None:
    jobs = [a_job(str(number), hands=1.0) for number in range(8)]
    lucky = sorted(ends(jobs, a_shape(slots=8), Costs(gil=Gil(luck=0.7))))

    assert lucky[-1] == 8.0
    assert lucky[0] < 6.0
    assert lucky == sorted(ends(jobs, a_shape(slots=8), Costs(gil=Gil(luck=0.7))))


def test_far_away_each_message_costs_its_trips() -> None:
    # Two trips and one for the first message; the job; one trip until the slot is free; two trips.
    costs = Costs(trip_s=0.1, trips=Trips(take=2, finish=1, first=1, chore=5))
    first, second, third = serve([a_job(str(number), wait=0.3) for number in range(3)], a_shape(), costs, 1).values()

    assert (first.start_s, first.end_s) == pytest.approx((0.3, 0.6))
    assert (second.start_s, second.end_s) == pytest.approx((0.9, 1.2))
    # The worker does its chores as the next second has begun: five trips more.
    assert (third.start_s, third.end_s) == pytest.approx((2.0, 2.3))


def test_a_worker_with_a_message_in_hand_hides_the_way() -> None:
    costs = Costs(trip_s=0.1, trips=Trips(take=2))
    jobs = [a_job("1", wait=1.0), a_job("2", wait=1.0)]

    assert ends(jobs, a_shape(), costs, prefetch=2) == pytest.approx([1.2, 2.2])
    assert ends(jobs, a_shape(), costs, prefetch=1) == pytest.approx([1.2, 2.4])


def test_a_core_is_shared_by_processes_and_each_part_by_its_threads() -> None:
    # One core, ana with two threads, ben with one: a quarter, a quarter and a half until 4, when ben is done. Of ana's
    # 2 s each has had 1; the core is hers alone, so both are done at 6.
    jobs = [a_job("1", hands=2.0), a_job("2", hands=2.0), a_job("3", hands=2.0)]
    placed = Shop(jobs, a_shape(workers=2, slots=2, cores=1.0), TURNS)
    by_end = sorted(placed.serve(), key=lambda served: served.end_s)

    # The fewest in the air first: the first and third order are ana's.
    assert [(jobs[served.job].id, round(served.end_s, 9)) for served in by_end] == [("2", 4.0), ("1", 6.0), ("3", 6.0)]


def test_native_work_is_a_runner_of_its_own() -> None:
    # One core: the thread with its hands full and the library at work have half each.
    jobs = [a_job("1", hands=2.0), a_job("2", native=1.0)]

    assert ends(jobs, a_shape(slots=2, cores=1.0), TURNS) == [3.0, 2.0]


@pytest.mark.parametrize(("prefetch", "takes_s"), [(1, [9.0, 1.0, 2.0, 3.0]), (2, [9.0, 1.0, 10.0, 2.0])])
def test_a_short_order_is_stuck_behind_a_long_one_on_the_same_tray(prefetch: int, takes_s: list[float]) -> None:
    jobs = [a_job("1", wait=9.0), a_job("2", wait=1.0), a_job("3", wait=1.0), a_job("4", wait=1.0)]

    assert ends(jobs, a_shape(workers=2), NOTHING, prefetch) == takes_s


def test_messages_go_around_among_the_workers_who_have_room() -> None:
    served = serve([a_job(str(number), wait=1.0) for number in range(6)], a_shape(workers=3, slots=2), NOTHING, 1)

    assert [served[str(number)].slot // 2 for number in range(6)] == [0, 1, 2, 0, 1, 2]


def test_every_cost_has_its_place() -> None:
    costs = Costs(send_s=0.1, take_s=0.01, hop_s=0.005, begin_s=0.02, finish_s=0.03, wake_s=0.04)
    jobs = [a_job("1", hands=1.0, wait=2.0), a_job("2", wait=1.0)]
    first, second = serve(jobs, a_shape(), costs, prefetch=1).values()

    # Taken until 0.01, there at 0.015, begun at 0.035; to notice that a wait is over takes 0.04; free at 3.105.
    assert (first.start_s, first.end_s) == pytest.approx((0.035, 3.075))
    assert [phase[0] for phase in first.phases] == ["hands", "wait"]
    assert [phase[1] for phase in first.phases] == pytest.approx([0.035, 1.035])
    # Only then is there room for the second, which was sent at 0.1.
    assert (second.start_s, second.end_s) == pytest.approx((3.14, 4.18))


def test_whoever_waited_needs_the_hands_to_notice_that_it_is_over() -> None:
    # The milk is ready at 1.2, and the hands are busy from 0.5 until 3.
    jobs = [a_job("1", wait=1.2), a_job_of("2", [Step("wait", 0.5), Step("hands", 2.0)])]

    assert ends(jobs, a_shape(slots=2), Costs(wake_s=0.5)) == [3.5, 3.0]


def test_a_group_head_is_held_until_its_holder_notices_that_the_pull_is_over() -> None:
    # Ana asks at 0, and has to notice that she has it (0.5), pulls until 1.5, and lets go at 2.
    served = serve([a_job("1", machine=1.0), a_job("2", machine=1.0)], a_shape(workers=2, cores=2), Costs(wake_s=0.5))

    assert [phase[:3] for phase in served["1"].phases] == [("machine_wait", 0.0, 0.5), ("machine", 0.5, 2.0)]
    assert [phase[:3] for phase in served["2"].phases] == [("machine_wait", 0.0, 2.5), ("machine", 2.5, 4.0)]


def test_the_second_is_taken_no_earlier_than_it_is_sent() -> None:
    served = serve([a_job("1", wait=0.1), a_job("2", wait=0.1)], a_shape(slots=2), Costs(send_s=0.5), prefetch=1)

    assert [served["1"].start_s, served["2"].start_s] == [0.0, 0.5]


def test_under_prefork_messages_are_taken_by_hands_of_their_own() -> None:
    jobs = [a_job("1", hands=1.0), a_job("2", hands=1.0)]
    costs = Costs(take_s=0.1)

    # The second message is taken while the first job is under way, on a core of its own.
    assert ends(jobs, a_shape(slots=2, forks=True, cores=3), costs, prefetch=1) == [1.1, 1.2]
    # Where worker and slots share one pair of hands it waits for them.
    assert ends(jobs, a_shape(slots=2, cores=3), costs, prefetch=1) == [1.1, 2.2]


def test_phases_tell_where_the_time_went() -> None:
    jobs = [a_job_of(name, [Step("machine", 2.0), Step("hands", 1.0), Step("native", 0.5)]) for name in "ab"]
    served = serve(jobs, a_shape(slots=2, cores=4, machines=1))

    assert served["a"].phases == [
        ("machine_wait", 0.0, 0.0, None, None),
        ("machine", 0.0, 2.0, None, 0),
        ("hands", 2.0, 3.0, 1.0, None),
        ("native", 3.0, 3.5, 0.5, None),
    ]
    assert served["b"].phases[:2] == [("machine_wait", 0.0, 2.0, None, None), ("machine", 2.0, 4.0, None, 0)]


def test_a_hands_phase_begins_when_they_are_asked_for() -> None:
    served = serve([a_job("1", hands=1.0), a_job("2", hands=1.0)], a_shape(slots=2))

    assert served["2"].phases == [("hands", 0.0, 2.0, 1.0, None)]


def test_where_the_time_went_is_exact_by_hand() -> None:
    # Hands 0-1 and 1-2, milk 1-3 and 2-4: eight slot-seconds, of which the second waits one for the hands, and the first is
    # idle for one in the end.
    jobs = [a_job("1", hands=1.0, wait=2.0), a_job("2", hands=1.0, wait=2.0)]
    served = serve(jobs, a_shape(slots=2, cores=2))
    rows = [a_row(s.start_s, s.end_s, s.phases, slot=s.slot) for s in served.values()]
    went = where_time_went(rows, 2, 0.0, 4.0)

    assert {kind: spent_s for kind, spent_s in went.items() if spent_s} == {
        "hands": 2.0,
        "hands_wait": 1.0,
        "wait": 4.0,
        "idle_tail": 1.0,
    }
    assert held_back_by(bounds_s(jobs, a_shape(slots=2, cores=2))) == "longest order"


def a_row(start_s: float, end_s: float, phases: list[Phase], *, slot: int) -> Row:
    return builders.a_row("1", start_s, end_s, [Span(*phase) for phase in phases], slot=slot)


def test_group_heads_are_numbered_and_the_first_free_one_is_taken() -> None:
    jobs = [a_job("1", machine=2.0), a_job("2", machine=1.0), a_job("3", machine=3.0)]
    served = serve(jobs, a_shape(slots=3, machines=2))

    assert [served[job.id].phases[1][4] for job in jobs] == [0, 1, 1]


def test_jobs_are_told_of_as_they_end_and_none_is_kept() -> None:
    jobs = [a_job(str(number), wait=1.0) for number in range(10)]
    shop = Shop(jobs, a_shape(slots=2))

    assert [served.end_s for served in shop.serve()] == [1.0, 1.0, 2.0, 2.0, 3.0, 3.0, 4.0, 4.0, 5.0, 5.0]


def test_many_idle_workers_do_not_hinder_one_job() -> None:
    assert ends([a_job("1", wait=1.0)], a_shape(workers=3000, slots=2), Costs(take_s=0.1), prefetch=1) == [1.1]
