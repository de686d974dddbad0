"""The plain twins, with orders that take no time."""

from itertools import pairwise
from types import ModuleType
from typing import Any

import pytest

from manyhands.plan import TWINS
from producer.message import COFFEE_TASK, PAPERS_TASK
from workers.rubric import read_rubric
from workers.twins import coroutines, sequential, threads
from workers.twins.__main__ import TWINS as PROGRAMS
from workers.twins.__main__ import Drawer
from workers.twins.shop import Shop

AN_ORDER = {"id": "1", "task": COFFEE_TASK, "args": [{"steps": [["hands", 0], ["machine", 0], ["wait", 0]], "machines": 1}]}
A_BAD_ORDER = {"id": "2", "task": COFFEE_TASK, "args": [{"steps": [["nap", 0]]}]}
A_PAPER = {
    "id": "3",
    "task": PAPERS_TASK,
    "args": [{"paper": "a.txt", "text": "We wait in line.", "fault": "", "grader": "native"}, read_rubric().as_message()],
}
A_BAD_PAPER = {"id": "4", "task": PAPERS_TASK, "args": [{**A_PAPER["args"][0], "fault": "is empty"}, A_PAPER["args"][1]]}  # type: ignore[dict-item]
JOBS: list[dict[str, Any]] = [AN_ORDER, A_BAD_ORDER, A_PAPER, A_BAD_PAPER]


def test_every_twin_that_can_be_planned_is_a_program() -> None:
    assert set(TWINS) == PROGRAMS.keys()


@pytest.mark.parametrize("twin", [sequential, threads, coroutines])
def test_a_twin_serves_every_job_and_a_bad_one_stops_nobody(twin: ModuleType) -> None:
    entries: list[dict[str, Any]] = []
    twin.run(Shop(1, Drawer({})), JOBS, 2, entries.append)
    outcomes = {entry["job"]: (entry["kind"], entry.get("reason", "")) for entry in entries}

    assert len(entries) == 4
    assert outcomes["1"] == ("done", "")
    assert outcomes["2"][0] == "failed"
    assert outcomes["2"][1].startswith("UnreadableError: ")
    assert outcomes["3"] == ("done", "")
    assert outcomes["4"] == ("failed", "UngradablePaperError: a.txt is empty")


@pytest.mark.parametrize("twin", [sequential, threads, coroutines])
def test_a_twin_tells_of_the_same_phases_as_a_worker(twin: ModuleType) -> None:
    entries: list[dict[str, Any]] = []
    twin.run(Shop(1, Drawer({})), [AN_ORDER], 1, entries.append)
    (entry,) = entries

    assert [phase[0] for phase in entry["phases"]] == ["hands", "machine_wait", "machine", "wait"]
    assert entry["start"] <= entry["phases"][0][1] <= entry["phases"][-1][2] <= entry["end"]
    assert (entry["slot"], entry["attempt"], entry["task"]) == (0, 1, COFFEE_TASK)


@pytest.mark.parametrize("twin", [threads, coroutines])
def test_a_head_is_held_by_one_at_a_time(twin: ModuleType) -> None:
    entries: list[dict[str, Any]] = []
    order = {"steps": [["machine", 0.002]], "machines": 2}
    twin.run(Shop(2, Drawer({})), [{"id": str(n), "task": COFFEE_TASK, "args": [order]} for n in range(12)], 6, entries.append)
    pulls = [phase for entry in entries for phase in entry["phases"] if phase[0] == "machine"]

    for head in (0, 1):
        held = sorted((start, end) for _, start, end, _, number in pulls if number == head)
        assert held
        assert all(earlier[1] <= later[0] for earlier, later in pairwise(held))
    assert len(pulls) == 12


@pytest.mark.parametrize("twin", [threads, coroutines])
def test_no_more_are_under_way_than_there_are_slots(twin: ModuleType) -> None:
    entries: list[dict[str, Any]] = []
    jobs = [{**AN_ORDER, "id": str(number)} for number in range(20)]
    twin.run(Shop(2, Drawer({})), jobs, 3, entries.append)

    assert {entry["job"] for entry in entries} == {str(number) for number in range(20)}
    assert {entry["slot"] for entry in entries} <= {0, 1, 2}


def test_the_sequential_program_serves_in_order() -> None:
    entries: list[dict[str, Any]] = []
    jobs = [{**AN_ORDER, "id": str(number)} for number in range(5)]
    sequential.run(Shop(1, Drawer({})), jobs, 8, entries.append)

    assert [entry["job"] for entry in entries] == ["0", "1", "2", "3", "4"]
    assert {entry["slot"] for entry in entries} == {0}
    assert all(earlier["end"] <= later["start"] for earlier, later in pairwise(entries))
