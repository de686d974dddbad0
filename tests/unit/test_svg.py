import re
from dataclasses import dataclass, replace
from xml.etree import ElementTree as ET

import pytest

from collector.figures.canvas import text_px
from collector.lanes import MACHINE, Bar, Lane
from collector.svg import BAR_HEIGHT, GUTTER, PLOT_WIDTH, WIDTH, Panel, draw, swatch

SVG = "{http://www.w3.org/2000/svg}"
HOSTILE = "</title><script>alert('&')</script>\""


def a_panel(
    *bars: Bar, title: str = "threads 1 × 2", note: str = "3.0 ×", worker: str = "ana@host", end_s: float = 10.0
) -> Panel:
    return Panel(title, note, [Lane(worker, 0, bars)], end_s)


def parse(*panels: Panel) -> ET.Element:
    return ET.fromstring(draw(panels))  # noqa: S314  # our own


STROKE = re.compile(r"M([\d.]+) ([\d.]+)h([\d.]+)")


@dataclass(frozen=True)
class Rect:
    """A stroke as the rectangle that it is."""

    left: float
    top: float
    width: float
    height: float


def strokes(path: ET.Element) -> list[Rect]:
    high = float(path.get("stroke-width", "0"))
    found = (tuple(map(float, stroke)) for stroke in STROKE.findall(path.get("d", "")))
    return [Rect(x, y - high / 2, width, high) for x, y, width in found]


def bars(root: ET.Element, kind: str) -> list[Rect]:
    """The drawn bars of a kind."""
    return [rect for path in root.iter(f"{SVG}path") if path.get("data-kind") == kind for rect in strokes(path)]


def tracks(root: ET.Element) -> list[Rect]:
    """The tracks on which time passed."""
    paths = (path for path in root.iter(f"{SVG}path") if "--track" in str(path.get("stroke")))
    return [rect for path in paths for rect in strokes(path)]


def texts(root: ET.Element) -> list[str]:
    return ["".join(text.itertext()) for text in root.iter(f"{SVG}text")]


def ticks(root: ET.Element) -> list[str]:
    axis = (group for group in root.iter(f"{SVG}g") if group.get("text-anchor") == "middle")
    return [text.text or "" for group in axis for text in group.iter(f"{SVG}text")]


def test_a_picture_is_well_formed_and_has_a_title_for_those_who_cannot_see_it() -> None:
    root = parse(a_panel(Bar("1", "milk", 0, 5)), a_panel(title="prefork 1 × 2", note="2.0 ×"))

    assert root.tag == f"{SVG}svg"
    assert root.get("role") == "img"
    assert root.findtext(f"{SVG}title") == "threads 1 × 2: 3.0 ×; prefork 1 × 2: 2.0 ×"


def test_names_are_escaped_wherever_they_stand() -> None:
    root = parse(a_panel(Bar("1", "milk", 0, 5), title=HOSTILE, note=HOSTILE, worker=f"{HOSTILE}@host"))

    assert root.find(f".//{SVG}script") is None
    assert root.findtext(f"{SVG}title") == f"{HOSTILE}: {HOSTILE}"
    assert HOSTILE[:14] in texts(root)
    assert f"{HOSTILE}{HOSTILE}" in texts(root)


def test_a_worker_is_named_once_and_its_slots_are_numbered() -> None:
    lanes = [Lane("ana@host", 0, ()), Lane("ana@host", 7, ()), Lane("ben@far", 0, ())]
    shown = texts(ET.fromstring(draw([Panel("t", "", lanes, 1.0)])))  # noqa: S314

    assert [shown.count(word) for word in ("ana", "ben", "1", "8", "host")] == [1, 1, 2, 1, 1]


def test_the_heads_of_the_machine_are_lanes_of_its_own() -> None:
    shown = texts(ET.fromstring(draw([Panel("t", "", [Lane(MACHINE, 0, ()), Lane(MACHINE, 1, ())], 1.0)])))  # noqa: S314

    assert {"Machine", "head 1", "head 2"} <= set(shown)


def test_a_bar_stands_where_its_time_is() -> None:
    root = parse(a_panel(Bar("1", "machine", 2.5, 7.5)))
    (bar,), (track,) = bars(root, "machine"), tracks(root)

    assert track.left == GUTTER
    assert bar.left - GUTTER == pytest.approx(track.width / 4, abs=0.1)
    assert bar.width == pytest.approx(track.width / 2, abs=0.1)
    assert bar.height == track.height == BAR_HEIGHT
    assert track.left + track.width < WIDTH


