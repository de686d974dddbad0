"""Lanes drawn as SVG: hue says which resource, fill says whether you have it, area is work."""

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

from collector.lanes import Bar, BarKind, Lane

WIDTH = 960
GUTTER = 150
LANE_HEIGHT = 17
BAR_HEIGHT = 13
TITLE_HEIGHT = 40
AXIS_HEIGHT = 26
LEGEND_HEIGHT = 30
GAP = 16

# The axis has the finest of these steps that gives at most so many ticks.
AXIS_STEPS_S = (0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 60, 120, 300, 600, 1800, 3600, 7200, 21600, 86400, 864000, float("inf"))
MOST_TICKS = 10

COLOURS = {
    "paper": "#fbf8f3",
    "track": "#eee8de",
    "ink": "#2b211a",
    "ink_2": "#5e5046",
    "hands": "#b0461a",
    "machine": "#1d5876",
    "milk": "#efd08a",
    "native": "#7a3b69",
    "work": "#5e5046",
}

# Waiting is the resource's own hue, pale and hatched, so that it can be told without colour.
PATTERNS = """
<pattern id="hands_wait" width="6" height="6" patternUnits="userSpaceOnUse"><rect width="6" height="6" fill="#f3ddd0"/>
<path d="M0 6 6 0" stroke="#bd6238" stroke-width="1.2"/></pattern>
<pattern id="machine_wait" width="6" height="6" patternUnits="userSpaceOnUse"><rect width="6" height="6" fill="#d5e3ea"/>
<path d="M0 0 6 6" stroke="#4f8aa5" stroke-width="1.2"/></pattern>
<pattern id="milk" width="6" height="6" patternUnits="userSpaceOnUse"><rect width="6" height="6" fill="#efd08a"/>
<circle cx="3" cy="3" r=".9" fill="#8f6a1e"/></pattern>
"""
LEGEND: tuple[tuple[BarKind, str], ...] = (
    ("hands", "hands"),
    ("hands_wait", "waiting for hands"),
    ("machine", "machine"),
    ("machine_wait", "waiting for the machine"),
    ("milk", "milk: nobody is needed"),
    ("native", "a core, the GIL let go"),
    ("work", "a task of your own"),
)


@dataclass(frozen=True, slots=True)
class Panel:
    """The lanes of one run under its title; `note` stands beside it, `end_s` is its completion time."""

    title: str
    note: str
    lanes: Sequence[Lane]
    end_s: float


def draw(panels: Sequence[Panel]) -> str:
    """An SVG picture of some runs, one above the other, on one time axis, so that they can be compared."""
    longest_s = max((panel.end_s for panel in panels), default=1.0) or 1.0
    scale = (WIDTH - GUTTER - 70) / longest_s
    parts = [_legend(panels)]
    top = float(LEGEND_HEIGHT)
    for panel in panels:
        parts.append(_panel(panel, top, scale))
        top += TITLE_HEIGHT + len(panel.lanes) * LANE_HEIGHT + GAP
    parts.append(_axis(top, longest_s, scale))
    height = top + AXIS_HEIGHT
    # The picture's own font sizes hold wherever it is shown; the outer size follows the page.
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" role="img" '
        f'font-family="system-ui, sans-serif" font-size="12" fill="{COLOURS["ink_2"]}">'
        f"<title>{escape('; '.join(f'{panel.title}: {panel.note}' for panel in panels))}</title>"
        f'<defs>{PATTERNS}</defs><rect width="{WIDTH}" height="{height}" fill="{COLOURS["paper"]}"/>{"".join(parts)}</svg>\n'
    )


def _legend(panels: Sequence[Panel]) -> str:
    shown = {bar.kind for panel in panels for lane in panel.lanes for bar in lane.bars}
    if any(bar.filled < 0.995 for panel in panels for lane in panel.lanes for bar in lane.bars):
        shown.add("hands_wait")
    parts = []
    left = float(GUTTER)
    for kind, words in LEGEND:
        if kind in shown:
            parts.append(f'<rect x="{left}" y="10" width="12" height="12" fill="{_fill(kind)}"/>')
            parts.append(f'<text x="{left + 17}" y="20">{words}</text>')
            left += 34 + 6.3 * len(words)
    return "".join(parts)


def _panel(panel: Panel, top: float, scale: float) -> str:
    title = (
        f'<text x="{GUTTER}" y="{top + 26}" font-family="Georgia, serif" font-size="16" fill="{COLOURS["ink"]}">'
        f'{escape(panel.title)}<tspan dx="12" font-family="system-ui, sans-serif" font-size="12" '
        f'fill="{COLOURS["ink_2"]}">{escape(panel.note)}</tspan></text>'
    )
    parts = [title]
    for number, lane in enumerate(panel.lanes):
        parts.append(_lane(lane, top + TITLE_HEIGHT - 4 + number * LANE_HEIGHT, panel.end_s, scale))
    end = GUTTER + panel.end_s * scale
    bottom = top + TITLE_HEIGHT - 4 + len(panel.lanes) * LANE_HEIGHT
    parts.append(f'<path d="M{end:.1f} {top + 30}V{bottom:.1f}" stroke="{COLOURS["ink"]}"/>')
    parts.append(f'<text x="{end + 5:.1f}" y="{bottom - 5:.1f}" fill="{COLOURS["ink"]}">{panel.end_s:.1f} s</text>')
    return "".join(parts)


def _lane(lane: Lane, top: float, end_s: float, scale: float) -> str:
    name = f"{lane.worker.partition('@')[0]} {lane.slot + 1}"
    bars = "".join(_bar(bar, top + 2, scale) for bar in lane.bars)
    return (
        f'<text x="{GUTTER - 8}" y="{top + 12}" text-anchor="end">{escape(name)}</text>'
        f'<rect x="{GUTTER}" y="{top + 2}" width="{end_s * scale:.1f}" height="{BAR_HEIGHT}" fill="{COLOURS["track"]}"/>{bars}'
    )


def _bar(bar: Bar, top: float, scale: float) -> str:
    left, width = GUTTER + bar.start_s * scale, max(0.3, (bar.end_s - bar.start_s) * scale)
    place = f'x="{left:.2f}" width="{width:.2f}"'
    filled = BAR_HEIGHT * bar.filled
    parts = [f'<rect {place} y="{top + BAR_HEIGHT - filled:.1f}" height="{filled:.1f}" fill="{_fill(bar.kind)}"/>']
    if bar.filled < 0.995:
        parts.append(f'<rect {place} y="{top}" height="{BAR_HEIGHT - filled:.1f}" fill="url(#hands_wait)"/>')
    return "".join(parts)


def _fill(kind: BarKind) -> str:
    return f"url(#{kind})" if kind in ("hands_wait", "machine_wait", "milk") else COLOURS[kind]


def _axis(top: float, longest_s: float, scale: float) -> str:
    step_s = next(step for step in AXIS_STEPS_S if longest_s / step <= MOST_TICKS)
    ticks = [number * step_s for number in range(int(longest_s / step_s) + 1)]
    return "".join(
        f'<text x="{GUTTER + tick * scale:.1f}" y="{top + 8}" text-anchor="middle">{tick:g} s</text>' for tick in ticks
    )
