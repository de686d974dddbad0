import json
from collections.abc import Sequence
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from collector.fold import Ledger, Row, Span
from collector.measures import EXIT_CODES, Batch, Verdict, judge, lanes_of, spread, summarise, where_time_went
from collector.shape import Shape
from producer.job import Job
from tests.unit.builders import RUN, Writer, a_job, a_ledger, a_row, a_shape, a_span
from workers.execution import PhaseKind

# As design.md lists them.
SUMMARY_KEYS = {
    "run",
    "work",
    "pool",
    "workers",
    "slots",
    "slots_each",
    "processes",
    "cores",
    "machines",
    "seed",
    "simulated",
    "jobs",
    "completion_s",
    "ideal_s",
    "bound_s",
    "bounds_s",
    "ratio",
    "speedup",
    "held_back_by",
    "waits_s",
    "prefetched_s",
    "services_s",
    "throughput_per_s",
    "where_time_went_s",
    "verdict",
}


def a_batch(jobs: Sequence[Job], shape: Shape | None = None) -> Batch:
    return Batch(RUN, "coffee", "threads", 1, jobs, shape or a_shape(slots=2))


def two_orders() -> tuple[list[Job], list[dict[str, Any]]]:
    """Two orders on two slots, sent at 100, done at 103 and 105."""
    ana = Writer()
    jobs = [a_job("1", wait=2.5), a_job("2", hands=1.0, wait=3.0)]
    entries = [
        ana.done("1", 100.5, 103.0, slot=0, phases=[["wait", 100.5, 103.0, None]]),
        ana.done("2", 100.5, 105.0, slot=1, phases=[["hands", 100.5, 102.0, 1.0], ["wait", 102.0, 105.0, None]]),
    ]
    return jobs, entries


def test_a_summary_has_every_key_that_is_promised_and_is_json() -> None:
    jobs, entries = two_orders()
    summary = summarise(a_batch(jobs), a_ledger(entries), {"1": 100.0, "2": 100.0})

    assert summary.keys() == SUMMARY_KEYS
    assert summary["jobs"].keys() == {"sent", "done", "failed", "lost", "repeated"}
    assert summary["waits_s"].keys() == summary["services_s"].keys() == {"p50", "p95", "p99", "max"}
    assert json.loads(json.dumps(summary, allow_nan=False)) == summary


def test_a_summary_of_a_run_worked_by_hand() -> None:
    jobs, entries = two_orders()
    summary = summarise(a_batch(jobs), a_ledger(entries), {"1": 100.0, "2": 100.2})

    assert summary["jobs"] == {"sent": 2, "done": 2, "failed": 0, "lost": 0, "repeated": 0}
    assert summary["completion_s"] == 5.0
    assert summary["ideal_s"] == summary["bound_s"] == 4.0
    assert summary["held_back_by"] == "longest order"
    assert summary["ratio"] == 1.25
    assert summary["speedup"] == pytest.approx(6.5 / 5.0)
    assert summary["throughput_per_s"] == 0.4
    assert summary["waits_s"]["max"] == pytest.approx(0.5)
    assert summary["waits_s"]["p50"] == pytest.approx(0.4)
    assert summary["services_s"]["max"] == 4.5
    assert summary["verdict"] == "pass"
    assert {kind: spent_s for kind, spent_s in summary["where_time_went_s"].items() if spent_s} == pytest.approx(
        {"hands": 1.0, "hands_wait": 0.5, "wait": 5.5, "start_up": 1.0, "idle_tail": 2.0}
    )


def test_speedup_is_against_the_sequential_program_where_it_ran() -> None:
    jobs, entries = two_orders()
    summary = summarise(a_batch(jobs), a_ledger(entries), {"1": 100.0, "2": 100.0}, sequential_s=15.0)

    assert summary["speedup"] == 3.0


def test_the_summary_names_the_run_and_the_fleet() -> None:
    summary = summarise(Batch("r", "papers", "prefork", None, [], Shape(2, 3, True, 1.5, 4)), a_ledger(), {})

    assert [summary[key] for key in ("run", "work", "pool", "seed")] == ["r", "papers", "prefork", None]
    assert [summary[key] for key in ("workers", "slots", "processes", "cores", "machines")] == [2, 3, 6, 1.5, 4]


def test_a_job_without_an_end_is_lost_and_the_run_is_unknown() -> None:
    jobs, entries = two_orders()
    summary = summarise(a_batch(jobs), a_ledger(entries[:1]), {"1": 100.0, "2": 100.0})

    assert summary["jobs"] == {"sent": 2, "done": 1, "failed": 0, "lost": 1, "repeated": 0}
    assert summary["verdict"] == "unknown"
    assert [summary[key] for key in ("completion_s", "ratio", "speedup", "throughput_per_s")] == [None] * 4
    # What the run could have come to is known all the same.
    assert summary["ideal_s"] == 4.0