def test_hands_that_wait_are_drawn_as_the_rest_of_the_bar() -> None:
    root = parse(a_panel(Bar("1", "hands", 0, 10, filled=0.25)))
    (busy,), (waiting,) = bars(root, "hands"), bars(root, "hands_wait")

    assert busy.height == pytest.approx(BAR_HEIGHT / 4, abs=0.5)
    assert busy.height + waiting.height == BAR_HEIGHT
    assert waiting.top + waiting.height == pytest.approx(busy.top)
    assert busy.width == waiting.width


def test_the_legend_names_what_is_in_the_picture_and_nothing_else() -> None:
    shown = texts(parse(a_panel(Bar("1", "milk", 0, 5), Bar("1", "machine", 5, 6))))

    assert {"milk (hands free)", "machine"} <= set(shown)
    assert "hands" not in shown
    assert "waiting for hands" not in shown


def test_the_legend_names_waiting_for_hands_where_a_bar_is_not_full() -> None:
    assert "waiting for hands" in texts(parse(a_panel(Bar("1", "hands", 0, 5, filled=0.5))))


def test_all_runs_stand_on_one_time_axis() -> None:
    root = parse(a_panel(end_s=10.0), a_panel(end_s=5.0))
    long, short = tracks(root)

    assert long.left == short.left
    assert long.width == pytest.approx(2 * short.width, abs=0.1)
    assert {"10.0 s", "5.0 s"} <= set(texts(root))


def test_an_axis_may_be_longer_than_the_run() -> None:
    (track,) = tracks(ET.fromstring(draw([a_panel(end_s=5.0)], longest_s=20.0)))  # noqa: S314

    assert track.width == pytest.approx(PLOT_WIDTH / 4, abs=0.1)


def test_a_prediction_is_a_flag_on_the_axis() -> None:
    assert "you said 6.0 s" in texts(parse(replace(a_panel(), flags=[("you said", 6.0)])))


def test_the_names_of_two_flags_do_not_lie_on_each_other() -> None:
    root = parse(replace(a_panel(end_s=10.0), flags=[("you said", 6.1), ("bound", 6.0)]))
    at = {str(text.text): float(str(text.get("x"))) for text in root.iter(f"{SVG}text")}

    assert at["bound 6.0 s"] + text_px("bound 6.0 s", 11) < at["you said 6.1 s"]


def test_what_is_filled_with_a_pattern_finds_it_in_the_picture() -> None:
    root = parse(a_panel(Bar("1", "milk", 0, 1), Bar("1", "machine_wait", 1, 2), Bar("1", "hands", 2, 3, 0.5)))
    filled = [str(each.get(name)) for each in root.iter() for name in ("fill", "stroke")]
    used = {fill[5:-1] for fill in filled if fill.startswith("url(#")}

    assert {name.partition("-")[2] for name in used} == {"milk", "machine_wait", "hands_wait"}
    assert used == {pattern.get("id") for pattern in root.iter(f"{SVG}pattern")}


def test_several_pictures_and_a_legend_on_one_page_share_no_id() -> None:
    drawn = draw([a_panel(Bar("1", "milk", 0, 1))]) + draw([a_panel(Bar("1", "milk", 0, 2))]) + swatch("milk", "key")
    ids = re.findall(r' id="([^"]+)"', drawn)

    assert len(ids) == len(set(ids)) == 3


@pytest.mark.parametrize("longest_s", [0.5, 1.0, 3.0, 9.99, 45.0, 600.0, 5999.0, 2 * 3600.0, 8 * 3600.0, 9e6, 1e9])
def test_the_axis_has_some_ticks_and_not_too_many(longest_s: float) -> None:
    found = ticks(parse(a_panel(end_s=longest_s)))

    assert found[0] == "0 s"
    assert 3 <= len(found) <= 11
    assert len(set(found)) == len(found)


@pytest.mark.parametrize("panels", [[], [Panel("empty", "", [], 0.0)]])
def test_nothing_to_draw_is_a_picture_all_the_same(panels: list[Panel]) -> None:
    assert parse(*panels).tag == f"{SVG}svg"
