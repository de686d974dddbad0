from xml.etree import ElementTree as ET

import pytest

from collector.lanes import Bar, Lane
from collector.svg import BAR_HEIGHT, COLOURS, GUTTER, WIDTH, Panel, draw

SVG = "{http://www.w3.org/2000/svg}"
HOSTILE = "</title><script>alert('&')</script>\""


def a_panel(
    *bars: Bar, title: str = "threads 1 × 2", note: str = "3.0 ×", worker: str = "ana@host", end_s: float = 10.0
) -> Panel:
    return Panel(title, note, [Lane(worker, 0, bars)], end_s)


def parse(*panels: Panel) -> ET.Element:
    return ET.fromstring(draw(panels))  # noqa: S314  # our own


def rects(root: ET.Element, fill: str) -> list[dict[str, float]]:
    """The drawn rectangles of a colour or pattern, without those of the legend."""
    found = (rect for rect in root.findall(f"{SVG}rect") if rect.get("fill") == fill and float(rect.get("width", "0")) != 12)
    return [{key: float(value) for key, value in rect.attrib.items() if key != "fill"} for rect in found]


def texts(root: ET.Element) -> list[str]:
    return ["".join(text.itertext()) for text in root.iter(f"{SVG}text")]


def ticks(root: ET.Element) -> list[str]:
    return [text.text or "" for text in root.iter(f"{SVG}text") if text.get("text-anchor") == "middle"]


def test_a_picture_is_well_formed_and_has_a_title_for_those_who_cannot_see_it() -> None:
    root = parse(a_panel(Bar("1", "milk", 0, 5)), a_panel(title="prefork 1 × 2", note="2.0 ×"))

    assert root.tag == f"{SVG}svg"
    assert root.get("role") == "img"
    assert root.findtext(f"{SVG}title") == "threads 1 × 2: 3.0 ×; prefork 1 × 2: 2.0 ×"


def test_names_are_escaped_wherever_they_stand() -> None:
    root = parse(a_panel(Bar("1", "milk", 0, 5), title=HOSTILE, note=HOSTILE, worker=f"{HOSTILE}@host"))

    assert root.find(f".//{SVG}script") is None
    assert root.findtext(f"{SVG}title") == f"{HOSTILE}: {HOSTILE}"
    assert f"{HOSTILE} 1" in texts(root)
    assert f"{HOSTILE}{HOSTILE}" in texts(root)


def test_a_lane_is_called_after_its_barista_and_slot() -> None:
    root = ET.fromstring(draw([Panel("t", "", [Lane("ana@host", 0, ()), Lane("ana@host", 7, ())], 1.0)]))  # noqa: S314

    assert {"ana 1", "ana 8"} <= set(texts(root))


def test_a_bar_stands_where_its_time_is() -> None:
    (bar,) = rects(parse(a_panel(Bar("1", "machine", 2.5, 7.5))), COLOURS["machine"])
    (track,) = rects(parse(a_panel(Bar("1", "machine", 2.5, 7.5))), COLOURS["track"])

    assert track["x"] == GUTTER
    assert bar["x"] - GUTTER == pytest.approx(track["width"] / 4, abs=0.1)
    assert bar["width"] == pytest.approx(track["width"] / 2, abs=0.1)
    assert bar["height"] == BAR_HEIGHT
    assert track["x"] + track["width"] < WIDTH


def test_hands_that_wait_are_drawn_as_the_rest_of_the_bar() -> None:
    root = parse(a_panel(Bar("1", "hands", 0, 10, filled=0.25)))
    (busy,), (waiting,) = rects(root, COLOURS["hands"]), rects(root, "url(#hands_wait)")

    assert busy["height"] == pytest.approx(BAR_HEIGHT / 4, abs=0.1)
    assert busy["height"] + waiting["height"] == pytest.approx(BAR_HEIGHT, abs=0.1)
    assert waiting["y"] + waiting["height"] == pytest.approx(busy["y"], abs=0.1)
    assert busy["width"] == waiting["width"]


def test_the_legend_names_what_is_in_the_picture_and_nothing_else() -> None:
    shown = texts(parse(a_panel(Bar("1", "milk", 0, 5), Bar("1", "machine", 5, 6))))

    assert {"milk: nobody is needed", "machine"} <= set(shown)
    assert "hands" not in shown
    assert "waiting for hands" not in shown


def test_the_legend_names_waiting_for_hands_where_a_bar_is_not_full() -> None:
    assert "waiting for hands" in texts(parse(a_panel(Bar("1", "hands", 0, 5, filled=0.5))))


def test_all_runs_stand_on_one_time_axis() -> None:
    root = parse(a_panel(end_s=10.0), a_panel(end_s=5.0))
    long, short = rects(root, COLOURS["track"])

    assert long["x"] == short["x"]
    assert long["width"] == pytest.approx(2 * short["width"], abs=0.1)
    assert {"10.0 s", "5.0 s"} <= set(texts(root))


def test_what_is_filled_with_a_pattern_finds_it_in_the_picture() -> None:
    root = parse(a_panel(Bar("1", "milk", 0, 1), Bar("1", "machine_wait", 1, 2), Bar("1", "hands", 2, 3, 0.5)))
    used = {str(rect.get("fill"))[5:-1] for rect in root.iter(f"{SVG}rect") if str(rect.get("fill")).startswith("url(#")}

    assert used == {"milk", "machine_wait", "hands_wait"}
    assert used <= {pattern.get("id") for pattern in root.iter(f"{SVG}pattern")}


@pytest.mark.parametrize("longest_s", [0.5, 1.0, 3.0, 9.99, 45.0, 600.0, 5999.0, 2 * 3600.0, 8 * 3600.0])
def test_the_axis_has_some_ticks_and_not_too_many(longest_s: float) -> None:
    found = ticks(parse(a_panel(end_s=longest_s)))

    assert found[0] == "0 s"
    assert 3 <= len(found) <= 11
    assert len(set(found)) == len(found)


@pytest.mark.parametrize("panels", [[], [Panel("empty", "", [], 0.0)]])
def test_nothing_to_draw_is_a_picture_all_the_same(panels: list[Panel]) -> None:
    assert parse(*panels).tag == f"{SVG}svg"
