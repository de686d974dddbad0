from dataclasses import replace

import pytest

from collector.roster import Present
from manyhands.muster import at_queue, choose, cores_of, crewed, fits, ready_entry
from manyhands.plan import Plan
from manyhands.staffing import cure
from producer.errors import BadInputError
from tests.unit.builders import RUN, a_job, a_ledger, a_present

JOBS = [a_job("1", hands=1.0)]
ANA, BEN, CLEO = a_present("ana@a"), a_present("ben@b", slots=4), a_present("cleo@c", computer="boot-2")


def a_plan(workers: int = 1, slots: int = 8, **more: object) -> Plan:
    return Plan("coffee", JOBS, "threads", workers, slots, **more)  # type: ignore[arg-type]


def chosen(plan: Plan, *rows: Present) -> list[str]:
    return [row.name for row in choose(plan, rows, lambda count: f"Type {count}")]


def test_at_a_queue_are_those_who_were_started_for_any_run_and_stay() -> None:
    rows = [ANA, a_present(fleet="run"), a_present(is_leaving=True), a_present(pool="gevent"), a_present(consuming=())]

    assert at_queue(rows, "threads") == [ANA, rows[-1]]


def test_everyone_is_chosen_or_the_first_that_fit() -> None:
    assert chosen(a_plan(everyone=True, any_slots=True), ANA, BEN, CLEO) == ["ana", "ben", "cleo"]
    assert chosen(a_plan(2, any_slots=True), ANA, BEN, CLEO) == ["ana", "ben"]
    assert chosen(a_plan(2), ANA, BEN, CLEO) == ["ana", "cleo"]
    assert chosen(a_plan(1, 4), ANA, BEN, CLEO) == ["ben"]


def test_too_few_is_an_error_that_says_who_is_there_and_what_to_type() -> None:
    with pytest.raises(BadInputError) as told:
        chosen(a_plan(3), ANA, BEN)

    assert str(told.value) == (
        "workers: 3 on threads asked for with 8 slots, and there are 1 (of ana with 8 slots, ben with 4 slots). Type 3."
    )


def test_who_does_not_know_the_task_is_not_chosen() -> None:
    stranger = a_present("dev@d", tasks=("theirs.task",))

    assert chosen(a_plan(everyone=True), ANA, stranger) == ["ana"]
    with pytest.raises(BadInputError, match=r"coffee\.make: nobody who works on threads knows it"):
        chosen(a_plan(everyone=True), stranger)


def test_a_prefetch_that_is_asked_for_must_be_theirs() -> None:
    assert fits(a_plan(prefetch=1), ANA)
    assert not fits(a_plan(prefetch=4), ANA)


def test_containers_on_one_computer_share_its_cores_and_none_has_more_than_it_may_use() -> None:
    # Two with two cores allowed on a computer with two; one with half a core allowed on one with eight.
    small = a_present(computer="boot-3", cores=0.5, computer_cores=8)

    assert cores_of([ANA, BEN]) == 2
    assert cores_of([ANA, BEN, CLEO]) == 4
    assert cores_of([ANA, small, small]) == 3


def test_a_plan_becomes_what_the_crew_is() -> None:
    plan = crewed(a_plan(), [ANA, replace(BEN, visibility_timeout_s=600.0)])

    assert (plan.workers, plan.each, plan.cores, plan.visibility_timeout_s()) == (2, (8, 4), 2, 600)
    assert plan.shape.all_slots == 12
    assert crewed(a_plan(), [ANA, CLEO]).each == ()
    assert crewed(a_plan(), [ANA, CLEO]).slots == 8


def test_a_row_of_the_roster_is_a_ready_worker_of_the_run_and_each_life_of_it_once() -> None:
    first, again = ready_entry(ANA, RUN), ready_entry(replace(ANA, since=300.0), RUN)
    ledger = a_ledger([first, first, again])

    assert ledger.workers == {"ana@a": again}
    assert ledger.missing == 0
    assert again["clock_offset_s"] == ANA.clock_offset_s


def test_the_cure_is_what_can_be_typed() -> None:
    join = "manyhands join URL --pool threads --slots 8"

    assert cure(a_plan(), 1, in_lab=True) == f"Start one: docker compose up -d --scale threads=1 threads, or {join}"
    assert cure(a_plan(), 4, in_lab=False) == f"Start them: {join}"
    assert cure(a_plan(prefetch=4), 4, in_lab=False) == f"Start them: {join} --prefetch 4"
