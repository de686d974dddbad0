from collections.abc import Iterator
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workers.execution import Execution, Phase, PhaseKind, current, phase
from workers.stations import hands, wait


class Ticks:
    """A clock that moves by one second each time somebody looks."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        self.now += 1.0
        return self.now


@pytest.fixture
def execution() -> Iterator[Execution]:
    execution = Execution("1", 0, Ticks())
    token = current.set(execution)
    yield execution
    current.reset(token)


def kinds(execution: Execution) -> list[str]:
    return [phase.kind for phase in execution.phases]


def spans(execution: Execution) -> list[tuple[str, float, float]]:
    return [(phase.kind, phase.start_s, phase.end_s or -1.0) for phase in execution.phases]


def test_phases_follow_one_another_between_start_and_end(execution: Execution) -> None:
    with phase("hands"):
        pass
    with phase("wait"):
        pass
    execution.end()

    assert execution.start_s == 1.0
    assert spans(execution) == [("hands", 2.0, 3.0), ("wait", 4.0, 5.0)]
    assert execution.end_s == 6.0


def test_a_phase_inside_another_interrupts_it(execution: Execution) -> None:
    with phase("hands"), phase("native"):
        pass
    execution.end()

    assert kinds(execution) == ["hands", "native", "hands"]
    assert all(earlier[2] <= later[1] for earlier, later in pairwise(spans(execution)))


def test_an_error_closes_its_phase_and_goes_on(execution: Execution) -> None:
    with pytest.raises(ValueError, match="spilt"), phase("hands"), phase("machine"):
        raise ValueError("spilt")
    execution.end()

    assert kinds(execution) == ["hands", "machine", "hands"]
    assert all(end_s > start_s for _, start_s, end_s in spans(execution))


def test_the_end_closes_a_phase_that_was_left_open(execution: Execution) -> None:
    execution.begin("machine")
    execution.end()

    assert spans(execution) == [("machine", 2.0, 3.0)]
    assert execution.end_s == 4.0


def test_closing_twice_changes_nothing(execution: Execution) -> None:
    execution.begin("wait")

    closed = execution.close()
    assert closed is not None
    assert closed.kind == "wait"
    ended = spans(execution)
    assert execution.close() is None
    assert spans(execution) == ended


def test_only_hands_and_native_work_have_cpu_time(execution: Execution) -> None:
    every: list[PhaseKind] = ["hands", "native", "machine", "machine_wait", "wait", "work"]
    for kind in every:
        with phase(kind):
            pass

    assert {phase.kind for phase in execution.phases if phase.cpu_s is not None} == {"hands", "native"}
    assert all(phase.cpu_s >= 0 for phase in execution.phases if phase.cpu_s is not None)


def test_each_phase_is_told_as_it_begins() -> None:
    told: list[tuple[str, Phase, float | None]] = []
    execution = Execution("7", 0, Ticks(), lambda execution, phase: told.append((execution.job, phase, phase.end_s)))
    execution.begin("hands")
    execution.begin("wait")

    assert [(job, phase.kind, end_s) for job, phase, end_s in told] == [("7", "hands", None), ("7", "wait", None)]


def test_where_nobody_watches_a_phase_costs_nothing_and_does_nothing() -> None:
    assert current.get() is None
    with phase("hands"):
        pass
    assert current.get() is None


def test_hands_are_busy_for_as_long_as_they_are_asked_for_on_the_threads_own_clock(execution: Execution) -> None:
    hands(0.02)
    (busy,) = execution.phases

    assert busy.kind == "hands"
    assert busy.cpu_s is not None
    assert 0.02 <= busy.cpu_s < 0.1


def test_a_pull_that_was_interrupted_goes_on_at_the_same_head(execution: Execution) -> None:
    with phase("machine", 3), phase("hands"):
        pass

    assert [(phase.kind, phase.head) for phase in execution.phases] == [("machine", 3), ("hands", None), ("machine", 3)]


def test_waiting_needs_nobody(execution: Execution) -> None:
    wait(0.0)

    assert [(phase.kind, phase.cpu_s) for phase in execution.phases] == [("wait", None)]


every_kind = st.sampled_from(["hands", "native", "machine", "machine_wait", "wait"])
# A tree of phases: a kind, and the phases inside.
trees: st.SearchStrategy[Any] = st.recursive(
    st.tuples(every_kind, st.just([])), lambda inner: st.tuples(every_kind, st.lists(inner, max_size=3)), max_leaves=10
)


@given(st.lists(trees, max_size=3))
def test_however_they_nest_phases_never_overlap_and_at_each_moment_the_innermost_is_told(forest: list[Any]) -> None:
    ticks = Ticks()
    execution = Execution("1", 0, ticks)
    seen: list[tuple[float, str]] = []

    def grow(tree: Any) -> None:
        kind, inner = tree
        with phase(kind):
            seen.append((ticks(), kind))
            for each in inner:
                grow(each)
                seen.append((ticks(), kind))

    token = current.set(execution)
    try:
        for tree in forest:
            grow(tree)
    finally:
        current.reset(token)
    execution.end()
    told = spans(execution)

    assert all(start_s < end_s for _, start_s, end_s in told)
    assert all(earlier[2] <= later[1] for earlier, later in pairwise(told))
    assert [[kind for kind, start_s, end_s in told if start_s < at_s < end_s] for at_s, _ in seen] == [
        [kind] for _, kind in seen
    ]
