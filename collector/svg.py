"""Lanes drawn as SVG: hue says which resource, fill says whether you have it, area is work."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from hashlib import sha256
from html import escape
from itertools import count, groupby

from collector.figures.canvas import places, text_px
from collector.figures.paints import BAR_PAINTS, SANS, SERIF, Theme, colour, pattern
from collector.lanes import MACHINE, Bar, BarKind, Lane

WIDTH = 960
GUTTER = 132
RIGHT = 64
LANE_HEIGHT = 17
BAR_HEIGHT = 13
GROUP_GAP = 7
TITLE_HEIGHT = 38
AXIS_HEIGHT = 26
LEGEND_HEIGHT = 30
GAP = 16

PLOT_WIDTH = WIDTH - GUTTER - RIGHT

# The axis has the finest of these steps that gives at most so many ticks; where it is longer, of 2, 5, 10, 20 days and so on.
DAY_S = 86400.0
AXIS_STEPS_S = (0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 60, 120, 300, 600, 1800, 3600, 7200, 21600, DAY_S)
MOST_TICKS = 10

LEGEND: tuple[BarKind, ...] = ("hands", "hands_wait", "machine", "machine_wait", "milk", "native", "work", "tray")


@dataclass(frozen=True, slots=True)
class Panel:
    """The lanes of one run under its title; `note` stands beside it, `end_s` is its completion time.

    `flags` are other times on its axis, by what they are: a prediction, a bound.
    """

    title: str
    note: str
    lanes: Sequence[Lane]
    end_s: float
    flags: Sequence[tuple[str, float]] = ()


def draw(panels: Sequence[Panel], theme: Theme = "light", *, longest_s: float | None = None, has_legend: bool = True) -> str:
    """An SVG picture of some runs, one above the other, on one time axis (of `longest_s`), so that they can be compared."""
    longest_s = longest_s or max((panel.end_s for panel in panels), default=1.0) or 1.0
    scale = PLOT_WIDTH / longest_s
    shown = kinds_in(panels)
    parts = [_legend(shown, theme)] if has_legend else []
    top = float(LEGEND_HEIGHT) if has_legend else 0.0
    for panel in panels:
        parts += _panel(panel, top, scale, theme)
        top += panel_height(panel) + GAP
    parts.append(_axis(top, longest_s, scale, theme))
    height, body = top + AXIS_HEIGHT, "".join(parts)
    own = f"l{sha256(body.encode()).hexdigest()[:8]}"
    patterns = "".join(
        pattern(f"{own}-{kind}", BAR_PAINTS[paint_of(kind)], theme) for kind in shown if BAR_PAINTS[paint_of(kind)].size
    )
    said = escape("; ".join(f"{panel.title}: {panel.note}" if panel.note else panel.title for panel in panels))
    # The picture's own font sizes hold wherever it is shown; the outer size follows the page.
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height:g}" role="img" '
        f'font-family="{SANS}" font-size="12" fill="{colour("ink-2", theme)}"><title>{said}</title>'
        f'<defs>{patterns}</defs><rect width="{WIDTH}" height="{height:g}" fill="{colour("paper", theme)}"/>'
        f"{body.replace('url(#', f'url(#{own}-')}</svg>\n"
    )


def paint_of(kind: str) -> str:
    """The paint of a bar."""
    return "wait" if kind == "milk" else kind


def panel_height(panel: Panel) -> float:
    """How high a panel is, in px."""
    groups = len(list(_groups(panel.lanes)))
    return TITLE_HEIGHT + len(panel.lanes) * LANE_HEIGHT + max(0, groups - 1) * GROUP_GAP


def kinds_in(panels: Sequence[Panel]) -> list[BarKind]:
    """The kinds of bars that are in some panels, in the order of the legend."""
    bars = [bar for panel in panels for lane in panel.lanes for bar in lane.bars]
    found = {bar.kind for bar in bars}
    if any(bar.kind == "hands" and _level(bar) < BAR_HEIGHT for bar in bars):
        found.add("hands_wait")
    return [kind for kind in LEGEND if kind in found]


def _legend(kinds: Sequence[BarKind], theme: Theme) -> str:
    parts = []
    left = float(GUTTER)
    for kind in kinds:
        paint = BAR_PAINTS[paint_of(kind)]
        edge = colour(paint.edge or paint.ground, theme)
        parts.append(
            f'<rect x="{left:g}" y="4.5" width="20" height="11" fill="{_fill(kind, theme)}" stroke="{edge}"/>'
            f'<text x="{left + 27:g}" y="14">{paint.words}</text>'
        )
        left += 46 + 6.3 * len(paint.words)
    return "".join(parts)


def swatch(kind: BarKind, own: str) -> str:
    """A piece of a kind's paint as SVG, for a legend; `own` begins its ids."""
    paint = BAR_PAINTS[paint_of(kind)]
    fill = f"url(#{own}-{kind})" if paint.size else colour(paint.ground, "light")
    defs = f"<defs>{pattern(f'{own}-{kind}', paint, 'light')}</defs>" if paint.size else ""
    edge = colour(paint.edge or paint.ground, "light")
    return (
        f'<svg viewBox="0 0 24 13" width="24" height="13" aria-hidden="true">{defs}'
        f'<rect x=".5" y=".5" width="23" height="12" fill="{fill}" stroke="{edge}"/></svg>'
    )


