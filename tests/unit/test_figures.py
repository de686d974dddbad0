"""The figures: on their data, never on pixels; and what holds for every one of them as SVG."""

import re
import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from xml.etree import ElementTree as ET

import pytest

from collector.figures import (
    Scaling,
    limits_data,
    limits_svg,
    pools_data,
    pools_svg,
    scaling_data,
    scaling_svg,
    waits_data,
    waits_svg,
    went_data,
    went_svg,
)
from collector.figures.canvas import wrap
from collector.figures.paints import TOKENS
from collector.figures.scaling import below
from collector.measures import NOWHERE
from collector.scaling import scaling_curve
from tests.unit.builders import a_summary

HOSTILE = "</text><script src='http://evil.example/x.js'>$x_1$</script>\""
SVG = "{http://www.w3.org/2000/svg}"


def a_scaling(*completions_s: float) -> Scaling:
    """The curve of some completion times with 1, 2, 4 ... workers, each measured twice."""
    taken_s = {2**number: [each_s * 0.99, each_s * 1.01] for number, each_s in enumerate(completions_s)}
    return scaling_data(scaling_curve(taken_s, {count: 12.0 / count for count in taken_s}))


def pools(*completions_s: float | None, **changes: Any) -> list[dict[str, Any]]:
    names = ("solo", "threads", "sequential")
    return [a_summary(pool=pool, completion_s=taken_s, **changes) for pool, taken_s in zip(names, completions_s, strict=False)]


ALL: dict[str, Callable[..., str]] = {
    "limits": lambda **look: limits_svg(limits_data(a_summary(), predicted_s=6.0), **look),
    "went": lambda **look: went_svg(went_data(a_summary()), **look),
    "waits": lambda **look: waits_svg(waits_data([0.0, 1.0, 2.0], [3.0, 3.5, 9.0]), **look),
    "pools": lambda **look: pools_svg(pools_data(pools(31.0, 10.0, 40.0), labels=[HOSTILE, "2 × 8", "1"]), **look),
    "scaling": lambda **look: scaling_svg(a_scaling(12.0, 6.4, 3.8, 3.6, 4.4), **look),
}
EMPTY: dict[str, Callable[..., str]] = {
    "limits": lambda: limits_svg(limits_data(a_summary(bounds_s=None, completion_s=None))),
    "went": lambda: went_svg(went_data(a_summary(where_time_went_s=NOWHERE))),
    "waits": lambda: waits_svg(waits_data([], [])),
    "pools": lambda: pools_svg(pools_data([])),
    "scaling": lambda: scaling_svg(a_scaling()),
}


def test_figures_that_are_drawn_at_once_are_what_they_are_alone() -> None:
    """The page asks for several together, and matplotlib's settings are for all threads."""
    alone = {name: draw() for name, draw in ALL.items()}
    names = [*ALL] * 8
    interval_s = sys.getswitchinterval()
    sys.setswitchinterval(1e-5)
    try:
        with ThreadPoolExecutor(4) as threads:
            together = list(threads.map(lambda name: ALL[name](), names))
    finally:
        sys.setswitchinterval(interval_s)

    assert [alone[name] for name in names] == together


@pytest.mark.parametrize("draw", ALL.values(), ids=ALL.keys())
@pytest.mark.parametrize("look", [{}, {"theme": "dark"}, {"width_px": 358}, {"titled": False}])
def test_a_figure_is_small_well_formed_svg_that_asks_for_nothing_outside(
    draw: Callable[..., str], look: dict[str, Any]
) -> None:
    text = draw(**look)
    root = ET.fromstring(text)  # noqa: S314  # our own

    assert root.tag == f"{SVG}svg"
    assert root.get("role") == "img"
    assert root.get("aria-label")
    assert root.get("viewBox")
    assert len(text) < 40_000
    assert {element.tag.removeprefix(SVG) for element in root.iter()} <= {"svg", "g", "defs", "pattern", "rect", "path", "text"}
    assert not {"href", "src", "style", "class"} & {name for element in root.iter() for name in element.attrib}
    assert set(re.findall(r"url\((.)", text)) <= {"#"}
    assert set(re.findall(r"url\(#([\w-]+)\)", text)) == {element.get("id") for element in root.iter() if element.get("id")}


@pytest.mark.parametrize("draw", ALL.values(), ids=ALL.keys())
def test_a_figure_is_the_same_each_time(draw: Callable[..., str]) -> None:
    assert draw() == draw()


def test_several_figures_on_one_page_share_no_id() -> None:
    drawn = [draw(**look) for draw in ALL.values() for look in ({}, {"theme": "dark"}, {"width_px": 358})]
    ids = re.findall(r' id="([\w-]+)"', "".join(drawn))

    assert len(ids) == len(set(ids)) > 5


