"""The scaling curve: speedup over the number of workers, the laws fitted to it, and where it peaks."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from collector.figures.canvas import SMALL_PX, Canvas, draw_line, draw_text, title_height
from collector.figures.paints import Theme

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from collector.fits import Fitted
    from collector.scaling import Curve
    from collector.scaling import Point as CurvePoint

UNKNOWN = "Too few counts to say. Run four or more."

Point = tuple[float, float]


@dataclass(frozen=True, slots=True)
class ScalingPoint:
    """The speedup of one number of workers: of the median of its runs, and of the ends of its interval."""

    workers: int
    speedup: float
    least: float
    most: float


@dataclass(frozen=True, slots=True)
class Scaling:
    """Speedups as they were measured and as the laws have them, as curves (workers, speedup), ready to be drawn.

    `ideal` is the model without any overhead; `amdahl` and `usl` are empty and `peak` None where nobody can say. `peak`
    is where the universal law peaks, with its interval, in workers; `limit` is the most that the drawn law allows.
    """

    title: str
    note: str
    points: tuple[ScalingPoint, ...]
    ideal: tuple[Point, ...] = ()
    amdahl: tuple[Point, ...] = ()
    usl: tuple[Point, ...] = ()
    peak: tuple[float, float, float] | None = None
    limit: float | None = None


# A law is drawn as a line through so many points.
SAMPLES = 61


def scaling_data(curve: "Curve") -> Scaling:
    """The figure of a scaling curve."""
    points = tuple(_point(point, curve.points[0].completion_s) for point in curve.points)
    base = f"{points[0].workers} worker{'s' if points[0].workers > 1 else ''}" if points else "one"
    note = f"Speedup over {base}. Rings: medians, with their intervals. Dashed: the ideal, without overhead."
    peak = curve.peak_workers
    return Scaling(
        title=_title(points, is_known=curve.amdahl is not None),
        note=f"{note} {UNKNOWN}" if curve.amdahl is None else note,
        points=points,
        ideal=tuple((point.workers, point.ideal_speedup) for point in curve.points if point.ideal_speedup),
        amdahl=_sample(curve.amdahl, points),
        usl=_sample(curve.usl, points) if curve.best is curve.usl else (),
        peak=(peak.value, peak.low, peak.high) if peak and peak.value and peak.low and peak.high else None,
        limit=curve.limit.value if curve.limit else None,
    )


def _point(point: "CurvePoint", base_s: float) -> ScalingPoint:
    return ScalingPoint(point.workers, point.speedup, base_s / point.high_s, base_s / point.low_s)


def _title(points: Sequence[ScalingPoint], *, is_known: bool) -> str:
    if len(points) < 2 or not is_known:
        return UNKNOWN
    best = max(points, key=lambda point: point.speedup)
    said = f"{best.workers} workers were {best.speedup:.1f} times as fast as {points[0].workers}"
    return said if best is points[-1] else f"{said}; {points[-1].workers} were no faster"


def _sample(fitted: "Fitted | None", points: Sequence[ScalingPoint]) -> tuple[Point, ...]:
    if fitted is None:
        return ()
    least, most = points[0].workers, points[-1].workers
    places = [least + (most - least) * number / (SAMPLES - 1) for number in range(SAMPLES)]
    return tuple((place, fitted.fit.at(place)) for place in places)


PLOT_PX = 240


def scaling_svg(data: Scaling, theme: Theme = "light", *, width_px: float = 440, titled: bool = True) -> str:
    """The figure: dots with their spread, the ideal dashed, Amdahl's law dotted, the universal law solid."""
    top = title_height(data.title, data.note, width_px) if titled else 0.0
    canvas = Canvas(width_px, max(top + (PLOT_PX + 50 if data.points else 0), 1))
    if titled:
        canvas.title(data.title, data.note)
    if data.points:
        _draw_plot(canvas, data, top)
    return canvas.svg(f"{data.title}. {said(data)}", theme)


def said(data: Scaling) -> str:
    """The figure in words."""
    parts = [f"{point.workers} workers: {point.speedup:.2f} times" for point in data.points]
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
    canvas.text(canvas.width_px, top + PLOT_PX + 46, "workers", size=SMALL_PX, paint="ink-3", align="right")
    _draw_laws(axes, data, high)
    _name_laws(axes, data, high, most)
    for point in data.points:
        draw_line(axes, [(point.workers, point.least), (point.workers, point.most)], "ink", 2)
        x = left + (point.workers - least) / (most - least) * width
        canvas.dot(x, top + 12 + PLOT_PX * (1 - point.speedup / high))


def _draw_laws(axes: "Axes", data: Scaling, high: float) -> None:
    for curve, width, dash, paint in LINES:
        points = below(getattr(data, curve), high)
        if len(points) > 1:
            draw_line(axes, points, paint, width, dash)


def below(curve: Sequence[Point], high: float) -> list[Point]:
    """The part of a curve up to where it first leaves the picture."""
    shown: list[Point] = []
    for workers, speedup in curve:
        if speedup > high and shown:
            before, low = shown[-1]
            return [*shown, (before + (workers - before) * (high - low) / (speedup - low), high)]
        shown.append((workers, speedup))
    return shown


LINES = (("ideal", 1.2, "--", "ink-3"), ("amdahl", 1.5, ":", "ink-3"), ("usl", 2, "", "ink"))


def _name_laws(axes: "Axes", data: Scaling, high: float, most: float) -> None:
    """Names stand at the curves, where they are furthest from one another."""
    if data.ideal:
        x, y = below(data.ideal, high * 0.97)[-1]
        if x < most * 0.88:  # further right it has no room, and the note says what is dashed
            draw_text(axes, x + most * 0.015, y - high * 0.02, "ideal", size=SMALL_PX)
    if data.amdahl:
        words = f"Amdahl, at most {data.limit:.1f}×" if data.limit and not data.usl else "Amdahl"
        draw_text(axes, most, amdahl_name_at(data, high), words, size=SMALL_PX, align="right")
    if data.usl:
        x, y = data.usl[int(len(data.usl) * 0.72)]
        draw_text(axes, x, y - high * 0.13, "universal law (USL)", size=SMALL_PX, paint="ink", align="center")
    if data.peak and data.points[0].workers < data.peak[0] < most:
        _draw_peak(axes, data.peak, data.usl, high, most)


def amdahl_name_at(data: Scaling, high: float) -> float:
    """How high Amdahl's name stands: above its law and the last ring, and above the ideal where that would run through it."""
    at = max(data.amdahl[-1][1], data.points[-1].most)
    if data.ideal and at < data.ideal[-1][1] < at + high * 0.1:
        at = data.ideal[-1][1]
    return at + high * 0.04


def _draw_peak(axes: "Axes", peak: tuple[float, float, float], usl: tuple[Point, ...], high: float, most: float) -> None:
    at, low, up = peak
    draw_line(axes, [(at, 0), (at, max(speedup for _, speedup in usl))], "ink-3")
    draw_line(axes, [(max(low, usl[0][0]), 0), (min(up, most), 0)], "ink", 3)
    draw_text(axes, at - most * 0.015, high * 0.14, f"peak at {at:.1f}", size=SMALL_PX, paint="ink", align="right")
    draw_text(axes, at - most * 0.015, high * 0.07, f"{low:.1f} to {up:.1f}", size=SMALL_PX, align="right")
