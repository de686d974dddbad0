from dataclasses import replace

import pytest

from collector.ideal import ideal_s
from collector.shape import Shape
from manyhands.plan import TWINS, Plan, Twin
from manyhands.run import plan_of
from manyhands.work import Work, coffee
from producer.job import Job
from producer.message import POOLS, Pool
from tests.unit.builders import a_job
from workers.names import BARISTAS, barista


def a_plan(
    jobs: list[Job],
    pool: Pool | Twin = "threads",
    *,
    workers: int = 1,
    slots: int = 1,
    machines: int = 1,
    cores: float = 8.0,
    prefetch: int | None = None,
) -> Plan:
    return Plan("coffee", jobs, pool, workers, slots, machines, cores, prefetch=prefetch)


def copies(count: int, **asked: float) -> list[Job]:
    return [a_job(str(number), **asked) for number in range(count)]


def test_a_visibility_timeout_is_never_shorter_than_ten_seconds() -> None:
    assert a_plan(copies(1, wait=0.1)).visibility_timeout_s() == 10.0


def test_where_nobody_knows_how_long_jobs_take_it_is_ten_minutes() -> None:
    assert a_plan([Job("1", "mine", "my.task", [])]).visibility_timeout_s() == 600.0


def test_the_longest_order_and_the_line_before_it_make_it_longer() -> None:
    # The longest takes 10 s, and 8 in the air are before it: 8 * (2 s hands + 3 s machine / 2 heads) = 28 s. Two may be
    # prefetched before its own turn, and twice all that is allowed: 2 * 3 * 38.
    jobs = [*copies(5, wait=1.0), a_job("long", hands=2.0, machine=3.0, wait=5.0)]

    assert a_plan(jobs, slots=8, machines=2).visibility_timeout_s() == pytest.approx(228.0)


@pytest.mark.parametrize(
    ("asked", "shape"),
    [
        ({"wait": 9.0}, Shape(2, 8, False, 8, 1)),
        ({"hands": 5.0, "wait": 5.0}, Shape(1, 8, False, 8, 1)),
        ({"machine": 6.0}, Shape(4, 8, False, 8, 1)),
        ({"machine": 6.0, "hands": 3.0}, Shape(4, 8, False, 8, 3)),
        ({"hands": 10.0}, Shape(1, 16, True, 4, 1)),
        # Baristas who share one core: each job takes as long as all of them.
        ({"hands": 10.0}, Shape(16, 1, False, 1, 1)),
        ({"hands": 10.0}, Shape(8, 2, True, 2, 1)),
    ],
)
def test_no_job_in_the_air_outlasts_its_visibility_timeout(asked: dict[str, float], shape: Shape) -> None:
    # Every slot has one job, and the last of them ends when all of them have.
    jobs = copies(shape.all_slots, **asked)
    pool: Pool = "prefork" if shape.forks else "threads"
    plan = a_plan(jobs, pool, workers=shape.workers, slots=shape.slots, machines=shape.machines, cores=shape.cores)

    assert plan.shape == shape
    assert plan.visibility_timeout_s() > ideal_s(jobs, shape)


@pytest.mark.parametrize("prefetch", [None, 1, 2, 10, 100])
def test_a_message_that_waits_behind_others_in_its_worker_is_not_given_to_another(prefetch: int | None) -> None:
    # The last of those taken ahead is acknowledged when all before it are done.
    jobs = copies(200, wait=5.0)
    taken = (prefetch or 1) + 1

    assert a_plan(jobs, prefetch=prefetch).visibility_timeout_s() > ideal_s(jobs[:taken], Shape(1, 1, False, 8, 1))


@pytest.mark.parametrize("pool", [*POOLS, *TWINS])
def test_a_plan_is_for_a_pool_or_a_twin(pool: Pool | Twin) -> None:
    plan = a_plan([], pool, workers=2, slots=3)

    assert plan.is_twin is (pool in TWINS)
    assert plan.shape.all_slots == 6
    assert plan.shape.processes == (6 if pool in ("prefork", "multiprocessing") else 2)


def test_a_plan_is_called_by_work_pool_and_size() -> None:
    assert Plan("coffee", [], "threads", 2, 8, 1).title == "coffee, threads 2 × 8, 1 group head"
    assert Plan("coffee", [], "gevent", 1, 4, 2).title == "coffee, gevent 1 × 4, 2 group heads"
    assert Plan("papers", [], "prefork", 1, 4, settings={"grader": "native"}).title == "papers, prefork 1 × 4, native grader"
    assert Plan("my.task", [], "prefork", 1, 4).title == "my.task, prefork 1 × 4"


def test_work_is_planned_with_all_that_it_brings() -> None:
    work = Work("papers", copies(3), 1, 7, {"class": "{}"}, {"grader": "python"})
    plan = plan_of(work, "prefork", 2, 4, prefetch=3, app="my.module:app")

    assert (plan.work, plan.jobs, plan.seed, plan.shelf, plan.settings) == ("papers", work.jobs, 7, work.shelf, work.settings)
    assert (plan.pool, plan.workers, plan.slots, plan.prefetch, plan.app) == ("prefork", 2, 4, 3, "my.module:app")
    assert plan.cores > 0


def test_workers_are_named_after_baristas_each_by_a_name_of_its_own() -> None:
    names = [barista(number) for number in range(64)]

    assert names[: len(BARISTAS)] == list(BARISTAS)
    assert names[len(BARISTAS) : len(BARISTAS) + 2] == ["ana2", "ben2"]
    assert names[-1] == "pia4"
    assert len(set(names)) == 64
    assert all(name.isascii() and name.isalnum() for name in names)


def test_workers_with_different_slots_are_counted_as_they_are() -> None:
    plan = Plan("coffee", [], "threads", 2, 8, each=(8, 4))

    assert plan.title == "coffee, threads 8 + 4, 1 group head"
    assert (plan.shape.all_slots, plan.shape.processes) == (12, 2)
    assert Plan("coffee", [], "prefork", 2, 8, each=(8, 4)).shape.processes == 12


def test_what_is_not_said_is_left_to_who_is_there() -> None:
    work = coffee(None, 1)
    said = plan_of(work, "threads", 1, 8)

    assert (said.everyone, said.any_slots) == (False, False)
    assert plan_of(work, "threads", None, None) == replace(said, everyone=True, any_slots=True)
    assert plan_of(work, "solo", 2, None).slots == 1
