"""One table of hues, patterns and words: that of the figures, to which the page's stylesheet and script are held."""

import re
from pathlib import Path

import pytest

import collector
from collector.figures.paints import PAINTS, TOKENS, Theme, colour
from collector.figures.went import ELSEWHERE
from collector.measures import NOWHERE
from collector.svg import LEGEND, paint_of

STATIC = Path(collector.__file__).parent / "page" / "static"
KINDS = (STATIC / "kinds.js").read_text(encoding="utf-8")
OF_THE_PAGE = dict(re.findall(r"^  (\w+): \{ (.*) \},$", KINDS, re.MULTILINE))


def test_every_kind_of_time_has_a_paint() -> None:
    assert PAINTS.keys() == NOWHERE.keys()
    assert {token for paint in PAINTS.values() for token in (paint.ground, paint.mark, paint.edge) if token} <= TOKENS.keys()


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_the_page_has_the_same_colours(theme: Theme) -> None:
    css = (STATIC / "css" / "tokens.css").read_text(encoding="utf-8")
    light, dark = (dict(re.findall(r"--([\w-]+): (#\w+)", part)) for part in css.split('[data-theme="dark"]'))
    known = {"light": light, "dark": dark}[theme]

    assert [colour(name, theme) for name in TOKENS] == [f"var(--{name},{known[name]})" for name in TOKENS]


def test_the_page_calls_and_paints_each_kind_alike() -> None:
    assert [paint_of(kind) for kind in OF_THE_PAGE] == list(PAINTS)
    for kind, told in OF_THE_PAGE.items():
        paint = PAINTS[paint_of(kind)]
        tokens = {name: paint for name, paint in (("bg", paint.ground), ("fg", paint.mark), ("edge", paint.edge)) if paint}
        assert re.findall(r'name: "(.*?)"', told) == [paint.words]
        assert dict(re.findall(r'(bg|fg|edge): "--([\w-]+)"', told)) == tokens
        assert [float(size) for size in re.findall(r"size: ([\d.]+)", told)] == [paint.size] * bool(paint.mark)
        assert [float(width) for width in re.findall(r"width: ([\d.]+)", told)] == [paint.stroke] * bool(
            paint.size and paint.stroke
        )
        assert strokes_of_the_page(told) == strokes(paint.path)


def strokes_of_the_page(told: str) -> list[tuple[float, ...]]:
    """The lines (from and to) and the dots (centre) of a kind in the script."""
    [found] = re.findall(r"(?:lines|dots): \[\[(.*?)\]\]", told) or [""]
    return [tuple(map(float, each.split(", "))) for each in found.split("], [") if each]


def strokes(path: str) -> list[tuple[float, ...]]:
    """The same of a path in SVG."""
    found: list[tuple[float, ...]] = []
    for piece in path.split("M")[1:]:
        x, y, *to = (float(number) for number in re.findall(r"-?[\d.]+", piece))
        if "a" in piece:
            found.append((x + to[0], y))
        else:
            found.append((x, y, to[0], y) if "H" in piece else (x, y, x, to[0]) if "V" in piece else (x, y, *to))
    return found


def test_page_and_figures_have_the_same_kinds_of_bars_in_the_same_order() -> None:
    [listed] = re.findall(r"BAR_KINDS = \[(.*?)\]", KINDS)

    assert re.findall(r'"(\w+)"', listed) == [kind for kind in LEGEND if kind != "tray"]  # what the page does not draw


def test_where_there_is_no_milk_page_and_figures_say_so_alike() -> None:
    assert f'"{ELSEWHERE}"' in KINDS
