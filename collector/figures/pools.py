"""Runs of one batch, compared: a bar for each, and the bound that it could not beat."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from collector.figures.canvas import Canvas, text_px, title_height
from collector.figures.paints import Theme
from collector.shape import size, slots_each
from producer.message import POOLS


@dataclass(frozen=True, slots=True)
class PoolRow:
    """One run: its pool, its size or whatever tells it from the others, and what it came to; None where unknown."""

    pool: str
    label: str
    completion_s: float | None
    bound_s: float | None
    ratio: float | None
    held_back_by: str | None
    verdict: str
    is_twin: bool
    is_here: bool


@dataclass(frozen=True, slots=True)
class Pools:
    """The runs in the order given, Celery's pools before the plain twins."""

    title: str
    note: str
    rows: tuple[PoolRow, ...]

    @property
    def longest_s(self) -> float:
        """The longest completion time, or 1 where there is none."""
        return max((max(row.completion_s or 0.0, row.bound_s or 0.0) for row in self.rows), default=1.0) or 1.0


def pools_data(summaries: Sequence[Mapping[str, Any]], labels: Sequence[str] = (), here: str | None = None) -> Pools:
    """The figure of some summaries. `labels` stand beside the pools in place of their sizes; `here` is the run to mark."""
    words = labels or [size(slots_each(summary)) for summary in summaries]
    rows = [_row(summary, label, here) for summary, label in zip(summaries, words, strict=True)]
    rows.sort(key=lambda row: row.is_twin)
    note = "Completion time, what it is over the ideal, and what held it back. The notch on each bar is its own bound."
    return Pools(_title(rows), note, tuple(rows))


def _row(summary: Mapping[str, Any], label: str, here: str | None) -> PoolRow:
    return PoolRow(
        pool=summary["pool"],
        label=label,
        completion_s=summary["completion_s"],
        bound_s=summary["bound_s"],
        ratio=summary["ratio"],
        held_back_by=summary["held_back_by"],
        verdict=summary["verdict"],
        is_twin=summary["pool"] not in POOLS,
        is_here=summary["run"] == here,
    )


def _title(rows: Sequence[PoolRow]) -> str:
    ended = sorted((row.completion_s, row.pool, row.label) for row in rows if row.completion_s)
    if len(ended) < 2:
        return "Too few runs to compare"
    (fast_s, pool, label), (slow_s, slow_pool, slow_label) = ended[0], ended[-1]
    if slow_s < fast_s * 1.05:
        who = "All" if len(ended) == len(rows) else "Those that ended"
        return f"{who} took about the same: {fast_s:.1f} s"
    return f"{pool} {label} was the fastest, {slow_s / fast_s:.1f} times as fast as {slow_pool} {slow_label}"


WIDE_PX = 600


def pools_svg(data: Pools, theme: Theme = "light", *, width_px: float = 720, titled: bool = True) -> str:
    """The figure: a row for each run; on a narrow one the words stand above the bar."""
    top = title_height(data.title, data.note, width_px) if titled else 0.0
    has_cut = any(row.is_twin for row in data.rows) and not all(row.is_twin for row in data.rows)
    step = 34 if width_px >= WIDE_PX else 58
    canvas = Canvas(width_px, max(top + len(data.rows) * step + 30 * has_cut, 1))
    if titled:
        canvas.title(data.title, data.note)
    y, was_twin = top, False
    for row in data.rows:
        if has_cut and row.is_twin and not was_twin:
            canvas.text(0, y + 22, "Plain twins, with no queue")
            y, was_twin = y + 30, True
        (_draw_wide if width_px >= WIDE_PX else _draw_narrow)(canvas, row, y, data.longest_s)
        canvas.line([(0, y + step - 1), (width_px, y + step - 1)], "rule")
        y += step
    return canvas.svg(f"{data.title}. {said(data)}", theme)


def said(data: Pools) -> str:
    """The figure in words."""
    return "; ".join(
        f"{row.pool} {row.label}: {_seconds(row.completion_s)}, bound {_seconds(row.bound_s)}" for row in data.rows
    )


def _draw_wide(canvas: Canvas, row: PoolRow, top: float, longest_s: float) -> None:
    _draw_name(canvas, row, top + 21)
    width = canvas.width_px
    _draw_bar(canvas, row, 236, top + 10, width - 236 - 244, longest_s)
    canvas.text(width - 176, top + 21, _seconds(row.completion_s), paint="ink", bold=True, align="right")
    canvas.text(width - 112, top + 21, "" if row.ratio is None else f"{row.ratio:.2f} ×", align="right")
    canvas.text(width - 98, top + 21, _why(row))


def _draw_narrow(canvas: Canvas, row: PoolRow, top: float, longest_s: float) -> None:
    _draw_name(canvas, row, top + 18)
    canvas.text(canvas.width_px, top + 18, _seconds(row.completion_s), paint="ink", bold=True, align="right")
    _draw_bar(canvas, row, 0, top + 25, canvas.width_px - 4, longest_s)
    canvas.text(0, top + 52, f"held back by {_why(row)}" if row.held_back_by else _why(row))
    canvas.text(canvas.width_px, top + 52, "" if row.ratio is None else f"{row.ratio:.2f} × ideal", align="right")


def _draw_name(canvas: Canvas, row: PoolRow, y: float) -> None:
    canvas.text(0, y, row.pool, paint="ink", bold=True)
    canvas.text(text_px(row.pool, bold=True) + 8, y, row.label)


def _draw_bar(canvas: Canvas, row: PoolRow, left: float, top: float, width: float, longest_s: float) -> None:
    canvas.rect(left, top, max(1, (row.completion_s or 0) / longest_s * width), 12, "ink" if row.is_here else "ink-3")
    if row.bound_s:
        x = left + row.bound_s / longest_s * width
        canvas.line([(x, top - 3), (x, top + 15)], "paper", 4)
        canvas.line([(x, top - 3), (x, top + 15)], "ink", 2)


def _why(row: PoolRow) -> str:
    return row.verdict if row.verdict != "pass" else row.held_back_by or "unknown"


def _seconds(value_s: float | None) -> str:
    return "–" if value_s is None else f"{value_s:.1f} s"
