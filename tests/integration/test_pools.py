"""One batch on every pool and twin: nothing lost, lanes by slot, evidence complete."""

import csv
import json
from dataclasses import replace
from itertools import pairwise
from typing import Any

import pytest

from collector.folder import read_lines
from collector.reader import JournalReader
from manyhands.announce import CONDUCTOR
from manyhands.run import plan_of
from manyhands.work import arriving, coffee
from producer.message import POOLS
from tests.integration.conftest import Conducts

SLOTS = {"solo": 1, "sequential": 1}


def size(pool: str) -> int:
    return SLOTS.get(pool, 3)


@pytest.mark.parametrize("pool", [*POOLS, "sequential", "threading", "asyncio", "multiprocessing"])
def test_every_order_is_served_once_in_a_lane_of_its_slot(pool: str, run: Conducts) -> None:
    ran = run(plan_of(coffee(None, 12, speed=1000), pool, 1, size(pool)))

    summary = ran.summary
    assert summary["verdict"] == "pass"
    assert summary["jobs"] == {"sent": 12, "done": 12, "failed": 0, "lost": 0, "repeated": 0}
    assert {row.slot for row in ran.ledger.rows} == set(range(size(pool)))
    # Only one job at a time in a lane, and no job before it was sent.
    for slot in range(size(pool)):
        lane = sorted((row.start_s, row.end_s) for row in ran.ledger.rows if row.slot == slot)
        assert all(earlier[1] <= later[0] for earlier, later in pairwise(lane))
    assert all(row.start_s >= ran.sent_s[row.job] for row in ran.ledger.rows)
    # No run is faster than its bound.
    assert summary["completion_s"] >= summary["bound_s"]
    assert sum(summary["where_time_went_s"].values()) == pytest.approx(size(pool) * summary["completion_s"], rel=1e-6)


@pytest.mark.parametrize("pool", POOLS)
def test_steps_take_what_they_ask_for(pool: str, run: Conducts) -> None:
    work = coffee(None, 6, speed=500)

    ran = run(plan_of(work, pool, 1, size(pool)))

    for job in work.jobs:
        spans = ran.ledger.final[job.id].spans
        assert [span.kind for span in spans if span.kind != "machine_wait"] == [step.kind for step in job.steps]
        for step, span in zip(job.steps, [span for span in spans if span.kind != "machine_wait"], strict=True):
            assert span.wall_s >= step.seconds * 0.99
            if step.kind == "hands":
                # CPU really was burnt on the thread's own clock.
                assert span.cpu_s is not None
                assert span.cpu_s >= step.seconds


def test_a_run_is_a_folder_that_tells_all(run: Conducts) -> None:
    ran = run(plan_of(coffee(None, 5, speed=1000), "threads", 1, 2))

    folder = ran.folder.path
    assert (folder.parent / "latest").resolve() == folder.resolve()
    assert json.loads((folder / "summary.json").read_text()) == ran.summary
    manifest = json.loads((folder / "manifest.json").read_text())
    [worker] = manifest["workers"].values()
    assert worker["pool"] == "threads"
    assert worker["machine"]["packages"]["celery"].startswith("5.7")
    assert abs(worker["clock_offset_s"]) < 0.5
    assert len(read_lines(folder / "sent.jsonl")) == 5
    kinds = {entry["kind"] for entry in read_lines(folder / "journal.jsonl")}
    assert kinds == {"ready", "opened", "sent", "begun", "step", "done"}
    with (folder / "tasks.csv").open() as lines:
        assert [row["outcome"] for row in csv.DictReader(lines)] == ["done"] * 5
    assert json.loads((folder / "trace.json").read_text())["traceEvents"]
    assert "<svg" in (folder / "report.html").read_text()


def test_whoever_reads_the_journal_sees_a_run_open_fill_and_close(run: Conducts, broker: Any) -> None:
    plan = plan_of(coffee(None, 5, speed=1000, seed=4), "prefork", 1, 2, predicted_s=9.0)

    ran = run(replace(plan, exercise="juggling", question="Why?"))

    told = [entry for entry in JournalReader(broker, "0").read() if entry["worker"] == CONDUCTOR]
    opened, *sent, served, closed = told
    begun_s = [entry["at"] for entry in JournalReader(broker, "0").read() if entry["kind"] == "begun"]
    assert [entry["kind"] for entry in told] == ["opened", *["sent"] * len(sent), "served", "closed"]
    assert {entry["run"] for entry in told} == {ran.run}
    assert opened["at"] <= min(ran.sent_s.values()) <= max(ran.sent_s.values()) == sent[-1]["at"] < served["at"] < closed["at"]
    assert opened["at"] < min(begun_s)
    assert (opened["folder"], opened["title"], opened["jobs"]) == ("run", plan.title, 5)
    assert (opened["exercise"], opened["question"], opened["predicted_s"]) == ("juggling", "Why?", 9.0)
    assert (opened["seed"], opened["speed"], opened["simulated"]) == (4, 1000, False)
    assert (opened["all_slots"], opened["processes"]) == (2, 2)
    assert [(each["slots"], each["shares_hands"]) for each in opened["workers"]] == [(2, False)]
    assert opened["ideal_s"] == ran.summary["ideal_s"]
    assert opened["bound_s"] == max(opened["bounds_s"].values()) == ran.summary["bound_s"]
    assert sent[-1]["count"] == 5
    assert (closed["verdict"], closed["completion_s"]) == ("pass", ran.summary["completion_s"])


def test_many_greenlets_acknowledge_at_once(run: Conducts) -> None:
    """kombu's ten connections are not enough for sixty greenlets, and a prefetch of one stalls for seconds."""
    ran = run(plan_of(coffee(None, 180, speed=1000), "gevent", 1, 60))

    assert ran.summary["jobs"] == {"sent": 180, "done": 180, "failed": 0, "lost": 0, "repeated": 0}
    assert ran.summary["completion_s"] < ran.summary["ideal_s"] + 5


def test_several_workers_share_the_work(run: Conducts) -> None:
    ran = run(plan_of(coffee(None, 24, speed=500), "threads", 3, 2))

    assert len({row.worker for row in ran.ledger.rows}) == 3
    assert ran.summary["verdict"] == "pass"


def test_customers_come_at_a_rate(run: Conducts) -> None:
    work = arriving(coffee(None, 20, speed=2000), 20.0, seed=3)

    ran = run(plan_of(work, "threads", 1, 8))

    first_s = min(ran.sent_s.values())
    for job in work.jobs:
        assert ran.sent_s[job.id] - first_s >= job.arrives_s - 0.02
    assert ran.summary["verdict"] == "pass"
    assert ran.summary["held_back_by"] == "arrivals"
