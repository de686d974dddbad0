import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from collector.costs import COSTS
from collector.folder import RunFolder, read_lines
from collector.shape import Shape
from collector.stored import read_run
from manyhands.plan import TWINS, Plan
from manyhands.record import Ran, conclude
from manyhands.simulate import AT_ONCE, BESIDE, IN_TURNS, beside, in_batches, simulate
from manyhands.work import coffee, papers, with_steps
from producer.errors import BadInputError
from producer.job import Step
from producer.message import POOLS
from tests.unit.builders import RUN, a_job

ORDERS = coffee(None, 30).jobs


def plan(**changes: object) -> Plan:
    return replace(Plan("coffee", ORDERS, "threads", 2, 4, machines=2, cores=2.0).as_simulated(), **changes)  # type: ignore[arg-type]


def ran(plan: Plan, folder: Path) -> Ran:
    with RunFolder(folder) as made:
        done = simulate(plan, made, RUN)
        conclude(done)
    return done


def test_a_simulated_run_leaves_the_folder_of_a_real_one_and_says_that_it_was_simulated(tmp_path: Path) -> None:
    done = ran(plan(), tmp_path)
    manifest = json.loads((tmp_path / "manifest.json").read_text())

    assert {path.name for path in tmp_path.iterdir()} == {
        *("manifest.json", "sent.jsonl", "journal.jsonl", "summary.json", "tasks.csv", "trace.json", "report.html")
    }
    assert done.summary["simulated"] is manifest["simulated"] is True
    assert (done.plan.title, manifest["broker"]) == ("coffee, threads 2 × 4, 2 group heads, simulated", "none")
    assert done.summary["jobs"] == {"sent": 30, "done": 30, "failed": 0, "lost": 0, "repeated": 0}
    assert done.summary["verdict"] == "pass"


def test_what_was_simulated_is_read_back_as_it_was(tmp_path: Path) -> None:
    done = ran(plan(), tmp_path)
    told = read_run(tmp_path)

    assert told.ledger.final == done.ledger.final
    assert set(told.ledger.workers) == {"ana@simulated", "ben@simulated"}
    assert {row.slot for row in told.ledger.rows} == set(range(4))
    assert {span.head for row in told.ledger.rows for span in row.spans if span.kind == "machine"} == {0, 1}


@pytest.mark.parametrize("pool", [*POOLS, *TWINS])
def test_every_pool_and_every_twin_can_be_simulated(tmp_path: Path, pool: str) -> None:
    slots = 1 if pool in ("solo", "sequential") else 4
    summary = ran(plan(pool=pool, workers=1, slots=slots), tmp_path).summary

    assert summary["verdict"] == "pass"
    assert 0.9 < summary["ratio"] < 1.2
    went_s = summary["where_time_went_s"]
    assert sum(went_s.values()) == pytest.approx(slots * summary["completion_s"])
    assert went_s["hands"] == pytest.approx(sum(job.demand_s("hands") for job in ORDERS))


def test_every_pool_and_every_twin_has_its_costs() -> None:
    assert COSTS.keys() == {*POOLS, *TWINS}
    # A plain program has no queue to take from.
    assert all((COSTS[name].prefetch is None) == (name in TWINS) for name in COSTS)


def test_the_same_plan_has_the_same_journal(tmp_path: Path) -> None:
    for name in ("a", "b"):
        (tmp_path / name).mkdir()
        ran(plan(), tmp_path / name)

    assert read_lines(tmp_path / "a" / "journal.jsonl") == read_lines(tmp_path / "b" / "journal.jsonl")


def test_workers_may_differ_in_their_slots(tmp_path: Path) -> None:
    done = ran(plan(slots=4, each=(4, 1)), tmp_path)

    assert {slot for row in done.ledger.rows if row.worker == "ben@simulated" for slot in [row.slot]} == {0}
    assert done.summary["slots_each"] == [4, 1]


def test_a_prefetch_of_four_is_slower_for_mixed_orders(tmp_path: Path) -> None:
    jobs = [a_job(str(number), wait=9.0 if number == 0 else 0.5) for number in range(6)]
    for prefetch, name in ((1, "one"), (4, "four")):
        (tmp_path / name).mkdir()
        done = ran(plan(jobs=jobs, workers=2, slots=1, prefetch=prefetch), tmp_path / name)
        assert done.completion_s == pytest.approx(9.0 if prefetch == 1 else 10.0, rel=0.01)
        # The last short order lies on the tray behind the long one and another.
        lain_s = done.summary["prefetched_s"]
        assert lain_s is None if prefetch == 1 else lain_s["max"] == pytest.approx(9.5, rel=0.02)


def test_customers_who_come_later_are_sent_later(tmp_path: Path) -> None:
    done = ran(plan(jobs=[a_job("late", wait=1.0, arrives_s=5.0), a_job("early", wait=1.0)]), tmp_path)

    assert done.sent_s["late"] - done.sent_s["early"] == pytest.approx(5.0)
    assert done.completion_s == pytest.approx(6.0, abs=0.01)


def test_papers_are_simulated_once_they_are_measured_and_are_not_graded(tmp_path: Path) -> None:
    work = papers(None, 4)
    known = with_steps(work, {json.dumps(job.args[0], sort_keys=True): (Step("native", 0.5),) for job in work.jobs})
    done = ran(plan(work="papers", jobs=known.jobs, pool="prefork", workers=1, slots=2), tmp_path)

    assert done.summary["verdict"] == "pass"
    assert done.completion_s == pytest.approx(1.0 + BESIDE, rel=0.02)
    assert not (tmp_path / "grades.csv").exists()


def test_graders_take_longer_beside_another_than_alone() -> None:
    paper = a_job("1", hands=2.0, native=4.0)

    def asked(**shape: Any) -> tuple[float, float]:
        (job,) = beside([paper], Shape(**{"workers": 1, "machines": 1, "forks": False, **shape}))
        return job.demand_s("hands"), job.demand_s("native")

    assert asked(slots=1, cores=2) == (2.0, 4.0)
    assert asked(slots=2, cores=1, forks=True) == (2.0, 4.0)
    assert asked(slots=2, cores=0.5) == (2.0, 4.0)
    assert asked(slots=2, cores=2) == (2.0 * (1 + IN_TURNS), 4.0 * (1 + BESIDE))
    assert asked(slots=2, cores=2, forks=True) == (2.0, 4.0 * (1 + BESIDE))
    assert asked(slots=2, cores=2, one_thread=True) == (2.0, 4.0)


def test_what_nobody_knows_cannot_be_simulated(tmp_path: Path) -> None:
    with pytest.raises(BadInputError, match="--simulate: needs to know what each job asks for"):
        simulate(plan(jobs=papers(None, 2).jobs), RunFolder(tmp_path), RUN)


def test_batches_hold_all_and_no_more_than_they_may() -> None:
    assert [len(some) for some in in_batches(range(2 * AT_ONCE + 1))] == [AT_ONCE, AT_ONCE, 1]
