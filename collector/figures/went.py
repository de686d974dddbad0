"""Where the time went: the slot-seconds of a run, by what they were spent on."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from collector.figures.canvas import Canvas, title_height
from collector.figures.paints import PAINTS, Theme
from collector.shape import slots_each

# What the largest part is called in the title.
FINDINGS = {
    "hands": "into hands at work",
    "hands_wait": "into waiting for hands",
    "machine": "at the machine",
    "machine_wait": "into waiting for the machine",
    "wait": "while milk was steaming",
    "native": "on a core, with the GIL let go",
    "work": "into a task of your own",
    "overhead": "into overhead",
    "start_up": "before the first job",
    "between_jobs": "between jobs",
    "idle_tail": "idle",
}

# What a wait is called where there is no milk.
ELSEWHERE = "waiting with hands free"


@dataclass(frozen=True, slots=True)
class WentPart:
    """One part: its slot-seconds, and their share of all, from 0 to 1."""

    kind: str
    words: str
    spent_s: float
    share: float


@dataclass(frozen=True, slots=True)
class Went:
    """The parts in the order in which they are drawn; what is nothing is left out. They add up to `whole_s`."""

    title: str
    note: str
    whole_s: float
    parts: tuple[WentPart, ...]


# A part below this share is drawn, but not listed: it would read 0.0 %.
LEAST_LISTED = 0.0005


def went_data(summary: Mapping[str, Any]) -> Went:
    """The figure of a summary."""
    went = summary["where_time_went_s"]
    whole_s = sum(went.values())
    if whole_s <= 0:
        return Went("Where the time went: nothing was done", "", 0.0, ())
    words = {"wait": ELSEWHERE} if summary.get("work") != "coffee" else {}
    parts = [
        WentPart(kind, words.get(kind, paint.words), went[kind], went[kind] / whole_s)
        for kind, paint in PAINTS.items()
        if went.get(kind, 0) > 0
    ]
    largest = max(parts, key=lambda part: part.share)
    finding = f"into {ELSEWHERE}" if largest.kind in words else FINDINGS[largest.kind]
    slots = sum(slots_each(summary))
    note = f"{slots} slot{'s' if slots > 1 else ''} × {whole_s / slots:.1f} s = {whole_s:.0f} slot-seconds, each accounted for."
    return Went(f"Where the time went: {largest.share:.0%} {finding}", note, whole_s, tuple(parts))


BAR_PX = 52
ROW_PX = 28


def went_svg(data: Went, theme: Theme = "light", *, width_px: float = 720, titled: bool = True) -> str:
    """The figure: one bar of all slot-seconds, and its parts as a list, in two columns where there is room."""
    top = title_height(data.title, data.note, width_px) if titled else 0.0
    listed = [part for part in data.parts if part.share >= LEAST_LISTED]
    columns = 2 if width_px >= 600 else 1
    rows = -(-len(listed) // columns)
    canvas = Canvas(width_px, max(top + BAR_PX + 16 + rows * ROW_PX, 1))
    if titled:
        canvas.title(data.title, data.note)
    _draw_bar(canvas, data, top)
    for number, part in enumerate(listed):
        column, row = divmod(number, rows)
        width = (width_px - 32 * (columns - 1)) / columns
        _draw_part(canvas, part, column * (width + 32), top + BAR_PX + 16 + row * ROW_PX, width)
    return canvas.svg(f"{data.title}. {said(data)}", theme)


def said(data: Went) -> str:
    """The figure in words."""
    return "; ".join(f"{part.words} {part.spent_s:.1f} s, {part.share:.1%}" for part in data.parts)


def _draw_bar(canvas: Canvas, data: Went, top: float) -> None:
    left = 0.0
    for part in data.parts:
        width = part.share * canvas.width_px
        gap = 1.5 if width > 4 else 0.0
        canvas.rect(left, top, width - gap, BAR_PX, f"paint {part.kind}")
        left += width


def _draw_part(canvas: Canvas, part: WentPart, left: float, top: float, width: float) -> None:
    edge = PAINTS[part.kind].edge or PAINTS[part.kind].ground
    canvas.rect(left, top + 7, 24, 13, edge)
    canvas.rect(left + 1, top + 8, 22, 11, f"paint {part.kind}")
    canvas.text(left + 34, top + 18, part.words, paint="ink")
    canvas.text(left + width - 54, top + 18, f"{part.spent_s:.1f} s", paint="ink", align="right")
    canvas.text(left + width, top + 18, f"{part.share:.1%}", align="right")
    canvas.line([(left, top + ROW_PX - 1), (left + width, top + ROW_PX - 1)], "rule")
