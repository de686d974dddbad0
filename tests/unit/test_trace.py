import json
from collections.abc import Iterator
from math import isfinite
from typing import Any

import pytest

from collector.trace import trace
from tests.unit.builders import Writer, a_ledger

PHASES = [["hands", 100.5, 101.0, 0.25], ["wait", 101.0, 103.0, None]]


def a_trace() -> dict[str, Any]:
    ana, ben = Writer("ana@host"), Writer("ben@host")
    entries = [
        ana.entry("ready", pool="threads", slots=5),
        ana.done("1", 100.5, 103.0, slot=0, phases=PHASES),
        ana.failed("2", 101.0, 102.0, slot=3),
        ben.done("2", 104.0, 105.0, slot=0, attempt=2, phases=[["machine", 104.0, 105.0, None, 1]]),
        ben.done("3", 105.0, 106.0, slot=0, phases=[["machine", 104.9, 106.1, None, 1]]),
    ]
    told = trace(a_ledger(entries), {"1": "large latte for Ada"}, first_s=100.0)
    return dict(json.loads(json.dumps(told, allow_nan=False)))


def events(phase: str) -> list[dict[str, Any]]:
    return [event for event in a_trace()["traceEvents"] if event["ph"] == phase]


METADATA_ARGS = {
    "process_name": "name",
    "process_sort_index": "sort_index",
    "thread_name": "name",
    "thread_sort_index": "sort_index",
}


def faults(told: dict[str, Any]) -> Iterator[str]:
    """What an importer of the trace-event format would not take, or would draw wrongly.

    The rules of the format's description and of Perfetto's importer of it: each phase has its required fields, of the
    right types; times are finite, and not negative; slices on one thread lie in one another, or after one another.
    """
    if not isinstance(told.get("traceEvents"), list):
        yield "no list of traceEvents"
    if told.get("displayTimeUnit") not in ("ms", "ns"):
        yield "displayTimeUnit is ms or ns"
    threads: dict[tuple[int, int], list[tuple[float, float]]] = {}
    for event in told["traceEvents"]:
        found = list(event_faults(event))
        yield from (f"{event}: {fault}" for fault in found)
        if event["ph"] == "X" and not found:
            threads.setdefault((event["pid"], event["tid"]), []).append((event["ts"], event["ts"] + event["dur"]))
    for thread, slices in threads.items():
        yield from (f"{thread}: {fault}" for fault in nesting_faults(slices))


def event_faults(event: dict[str, Any]) -> Iterator[str]:
    for key, kind in (("ph", str), ("name", str), ("pid", int), ("tid", int)):
        if not isinstance(event.get(key), kind):
            yield f"{key} is no {kind.__name__}"
    if not isinstance(event.get("args", {}), dict):
        yield "args is no object"
    if event["ph"] == "X":
        for key in ("ts", "dur"):
            if not isinstance(event.get(key), int | float) or not isfinite(event[key]) or event[key] < 0:
                yield f"{key} is no time"
        if not isinstance(event.get("cat", ""), str):
            yield "cat is no string"
    elif event["ph"] == "M":
        if METADATA_ARGS.get(event["name"]) not in event["args"]:
            yield "metadata without what it is to say"
    else:
        yield "a phase that is not written here"


def nesting_faults(slices: list[tuple[float, float]]) -> Iterator[str]:
    around: list[float] = []
    for start, end in sorted(slices, key=lambda each: (each[0], -each[1])):
        while around and around[-1] <= start:
            around.pop()
        if around and end > around[-1]:
            yield f"{start} to {end} ends after {around[-1]}, in which it begins"
        around.append(end)


def test_a_trace_keeps_to_the_trace_event_format() -> None:
    assert list(faults(a_trace())) == []


@pytest.mark.parametrize(
    "spoil",
    [
        {"ts": -1},
        {"dur": float("inf")},
        {"dur": None},
        {"name": 7},
        {"pid": "ana"},
        {"ph": "Q"},
        {"args": []},
        {"ts": 499_000, "dur": 2_000_000},
    ],
)
def test_the_validator_finds_what_is_wrong(spoil: dict[str, Any]) -> None:
    told = a_trace()
    event = next(event for event in told["traceEvents"] if event["ph"] == "X")
    event.update(spoil)

    assert list(faults(told))


def test_each_execution_is_an_event_in_the_lane_of_its_worker_and_slot() -> None:
    jobs = [event for event in events("X") if event["cat"] in ("done", "failed")]

    assert [(event["name"], event["cat"], event["ts"], event["dur"]) for event in jobs] == [
        ("large latte for Ada", "done", 500_000, 2_500_000),
        ("2", "failed", 1_000_000, 1_000_000),
        ("2", "done", 4_000_000, 1_000_000),
        ("3", "done", 5_000_000, 1_000_000),
    ]
    assert [(event["pid"], event["tid"]) for event in jobs] == [(2, 1), (2, 4), (3, 1), (3, 1)]
    assert jobs[1]["args"] == {"job": "2", "attempt": 1, "host": "host", "reason": "ValueError: spilt"}


def test_phases_lie_inside_their_job() -> None:
    phases = [event for event in events("X") if event["cat"] == "phase"]

    assert [(each["name"], each["ts"], each["dur"], each["args"]) for each in phases] == [
        ("hands", 500_000, 500_000, {"cpu_s": 0.25}),
        ("wait", 1_000_000, 2_000_000, {"cpu_s": None}),
        ("machine", 4_000_000, 1_000_000, {"cpu_s": None}),
        ("machine", 5_000_000, 1_000_000, {"cpu_s": None}),
    ]


def test_the_heads_of_the_machine_are_a_process_of_their_own() -> None:
    pulls = [event for event in events("X") if event["cat"] == "machine"]

    assert [(each["pid"], each["tid"], each["name"], each["ts"], each["dur"]) for each in pulls] == [
        (1, 2, "2", 4_000_000, 1_000_000),
        (1, 2, "3", 5_000_000, 1_100_000),
    ]


def test_every_worker_and_every_slot_has_a_name_once_the_idle_ones_too() -> None:
    names = {(each["pid"], each["tid"]): each["args"]["name"] for each in events("M") if each["name"].endswith("_name")}

    assert names == {
        (1, 0): "espresso machine",
        (1, 2): "head 2",
        (2, 0): "ana@host",
        **{(2, slot): f"slot {slot}" for slot in range(1, 6)},
        (3, 0): "ben@host",
        (3, 1): "slot 1",
    }
    assert len(events("M")) == 2 * len(names)


def test_a_run_of_nothing_is_an_empty_trace() -> None:
    assert trace(a_ledger(), {}, 0.0) == {"traceEvents": [], "displayTimeUnit": "ms"}
