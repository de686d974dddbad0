"""Waits and services: how long jobs waited for a slot, and how long they then took, from the quickest to the slowest."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil
from typing import TYPE_CHECKING

from collector.figures.canvas import CODES, SMALL_PX, Canvas, draw_line, draw_text, title_height
from collector.figures.paints import Theme
from collector.measures import spread

if TYPE_CHECKING:
    from matplotlib.axes import Axes

# A curve of more points than this looks the same.
MOST_POINTS = 160


@dataclass(frozen=True, slots=True)
class Spread:
    """Durations of all jobs: some of their quantiles in s, and the curve (s, share of jobs done by then)."""

    p50_s: float
    p95_s: float
    p99_s: float
    max_s: float
    curve: tuple[tuple[float, float], ...]


@dataclass(frozen=True, slots=True)
class Waits:
    """Waiting for a slot, and being served; None where no job ended."""

    title: str
    note: str
    waited: Spread | None
    served: Spread | None


def waits_data(waits_s: Sequence[float], services_s: Sequence[float], what: str = "orders") -> Waits:
    """The figure of the waits and services of the jobs that ended, in any order. `what` is the word for jobs."""
    waited, served = _spread(waits_s), _spread(services_s)
    if waited is None or served is None:
        return Waits(f"None of the {what} has ended", "", waited, served)
    title = f"Half of the {what} waited {waited.p50_s:.1f} s or longer; half were served within {served.p50_s:.1f} s"
    return Waits(
        title, f"How many of the {what} were there by then. Dashed: waiting for a slot. Solid: being served.", waited, served
    )


def _spread(values_s: Sequence[float]) -> Spread | None:
    ranked = sorted(max(0.0, value_s) for value_s in values_s)
    cuts = spread(ranked)
    if cuts is None:
        return None
    step = ceil(len(ranked) / MOST_POINTS)
    places = sorted({*range(0, len(ranked), step), len(ranked) - 1})
    curve = [(ranked[0], 0.0), *((ranked[place], (place + 1) / len(ranked)) for place in places)]
    return Spread(cuts["p50"], cuts["p95"], cuts["p99"], cuts["max"], tuple(curve))


PLOT_PX = 200


def waits_svg(data: Waits, theme: Theme = "light", *, width_px: float = 400, titled: bool = True) -> str:
    """The figure: the share of jobs over seconds, waiting dashed, being served solid."""
    top = title_height(data.title, data.note, width_px) if titled else 0.0
    has_curves = data.waited is not None and data.served is not None
    canvas = Canvas(width_px, max(top + (PLOT_PX + 44 if has_curves else 0), 1))
    if titled:
        canvas.title(data.title, data.note)
    if data.waited is not None and data.served is not None:
        _draw_curves(canvas, data.waited, data.served, top)
    return canvas.svg(f"{data.title}. {said(data)}", theme)


def said(data: Waits) -> str:
    """The figure in words."""
    named = (("waited", data.waited), ("being served", data.served))
    return "; ".join(
        f"{name}: half within {s.p50_s:.2f} s, 95% within {s.p95_s:.2f} s, all within {s.max_s:.2f} s" for name, s in named if s
    )


def _draw_curves(canvas: Canvas, waited: Spread, served: Spread, top: float) -> None:
    longest_s = max(waited.max_s, served.max_s) * 1.02 or 1.0
    axes = canvas.axes(42, top + 10, canvas.width_px - 54, PLOT_PX, xlim=(0, longest_s), ylim=(0, 1))
    axes.set_yticks([0, 0.5, 0.95], labels=["0", "half", "95%"])
    axes.locator_params("x", nbins=6)
    axes.xaxis.set_major_formatter(lambda value, _: f"{value:g} s")
    for y in (0, 0.5, 0.95):
        draw_line(axes, [(0, y), (longest_s, y)], "rule" if y else "rule-2")
    for curve, dash in ((waited, "--"), (served, "")):
        axes.step(
            *zip(*curve.curve, strict=True), where="post", color=CODES["ink"], linewidth=2, linestyle=dash or "-", clip_on=False
        )
    _name_curves(axes, waited, served, longest_s)


def _name_curves(axes: "Axes", waited: Spread, served: Spread, longest_s: float) -> None:
    """The left curve is named on its left and the right one on its right, where there is room."""
    (left, left_words), (right, right_words) = sorted([(waited.p50_s, "waiting"), (served.p50_s, "being served")])
    if left > longest_s * 0.26:
        draw_text(axes, left - longest_s * 0.03, 0.54, left_words, size=SMALL_PX, paint="ink", align="right")
    elif right - left > longest_s * 0.4:
        draw_text(axes, left + longest_s * 0.03, 0.72, left_words, size=SMALL_PX, paint="ink")
    if right < longest_s * 0.72:
        draw_text(axes, right + longest_s * 0.04, 0.4, right_words, size=SMALL_PX, paint="ink")