def test_sent_is_always_done_and_failed_and_lost() -> None:
    ana = Writer()
    jobs = [a_job(str(number), wait=1.0) for number in range(5)]
    entries = [ana.done("0"), ana.failed("1"), ana.done("0", 2, 3), ana.ended("retried", "2", 0, 1)]
    counted = summarise(a_batch(jobs), a_ledger(entries), {job.id: 0.0 for job in jobs})["jobs"]

    assert counted == {"sent": 5, "done": 1, "failed": 1, "lost": 3, "repeated": 1}


def test_demands_that_nobody_knows_leave_ideal_and_bound_unknown() -> None:
    known, unknown = a_job("1", wait=1.0), Job("2", "mine", "my.task", [])
    ana = Writer()
    summary = summarise(a_batch([known, unknown]), a_ledger([ana.done("1"), ana.done("2")]), {"1": 0.0, "2": 0.0})

    assert [summary[key] for key in ("ideal_s", "bound_s", "ratio", "speedup", "held_back_by")] == [None] * 5
    assert (summary["completion_s"], summary["verdict"]) == (1.0, "pass")


def test_a_run_that_was_stopped_before_its_first_job_has_no_figures() -> None:
    summary = summarise(a_batch([a_job(wait=1.0)]), a_ledger(), {})

    assert summary["jobs"] == {"sent": 0, "done": 0, "failed": 0, "lost": 0, "repeated": 0}
    assert [summary[key] for key in ("completion_s", "ratio", "waits_s", "services_s", "throughput_per_s")] == [None] * 5
    assert summary["verdict"] == "unknown"


def test_a_job_that_ended_before_its_sending_was_noted_is_evidence_missing_and_no_crash() -> None:
    # A Ctrl-C may come between the entries of a plain twin and the note that its jobs were sent.
    jobs, entries = two_orders()
    summary = summarise(a_batch(jobs), a_ledger(entries), {})

    assert summary["verdict"] == "unknown"
    assert summary["jobs"]["lost"] >= 0
    assert summary["completion_s"] is None


def ledger_of(done: int = 0, failed: int = 0, missing: int = 0) -> Ledger:
    ana = Writer()
    entries = [ana.done(str(number)) for number in range(done)] + [ana.failed(f"f{number}") for number in range(failed)]
    ledger = a_ledger(entries)
    ledger.missing = missing
    return ledger


@pytest.mark.parametrize(
    ("ledger", "sent", "meant", "verdict"),
    [
        (ledger_of(done=3), 3, 3, "pass"),
        (ledger_of(done=2, failed=1), 3, 3, "fail"),
        (ledger_of(failed=3), 3, 3, "fail"),
        (ledger_of(done=2), 3, 3, "unknown"),
        (ledger_of(done=1, failed=1), 3, 3, "unknown"),
        (ledger_of(done=3), 3, 5, "unknown"),
        (ledger_of(), 0, 3, "unknown"),
        (ledger_of(done=3, missing=1), 3, 3, "unknown"),
        (ledger_of(done=2, failed=1, missing=1), 3, 3, "unknown"),
        (ledger_of(), 0, 0, "fail"),
    ],
)
def test_a_run_is_judged_by_its_evidence(ledger: Ledger, sent: int, meant: int, verdict: Verdict) -> None:
    assert judge(ledger, sent, meant) == verdict


def test_every_verdict_has_an_exit_code_of_its_own() -> None:
    assert EXIT_CODES == {"pass": 0, "fail": 1, "unknown": 3}


def test_the_spread_of_nothing_is_none_and_of_one_is_that_one() -> None:
    assert spread([]) is None
    assert spread([7.0]) == {"p50": 7.0, "p95": 7.0, "p99": 7.0, "max": 7.0}


def test_the_spread_of_0_to_100() -> None:
    assert spread(float(number) for number in reversed(range(101))) == {"p50": 50.0, "p95": 95.0, "p99": 99.0, "max": 100.0}


@given(st.lists(st.floats(0, 1e6), min_size=1))
def test_a_spread_rises_from_the_median_to_the_maximum(values: list[float]) -> None:
    found = spread(values)

    assert found is not None
    assert min(values) <= found["p50"] <= found["p95"] * (1 + 1e-9) + 1e-9
    assert found["p95"] <= found["p99"] * (1 + 1e-9) + 1e-9
    assert found["p99"] <= found["max"] * (1 + 1e-9) + 1e-9
    assert found["max"] == max(values)


