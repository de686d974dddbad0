import json
from typing import Any

import pytest

from collector.trace import trace
from tests.unit.builders import Writer, a_ledger

PHASES = [["hands", 100.5, 101.0, 0.25], ["wait", 101.0, 103.0, None]]


def a_trace() -> dict[str, Any]:
    ana, ben = Writer("ana@host"), Writer("ben@host")
    entries = [
        ana.done("1", 100.5, 103.0, slot=0, phases=PHASES),
        ana.failed("2", 101.0, 102.0, slot=3),
        ben.done("2", 104.0, 105.0, slot=0, attempt=2),
    ]
    told = trace(a_ledger(entries), {"1": "large latte for Ada"}, first_s=100.0)
    return dict(json.loads(json.dumps(told, allow_nan=False)))


def events(phase: str) -> list[dict[str, Any]]:
    return [event for event in a_trace()["traceEvents"] if event["ph"] == phase]


def test_every_event_has_the_keys_that_the_format_requires() -> None:
    for event in a_trace()["traceEvents"]:
        assert event["ph"] in ("M", "X")
        assert isinstance(event["name"], str)
        assert isinstance(event["pid"], int)
        assert isinstance(event["tid"], int)
        assert isinstance(event["args"], dict)
    for event in events("X"):
        assert event["ts"] >= 0
        assert event["dur"] >= 0


def test_each_execution_is_an_event_in_the_lane_of_its_worker_and_slot() -> None:
    jobs = [event for event in events("X") if event["cat"] != "phase"]

    assert [(event["name"], event["cat"], event["ts"], event["dur"]) for event in jobs] == [
        ("large latte for Ada", "done", pytest.approx(500_000), pytest.approx(2_500_000)),
        ("2", "failed", pytest.approx(1_000_000), pytest.approx(1_000_000)),
        ("2", "done", pytest.approx(4_000_000), pytest.approx(1_000_000)),
    ]
    assert [(event["pid"], event["tid"]) for event in jobs] == [(1, 1), (1, 4), (2, 1)]
    assert jobs[2]["args"] == {"job": "2", "attempt": 2, "host": "host"}


def test_phases_lie_inside_their_job() -> None:
    (job, *_), phases = [[e for e in events("X") if (e["cat"] == "phase") is inner] for inner in (False, True)]

    assert [(phase["name"], phase["args"]) for phase in phases] == [("hands", {"cpu_s": 0.25}), ("wait", {"cpu_s": None})]
    assert all((phase["pid"], phase["tid"]) == (job["pid"], job["tid"]) for phase in phases)
    assert all(job["ts"] <= phase["ts"] and phase["ts"] + phase["dur"] <= job["ts"] + job["dur"] + 1 for phase in phases)


def test_every_worker_and_every_slot_has_a_name_once() -> None:
    names = {(event["name"], event["pid"], event["tid"]): event["args"]["name"] for event in events("M")}

    assert names == {
        ("process_name", 1, 0): "ana@host",
        ("process_name", 2, 0): "ben@host",
        ("thread_name", 1, 1): "slot 0",
        ("thread_name", 1, 4): "slot 3",
        ("thread_name", 2, 1): "slot 0",
    }
    assert len(events("M")) == len(names)


def test_a_run_of_nothing_is_an_empty_trace() -> None:
    assert trace(a_ledger(), {}, 0.0) == {"traceEvents": [], "displayTimeUnit": "ms"}
