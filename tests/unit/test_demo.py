from typing import Any

import pytest

from manyhands.demo import FASTER, what_was_seen
from tests.unit.builders import a_summary


def tables(
    *,
    juggled: float = 4.0,
    greened: float = 4.0,
    side_by_side: float = 2.5,
    three_s: float = 3.0,
    one_machine_s: float = 6.0,
    threads: float = 1.0,
    prefork: float = 1.9,
    native: float = 1.7,
) -> list[list[dict[str, Any]]]:
    """The tables of the demo: what each run came to, against a sequential 12 s of coffee."""
    coffee = [
        a_summary(completion_s=12.0, slots=1),
        a_summary(completion_s=12.0 / juggled, slots=8),
        a_summary(completion_s=12.0 / greened, slots=8),
        a_summary(completion_s=12.0 / side_by_side, slots=3),
        a_summary(completion_s=three_s, workers=3, slots=8, machines=2),
        a_summary(completion_s=one_machine_s, workers=3, slots=8, machines=1, held_back_by="machine"),
    ]
    graded = [a_summary(work="papers", speedup=speedup, slots=2) for speedup in (1.0, threads, prefork)]
    released = [a_summary(work="papers", speedup=speedup, slots=2) for speedup in (1.0, native)]
    return [coffee, graded, released]


def seen(**figures: float) -> list[str]:
    return what_was_seen(tables(**figures))


def test_every_story_is_told_with_its_figures() -> None:
    coffee, papers, hands, machine, native = seen()

    assert coffee.startswith("Juggling helps the coffee. One barista with 8 orders in the air was 4.0 times as fast")
    assert "and 4.0 times on gevent" in coffee
    assert papers.startswith("Juggling does not help the papers. One teacher with 2 papers at once was 1.0 times as fast")
    assert hands.startswith("More hands: they help the coffee, they help the papers. 3 baristas side by side were 2.5 times")
    assert "2 teachers 1.9 times" in hands
    assert "3 baristas with 8 orders each in the air took 3.0 s around 2 group heads and 6.0 s around one" in machine
    assert "1.7 times as fast as one after another; with the one that holds it, 1.0 times" in native


@pytest.mark.parametrize(
    ("gain", "helps"), [(0.5, False), (1.0, False), (FASTER - 0.01, False), (FASTER + 0.01, True), (9.0, True)]
)
def test_whether_something_helped_is_said_by_its_figure(gain: float, helps: bool) -> None:
    verb, they = ("helps", "they help") if helps else ("does not help", "they do not help")

    assert seen(juggled=gain)[0].startswith(f"Juggling {verb} the coffee.")
    assert seen(threads=gain)[1].startswith(f"Juggling {verb} the papers.")
    assert seen(side_by_side=gain)[2].startswith(f"More hands: {they} the coffee,")
    assert f", {they} the papers." in seen(prefork=gain)[2]


def test_one_machine_that_stops_nobody_is_not_said_to_stop_everyone() -> None:
    assert "stops everyone" in seen(three_s=3.0, one_machine_s=6.0)[3]
    assert "stops everyone" not in seen(three_s=6.0, one_machine_s=6.0)[3]


def test_cpu_bound_is_said_not_to_be_gil_bound_only_where_it_was_seen() -> None:
    assert "CPU-bound is not GIL-bound" in seen(threads=1.0, native=1.8)[4]
    assert "CPU-bound is not GIL-bound" not in seen(threads=1.0, native=1.0)[4]


def test_a_speedup_that_is_not_known_is_no_help() -> None:
    coffee, graded, released = tables()
    graded[1]["speedup"] = None

    assert what_was_seen([coffee, graded, released])[1].startswith("Juggling does not help the papers.")
