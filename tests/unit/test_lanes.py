from itertools import pairwise
from typing import get_args

import pytest

from collector.fold import Span
from collector.lanes import BAR_KINDS, MACHINE, Bar, BarKind, Lane, heads, lanes, thin, trays
from collector.svg import LEGEND
from tests.unit.builders import a_row, a_span
from workers.execution import PhaseKind


def test_a_lane_is_a_slot_of_a_worker_with_its_bars_in_order_of_time() -> None:
    rows = [
        a_row("2", 105, 106, [a_span("wait", 105, 106)], slot=1),
        a_row("3", 103, 104, [a_span("machine_wait", 103, 103.5), a_span("machine", 103.5, 104)]),
        a_row("1", 100, 102, [a_span("wait", 100, 102)]),
    ]
    first, second = lanes(rows, 100.0, {})

    assert (first.worker, first.slot, second.slot) == ("ana@host", 0, 1)
    assert first.bars == (
        Bar("1", "milk", 0.0, 2.0),
        Bar("3", "machine_wait", 3.0, 3.5),
        Bar("3", "machine", 3.5, 4.0),
    )
    assert second.bars == (Bar("2", "milk", 5.0, 6.0),)


@pytest.mark.parametrize(
    ("cpu_s", "end_s", "filled"),
    [(0.5, 2.0, 0.25), (2.0, 2.0, 1.0), (3.0, 2.0, 1.0), (0.0, 2.0, 0.0), (None, 2.0, 1.0), (0.0, 0.0, 1.0)],
)
def test_a_hands_bar_is_filled_to_its_cpu_time_over_its_wall_time(cpu_s: float | None, end_s: float, filled: float) -> None:
    (lane,) = lanes([a_row("1", 0, end_s, [a_span("hands", 0, end_s, cpu_s)])], 0.0, {})

    assert lane.bars[0].filled == filled


def test_native_work_is_a_full_bar_whatever_its_cpu_time() -> None:
    (lane,) = lanes([a_row("1", 0, 2, [a_span("native", 0, 2, 0.5)])], 0.0, {})

    assert lane.bars == (Bar("1", "native", 0, 2),)


def test_a_run_of_nothing_has_no_lanes() -> None:
    assert lanes([], 0.0, {}) == []


def test_a_slot_that_had_no_job_is_an_idle_lane() -> None:
    (used, idle) = lanes([a_row("1", 0, 2, [a_span("wait", 0, 2)])], 0.0, {"ana@host": 2})

    assert used.bars
    assert (idle.worker, idle.slot, idle.bars) == ("ana@host", 1, ())


def test_every_phase_has_a_bar_and_every_bar_a_place_in_the_legend() -> None:
    assert BAR_KINDS.keys() == set(get_args(PhaseKind))
    assert set(LEGEND) == set(get_args(BarKind))


def test_a_head_is_a_lane_of_those_who_held_it() -> None:
    rows = [
        a_row("1", 100, 103, [Span("machine_wait", 100, 101, None), Span("machine", 101, 103, None, head=1)], slot=3),
        a_row("2", 100, 101, [Span("machine", 100, 101, None, head=1)], worker="ben@host"),
    ]

    assert heads(rows, 100.0, 2) == [
        Lane(MACHINE, 0, ()),
        Lane(MACHINE, 1, (Bar("2", "machine", 0.0, 1.0), Bar("1", "machine", 1.0, 3.0))),
    ]


def test_what_lies_on_a_tray_is_a_bar_beside_the_slots_until_its_job_begins() -> None:
    rows = [
        a_row("1", 100, 109),
        a_row("2", 109, 110),
        a_row("3", 110, 111),
        a_row("4", 100, 101, worker="ben@host"),
        a_row("5", 112, 113, attempt=2),
    ]
    taken_s = {"1": 100.0, "2": 100.5, "3": 101.0, "4": 100.0, "5": 101.0}

    assert trays(rows, taken_s, 100.0) == [
        Lane("ana@host", -1, (Bar("2", "tray", 0.5, 9.0),)),
        Lane("ana@host", -2, (Bar("3", "tray", 1.0, 10.0),)),
    ]
    assert trays(rows, {}, 100.0) == []


def test_a_run_in_which_no_pull_says_its_head_has_no_lanes_of_heads() -> None:
    assert heads([a_row("1", 0, 1, [a_span("machine", 0, 1)])], 0.0, 2) == []


def test_short_bars_are_drawn_together_and_take_as_long_as_they_did() -> None:
    short = [Bar(str(n), "milk" if n % 3 else "hands", n / 8, n / 8 + 1 / 8) for n in range(24)]
    long = Bar("long", "machine", 3.0, 9.0)
    thinned = thin(Lane("ana", 0, (*short, long)), 1.0).bars

    assert len(thinned) == 4
    assert thinned[-1] == long
    assert (thinned[0].start_s, thinned[-2].end_s) == (0.0, 3.0)
    assert all(before.end_s <= after.start_s for before, after in pairwise(thinned))


def test_bars_that_are_long_enough_stay_as_they_are() -> None:
    lane = Lane("ana", 0, (Bar("1", "hands", 0, 1, 0.5), Bar("2", "milk", 1, 3)))

    assert thin(lane, 1.0) == lane