@pytest.mark.parametrize("draw", ALL.values(), ids=ALL.keys())
def test_every_colour_is_the_pages_own_and_falls_back_to_the_theme(draw: Callable[..., str]) -> None:
    values = {"light": 0, "dark": 1}
    for theme, place in values.items():
        used = dict(re.findall(r"var\(--([\w-]+),(#\w+)\)", draw(theme=theme)))

        assert used == {token: TOKENS[token][place] for token in used}
        assert {"ink", "paper"} <= used.keys()
        assert not re.findall(r'"#\w{6}"', draw(theme=theme))


@pytest.mark.parametrize("draw", EMPTY.values(), ids=EMPTY.keys())
def test_nothing_to_draw_is_a_figure_all_the_same(draw: Callable[..., str]) -> None:
    assert ET.fromstring(draw()).tag == f"{SVG}svg"  # noqa: S314


def test_a_name_is_words_wherever_it_stands() -> None:
    text = ALL["pools"]()

    assert "<script" not in text
    assert "$x_1$" in text


def test_figures_are_computed_without_loading_matplotlib() -> None:
    code = "import sys, collector.figures, collector.report, manyhands.cli; sys.exit('matplotlib' in sys.modules)"

    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_the_parts_of_the_time_add_up_and_the_largest_is_the_finding() -> None:
    data = went_data(a_summary())

    assert data.title == "Where the time went: 30% while milk was steaming"
    assert data.note == "4 slots × 10.0 s = 40 slot-seconds, each accounted for."
    assert [part.kind for part in data.parts] == ["hands", "machine", "wait", "idle_tail"]
    assert sum(part.share for part in data.parts) == pytest.approx(1.0)
    assert sum(part.spent_s for part in data.parts) == pytest.approx(data.whole_s)


def test_waits_tell_their_quantiles_and_climb_to_all_jobs() -> None:
    data = waits_data([float(n) for n in range(1, 1002)], [2.0] * 1001)

    assert data.waited is not None
    assert data.served is not None
    assert (data.waited.p50_s, data.waited.max_s, data.served.p50_s) == (501.0, 1001.0, 2.0)
    assert data.title == "Half of the orders waited 501.0 s or longer; half were served within 2.0 s"
    shares = [share for _, share in data.waited.curve]
    assert (shares[0], shares[-1], shares) == (0.0, 1.0, sorted(shares))
    assert len(data.waited.curve) <= 170


def test_a_wait_below_nothing_is_a_matter_of_clocks() -> None:
    data = waits_data([-0.001], [1.0])

    assert data.waited is not None
    assert data.waited.max_s == 0.0


def test_pools_name_the_fastest_and_put_the_twins_last() -> None:
    data = pools_data([*pools(31.0, 10.0, 40.0)][::-1], here="nobody")

    assert data.title == "threads 1 × 4 was the fastest, 4.0 times as fast as sequential 1 × 4"
    assert [(row.pool, row.is_twin) for row in data.rows] == [("threads", False), ("solo", False), ("sequential", True)]


@pytest.mark.parametrize(
    ("completions_s", "title"),
    [
        ((10.0, 10.1), "All took about the same: 10.0 s"),
        ((10.0, 10.1, None), "Those that ended took about the same: 10.0 s"),
        ((10.0, None), "Too few runs to compare"),
        ((), "Too few runs to compare"),
    ],
)
def test_a_difference_is_only_told_where_there_is_one(completions_s: tuple[float | None, ...], title: str) -> None:
    assert pools_data(pools(*completions_s)).title == title


def test_long_titles_are_wrapped_and_lose_no_word() -> None:
    words = "a finding that is longer than the figure is wide"
    lines = wrap(words, 120, 16)

    assert len(lines) > 2
    assert " ".join(lines) == words


def test_a_curve_says_where_more_workers_stop_helping() -> None:
    data = a_scaling(12.0, 6.4, 3.8, 3.6, 4.4)

    assert data.title == "8 workers were 3.3 times as fast as 1; 16 were no faster"
    assert [point.workers for point in data.points] == [1, 2, 4, 8, 16]
    assert all(point.least <= point.speedup <= point.most for point in data.points)
    assert list(data.ideal) == [(count, float(count)) for count in (1, 2, 4, 8, 16)]
    assert (data.usl[0][0], data.usl[-1][0]) == (1, 16)


def test_too_few_counts_are_drawn_and_nothing_is_said_of_them() -> None:
    data = a_scaling(12.0, 6.4)

    assert data.title == "Too few counts to say. Run four or more."
    assert len(data.points) == 2
    assert [each for each in (data.amdahl, data.usl, data.peak, data.limit) if each] == []


def test_a_curve_that_leaves_the_picture_ends_at_its_edge() -> None:
    assert below(((1.0, 1.0), (2.0, 2.0), (4.0, 4.0)), 3.0) == [(1.0, 1.0), (2.0, 2.0), (3.0, 3.0)]
    assert below(((1.0, 1.0), (2.0, 2.0)), 3.0) == [(1.0, 1.0), (2.0, 2.0)]
