"""What the laws allow: the bound of each limit, and the prediction and the result beside them."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from collector.figures.canvas import Canvas, places, text_px, title_height
from collector.figures.paints import Theme
from collector.shape import slots_each

UNKNOWN = "What the laws allow: nobody knows"


@dataclass(frozen=True, slots=True)
class LimitBar:
    """The least completion time in s that one limit allows, and how it comes about."""

    limit: str
    words: str
    how: str
    bound_s: float


@dataclass(frozen=True, slots=True)
class Mark:
    """A time on the same axis."""

    words: str
    at_s: float
    is_result: bool


@dataclass(frozen=True, slots=True)
class Limits:
    """The limits of a batch, the one that holds it back first; no bars where the demands are unknown."""

    title: str
    note: str
    bars: tuple[LimitBar, ...]
    marks: tuple[Mark, ...]

    @property
    def longest_s(self) -> float:
        """Where the axis ends: a prediction of more than twice the rest is not shown."""
        most_s = max([bar.bound_s for bar in self.bars] + [mark.at_s for mark in self.marks if mark.is_result], default=1.0)
        return max([most_s, *(mark.at_s for mark in self.marks if mark.at_s <= 2 * most_s)]) or 1.0


def limits_data(summary: Mapping[str, Any], predicted_s: float | None = None, *, is_over: bool = True) -> Limits:
    """The figure of a summary (or of what is known of a run under way: `is_over=False`), by its `bounds_s`."""
    bounds = summary.get("bounds_s") or {}
    bars = [_bar(limit, bound_s, summary) for limit, bound_s in bounds.items() if bound_s > 0]
    # Where two are equal the later one holds it back, as the laws have it.
    bars.reverse()
    bars.sort(key=lambda bar: -round(bar.bound_s, 9))
    taken_s = summary.get("completion_s")
    marks = [Mark("you said", predicted_s, is_result=False)] if predicted_s else []
    marks += [Mark("it took" if is_over else "so far", taken_s, is_result=True)] if taken_s else []
    if not bars:
        return Limits(UNKNOWN, "What these jobs ask for is not known, and so no law can say.", (), tuple(marks))
    title = f"What the laws allow: {bars[0].bound_s:.1f} s, set by the {bars[0].words.removeprefix('the ')}"
    return Limits(title, "No run can beat the longest of these bars.", tuple(bars), tuple(marks))


def _bar(limit: str, bound_s: float, summary: Mapping[str, Any]) -> LimitBar:
    slots = sum(slots_each(summary))
    by = {
        "machine": (summary["machines"], "of pulls", "group head"),
        "hands": (summary["processes"], "of work", "pair of hands"),
        "slots": (slots, "in the air", "slot"),
        "cores": (summary["cores"], "of work", "core"),
    }
    words = {"machine": "espresso machine", "longest order": "longest job", "arrivals": "last arrival"}.get(limit, limit)
    if limit not in by:
        how = "one job, nobody in the way" if limit == "longest order" else "the last to come, nobody in the way"
        return LimitBar(limit, words, how, bound_s)
    count, what, among = by[limit]
    many = among.replace("pair", "pairs") if "pair" in among else f"{among}s"
    return LimitBar(limit, words, f"{bound_s * count:.1f} s {what} ÷ {count:g} {among if count == 1 else many}", bound_s)


STEP_PX = 42
BAR_PX = 11


def limits_svg(data: Limits, theme: Theme = "light", *, width_px: float = 400, titled: bool = True) -> str:
    """The figure: a bar for each limit, the longest first, and a rail for each mark."""
    top = title_height(data.title, data.note, width_px) if titled else 0.0
    marks_px = 24.0 if data.marks else 0.0
    height = max(top + marks_px + len(data.bars) * STEP_PX, 1.0)
    canvas = Canvas(width_px, height)
    if titled:
        canvas.title(data.title, data.note)
    scale = (width_px - 52) / data.longest_s
    shown = [mark for mark in data.marks if mark.at_s <= data.longest_s]
    if data.bars:
        for mark in shown:
            canvas.line([(mark.at_s * scale, top + 18), (mark.at_s * scale, height)], "rule-2")
    for number, bar in enumerate(data.bars):
        _draw_bar(canvas, bar, top + marks_px + number * STEP_PX, scale, shown, is_first=number == 0)
    _draw_names(canvas, shown, top + 12, scale)
    return canvas.svg(f"{data.title}. {said(data)}", theme)


def said(data: Limits) -> str:
    """The figure in words."""
    parts = [f"{bar.words} {bar.bound_s:.1f} s, {bar.how}" for bar in data.bars]
    return "; ".join(parts + [f"{mark.words} {mark.at_s:.1f} s" for mark in data.marks])


def _draw_bar(canvas: Canvas, bar: LimitBar, top: float, scale: float, marks: list[Mark], *, is_first: bool) -> None:
    end, under = bar.bound_s * scale, top + 20
    canvas.text(0, top + 14, bar.words, paint="ink", bold=is_first)
    canvas.text(text_px(bar.words, bold=is_first) + 9, top + 14, bar.how)
    paint = {"machine": "paint machine", "hands": "paint hands"}.get(bar.limit, "quiet-line")
    canvas.rect(0, under, max(end, 1), BAR_PX, paint)
    for mark in marks:
        x = mark.at_s * scale
        canvas.line([(x, under - 2), (x, under + BAR_PX + 2)], "paper", 5)
        canvas.line(
            [(x, under - 2), (x, under + BAR_PX + 2)], "ink", 2 if mark.is_result else 1.5, "" if mark.is_result else "--"
        )
    near = [mark.at_s * scale for mark in marks if -4 < mark.at_s * scale - end < 44]
    canvas.text(max([end, *near]) + 7, under + 10, f"{bar.bound_s:.1f} s", paint="ink", bold=is_first)


def _draw_names(canvas: Canvas, marks: list[Mark], y: float, scale: float) -> None:
    """The names of the marks, each at its mark as far as there is room: none leaves the picture, or lies on another."""
    ranked = sorted(marks, key=lambda mark: mark.at_s)
    names = [f"{mark.words} {mark.at_s:.1f} s" for mark in ranked]
    lefts = places([mark.at_s * scale for mark in ranked], [text_px(name, bold=True) for name in names], canvas.width_px)
    for mark, name, left in zip(ranked, names, lefts, strict=True):
        canvas.text(left, y, name, paint="ink", bold=mark.is_result)