def test_lanes_are_by_worker_and_slot_and_in_order_of_time() -> None:
    rows = [a_row("3", 4, 5), a_row("2", 0, 1, slot=1), a_row("1", 0, 3), a_row("4", 0, 9, worker="Ada@host")]

    assert [(lane, [row.job for row in found]) for lane, found in lanes_of(rows).items()] == [
        (("Ada@host", 0), ["4"]),
        (("ana@host", 0), ["1", "3"]),
        (("ana@host", 1), ["2"]),
    ]


def test_where_the_time_of_a_lane_went_worked_by_hand() -> None:
    row = a_row("1", 2, 10, [a_span("hands", 2, 5, 1.0), a_span("machine_wait", 5, 6), a_span("machine", 6.5, 9.5)])
    later = a_row("2", 11, 12, [a_span("native", 11, 12, 0.9)])
    went = where_time_went([later, row], slots=2, start_s=0, end_s=15)

    assert {kind: spent_s for kind, spent_s in went.items() if spent_s} == pytest.approx(
        {
            "hands": 1.0,
            "hands_wait": 2.0 + 0.1,
            "machine_wait": 1.0,
            "machine": 3.0,
            "native": 0.9,
            "overhead": 1.0,
            "start_up": 2.0,
            "between_jobs": 1.0,
            "idle_tail": 3.0 + 15.0,
        }
    )


def test_hands_whose_cpu_time_nobody_can_tell_are_all_hands() -> None:
    went = where_time_went([a_row("1", 0, 2, [a_span("hands", 0, 2)])], 1, 0, 2)

    assert (went["hands"], went["hands_wait"]) == (2.0, 0.0)


def test_where_nobody_worked_all_slots_were_idle() -> None:
    went = where_time_went([], slots=3, start_s=5, end_s=9)

    assert went["idle_tail"] == 12.0
    assert sum(went.values()) == 12.0


@st.composite
def spent_lanes(draw: st.DrawFn) -> tuple[list[Row], int, float]:
    """Executions that do not overlap, in up to four lanes of a fleet with as many slots or more, and when all was over."""
    rows: list[Row] = []
    lanes = draw(st.integers(0, 4))
    pauses, parts = st.floats(0, 5), st.floats(0, 1)
    kinds: st.SearchStrategy[PhaseKind] = st.sampled_from(["hands", "machine", "machine_wait", "wait", "native", "work"])
    for lane in range(lanes):
        now_s = 0.0
        for _ in range(draw(st.integers(1, 4))):
            start_s = now_s + draw(pauses)
            spans, now_s = [], start_s
            for _ in range(draw(st.integers(0, 3))):
                began_s = now_s + draw(parts)
                now_s = began_s + draw(pauses)
                kind = draw(kinds)
                cpu_s = draw(st.none() | parts.map(lambda part, wall_s=now_s - began_s: part * wall_s))  # type: ignore[misc]
                spans.append(Span(kind, began_s, now_s, cpu_s))
            now_s += draw(parts)
            rows.append(a_row(str(len(rows)), start_s, now_s, spans, worker=f"w{lane // 2}", slot=lane % 2))
    end_s = max((row.end_s for row in rows), default=0.0) + draw(pauses)
    return rows, lanes + draw(st.integers(0, 2)), end_s


@given(spent_lanes())
def test_all_slot_seconds_went_somewhere_and_none_twice(spent: tuple[list[Row], int, float]) -> None:
    rows, slots, end_s = spent
    went = where_time_went(rows, slots, 0.0, end_s)

    assert sum(went.values()) == pytest.approx(slots * end_s, abs=1e-6)
    assert all(spent_s >= -1e-9 for spent_s in went.values())


def test_what_lay_with_a_worker_before_it_began_is_told_where_the_worker_prefetches() -> None:
    ana = Writer()
    entries = [ana.entry("taken", run=RUN, job=job, at=at) for job, at in (("1", 100.0), ("2", 100.5), ("2", 101.0))]
    entries += [ana.done("1", 100.0, 102.0), ana.done("2", 102.0, 104.0)]
    jobs = [a_job("1", wait=2.0), a_job("2", wait=2.0)]
    batch = Batch(RUN, "coffee", "threads", 1, jobs, a_shape())

    summary = summarise(batch, a_ledger(entries), {"1": 100.0, "2": 100.0})

    # Taken twice, it is the last taking that led to the execution.
    assert summary["prefetched_s"] == pytest.approx({"p50": 0.5, "p95": 0.95, "p99": 0.99, "max": 1.0})
    assert summarise(batch, a_ledger(entries[3:]), {"1": 100.0, "2": 100.0})["prefetched_s"] is None