def _panel(panel: Panel, top: float, scale: float, theme: Theme) -> Iterator[str]:
    ink = colour("ink", theme)
    yield (
        f'<text x="{GUTTER}" y="{top + 14:g}" font-family="{SERIF}" font-size="16" fill="{ink}">{escape(panel.title)}'
        f'<tspan dx="12" font-family="{SANS}" font-size="12" fill="{colour("ink-2", theme)}">{escape(panel.note)}</tspan>'
        "</text>"
    )
    end, y = GUTTER + panel.end_s * scale, top + TITLE_HEIGHT - 4
    bars: dict[tuple[BarKind, int], list[str]] = {}
    for group in _groups(panel.lanes):
        yield from _group(group, y, panel.end_s * scale, theme)
        for number, lane in enumerate(group):
            _place(lane.bars, y + number * LANE_HEIGHT + 2, scale, bars)
        y += len(group) * LANE_HEIGHT + GROUP_GAP
    yield from _strokes(bars, theme)
    bottom = y - GROUP_GAP
    yield from _flags(panel, top, bottom, scale, ink)
    yield f'<path d="M{end:.1f} {top + 24:g}V{bottom:g}" stroke="{ink}"/>'
    yield f'<text x="{end + 5:.1f}" y="{bottom - 5:g}" fill="{ink}">{panel.end_s:.1f} s</text>'


def _flags(panel: Panel, top: float, bottom: float, scale: float, ink: str) -> Iterator[str]:
    """The other times on the axis, their names in a row under the title, none on another."""
    flags = sorted(panel.flags, key=lambda flag: flag[1])
    at_px = [GUTTER + at_s * scale for _, at_s in flags]
    names = [f"{words} {at_s:.1f} s" for words, at_s in flags]
    lefts = places(at_px, [text_px(name, 11) for name in names], WIDTH)
    for x, name, left in zip(at_px, names, lefts, strict=True):
        yield f'<path d="M{x:.1f} {top + 20:g}V{bottom:g}" stroke="{ink}" stroke-dasharray="3 3"/>'
        yield f'<text x="{left:.1f}" y="{top + 29:g}" font-size="11" fill="{ink}">{escape(name)}</text>'


def _groups(lanes: Sequence[Lane]) -> Iterator[list[Lane]]:
    return (list(group) for _, group in groupby(lanes, key=lambda lane: lane.worker))


def _group(lanes: Sequence[Lane], top: float, width: float, theme: Theme) -> Iterator[str]:
    """A worker's name once, the number of each slot, and the tracks on which time passed."""
    worker = lanes[0].worker
    host = worker.partition("@")[2]
    ink = colour("ink", theme)
    yield f'<text x="0" y="{top + 13:g}" font-family="{SERIF}" font-size="14" fill="{ink}">{escape(_name(worker))}</text>'
    if host and len(lanes) > 1:
        yield f'<text x="0" y="{top + 28:g}" font-size="11">{escape(host[:18])}</text>'
    yield f'<g text-anchor="end" font-size="11" fill="{colour("ink-3", theme)}">'
    for number, lane in enumerate(lanes):
        yield f'<text x="{GUTTER - 8}" y="{top + number * LANE_HEIGHT + 12:g}">{lane_number(lane)}</text>'
    yield "</g>"
    tracks = "".join(
        f"M{GUTTER} {top + number * LANE_HEIGHT + 2 + BAR_HEIGHT / 2:g}h{width:.1f}" for number in range(len(lanes))
    )
    yield f'<path d="{tracks}" stroke="{colour("track", theme)}" stroke-width="{BAR_HEIGHT}"/>'


def _name(worker: str) -> str:
    name = worker.partition("@")[0][:14]
    return "Machine" if worker == MACHINE else name


def lane_number(lane: Lane) -> str:
    """What a lane is called beside its worker's name."""
    if lane.slot < 0:
        return "tray"
    return f"head {lane.slot + 1}" if lane.worker == MACHINE else str(lane.slot + 1)


def _level(bar: Bar) -> int:
    """How high a bar is filled, in px."""
    return round(bar.filled * BAR_HEIGHT)


def _place(bars: Iterable[Bar], top: float, scale: float, placed: dict[tuple[BarKind, int], list[str]]) -> None:
    """Bars as strokes as wide as they are high: the shortest way to write a rectangle, gathered by kind and level."""
    for bar in bars:
        level = _level(bar)
        x, width = GUTTER + bar.start_s * scale, max(0.3, (bar.end_s - bar.start_s) * scale)
        if level:
            placed.setdefault((bar.kind, level), []).append(f"M{x:.1f} {top + BAR_HEIGHT - level / 2:g}h{width:.1f}")
        if level < BAR_HEIGHT:
            rest = BAR_HEIGHT - level
            placed.setdefault(("hands_wait", rest), []).append(f"M{x:.1f} {top + rest / 2:g}h{width:.1f}")


def _strokes(placed: dict[tuple[BarKind, int], list[str]], theme: Theme) -> Iterator[str]:
    for (kind, level), strokes in sorted(placed.items()):
        yield f'<path data-kind="{kind}" d="{"".join(strokes)}" stroke="{_fill(kind, theme)}" stroke-width="{level}"/>'


def _fill(kind: BarKind, theme: Theme) -> str:
    paint = BAR_PAINTS[paint_of(kind)]
    return f"url(#{kind})" if paint.size else colour(paint.ground, theme)


def _axis_steps_s() -> Iterator[float]:
    yield from AXIS_STEPS_S
    yield from (DAY_S * step * 10**power for power in count() for step in (2, 5, 10))


def _axis(top: float, longest_s: float, scale: float, theme: Theme) -> str:
    step_s = next(step for step in _axis_steps_s() if longest_s / step <= MOST_TICKS)
    ticks = [number * step_s for number in range(int(longest_s / step_s) + 1)]
    return (
        f'<g text-anchor="middle" fill="{colour("ink-3", theme)}">'
        + "".join(f'<text x="{GUTTER + tick * scale:.1f}" y="{top + 8:g}">{tick:g} s</text>' for tick in ticks)
        + "</g>"
    )
