"""The scaling curve: speedup over the number of workers, the laws fitted to it, and where it peaks."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from collector.figures.canvas import CODES, SMALL_PX, Canvas, draw_line, draw_text, title_height
from collector.figures.paints import Theme

if TYPE_CHECKING:
    from matplotlib.axes import Axes

UNKNOWN = "Too few counts to say. Run four or more."

Point = tuple[float, float]


@dataclass(frozen=True, slots=True)
class ScalingPoint:
    """The speedup of one number of workers over one: the median of its runs, the least and the most."""

    workers: int
    speedup: float
    least: float
    most: float


@dataclass(frozen=True, slots=True)
class Scaling:
    """Speedups as they were measured and as the laws have them, as curves (workers, speedup), ready to be drawn.

    `ideal` is the model without any overhead; `amdahl` and `usl` are empty and `peak` None where a fit is unknown.
    `band` is (workers, least, most). `peak` is where the universal law peaks, with its interval, all in workers;
    `limit` is the most that Amdahl's law allows.
    """

    title: str
    points: tuple[ScalingPoint, ...]
    ideal: tuple[Point, ...] = ()
    amdahl: tuple[Point, ...] = ()
    usl: tuple[Point, ...] = ()
    band: tuple[tuple[float, float, float], ...] = ()
    peak: tuple[float, float, float] | None = None
    limit: float | None = None
    note: str = "Speedup over one. Dots: medians, with their spread. Band: 95% of refits."
    unit: str = "workers"


PLOT_PX = 240


def scaling_svg(data: Scaling, theme: Theme = "light", *, width_px: float = 440, titled: bool = True) -> str:
    """The figure: dots with their spread, the ideal dashed, Amdahl's law dotted, the universal law solid with its band."""
    top = title_height(data.title, data.note, width_px) if titled else 0.0
    canvas = Canvas(width_px, max(top + (PLOT_PX + 50 if data.points else 0), 1))
    if titled:
        canvas.title(data.title, data.note)
    if data.points:
        _draw_plot(canvas, data, top)
    return canvas.svg(f"{data.title}. {said(data)}", theme)


def said(data: Scaling) -> str:
    """The figure in words."""
    parts = [f"{point.workers} {data.unit}: {point.speedup:.2f} times" for point in data.points]
    return "; ".join(parts + ([f"peak at {data.peak[0]:.1f}"] if data.peak else []))


def _draw_plot(canvas: Canvas, data: Scaling, top: float) -> None:
    least, most = data.points[0].workers, max(data.points[-1].workers, data.points[0].workers + 1)
    high = 1.15 * max(1.0, *(point.most for point in data.points), *(speedup for _, speedup in data.amdahl + data.usl))
    left, width = 34.0, canvas.width_px - 52
    axes = canvas.axes(left, top + 12, width, PLOT_PX, xlim=(least, most), ylim=(0, high))
    step = next(step for step in (0.5, 1, 2, 5, 10, 20, 50, 100, 1000) if high / step <= 6)
    ticks = [number * step for number in range(int(high / step) + 1)]
    axes.set_yticks(ticks, labels=[f"{tick:g}×" if tick else "0" for tick in ticks])
    axes.set_xticks([point.workers for point in data.points])
    for tick in ticks:
        draw_line(axes, [(least, tick), (most, tick)], "rule" if tick else "rule-2")
    canvas.text(canvas.width_px, top + PLOT_PX + 46, data.unit, size=SMALL_PX, paint="ink-3", align="right")
    _draw_laws(axes, data, high)
    _name_laws(axes, data, high, most)
    for point in data.points:
        draw_line(axes, [(point.workers, point.least), (point.workers, point.most)], "ink", 2)
        x = left + (point.workers - least) / (most - least) * width
        canvas.dot(x, top + 12 + PLOT_PX * (1 - point.speedup / high))


def _draw_laws(axes: "Axes", data: Scaling, high: float) -> None:
    if data.band:
        there = [(workers, low) for workers, low, _ in data.band]
        back = [(workers, min(most, high)) for workers, _, most in reversed(data.band)]
        axes.fill(*zip(*there, *back, strict=True), facecolor=CODES["band"], edgecolor="none", clip_on=False)
    for curve, width, dash, token in LINES:
        points = [(workers, speedup) for workers, speedup in getattr(data, curve) if speedup <= high]
        if len(points) > 1:
            draw_line(axes, points, token, width, dash)


LINES = (("ideal", 1.2, "--", "ink-3"), ("amdahl", 1.5, ":", "ink-3"), ("usl", 2, "", "ink"))


def _name_laws(axes: "Axes", data: Scaling, high: float, most: float) -> None:
    """Names stand at the curves, where they are furthest from one another."""
    inside = [point for point in data.ideal if point[1] <= high * 0.93]
    if inside:
        draw_text(axes, inside[-1][0] - most * 0.02, inside[-1][1], "ideal", size=SMALL_PX, align="right")
    if data.amdahl:
        words = f"Amdahl, at most {data.limit:.1f}×" if data.limit else "Amdahl"
        draw_text(axes, most, max(data.amdahl[-1][1], data.points[-1].most) + high * 0.04, words, size=SMALL_PX, align="right")
    if data.usl:
        x, y = data.usl[int(len(data.usl) * 0.72)]
        draw_text(axes, x, y - high * 0.13, "universal law (USL)", size=SMALL_PX, paint="ink", align="center")
    if data.peak and data.points[0].workers < data.peak[0] < most:
        _draw_peak(axes, data.peak, data.usl, high, most)


def _draw_peak(axes: "Axes", peak: tuple[float, float, float], usl: tuple[Point, ...], high: float, most: float) -> None:
    at, low, up = peak
    draw_line(axes, [(at, 0), (at, max(speedup for _, speedup in usl))], "ink-3")
    draw_line(axes, [(max(low, usl[0][0]), 0), (min(up, most), 0)], "ink", 3)
    draw_text(axes, at - most * 0.015, high * 0.14, f"peak at {at:.1f}", size=SMALL_PX, paint="ink", align="right")
    draw_text(axes, at - most * 0.015, high * 0.07, f"{low:.1f} to {up:.1f}", size=SMALL_PX, align="right")
