"""Where a scaling curve ends, and why, in plain sentences."""

from collections.abc import Mapping, Sequence
from math import ceil
from typing import Any

from collector.fits import Estimate
from collector.laws import Limit
from collector.scaling import Curve

# From here on a difference is one that a person would call faster.
FASTER = 1.05


def where_it_ends(curve: Curve, summaries: Mapping[int, Mapping[str, Any]]) -> list[str]:
    """What the curve says: how much the most workers gained, where it ends, and what holds it back there.

    `summaries` has a run's for each worker count.
    """
    allowed = _allowed(curve, summaries[curve.points[-1].workers])
    return [_gained(curve), *_end(curve, allowed), *_held_back(curve, summaries, allowed), *_outlying(curve)]


def _allowed(curve: Curve, last: Mapping[str, Any]) -> float | None:
    """How many times as fast as the fewest a batch can be, with any number of workers; None where that has no end."""
    # More workers have more slots and more hands.
    if last["held_back_by"] in (None, "slots", "hands") or not last["bound_s"]:
        return None
    return float(curve.points[0].completion_s / last["bound_s"])


def _gained(curve: Curve) -> str:
    first = curve.points[0]
    best = max(curve.points, key=lambda point: point.speedup)
    if best.speedup < FASTER:
        return f"No number of workers was faster than {first.workers}."
    promised = f"; the ideal promised {best.ideal_speedup:.1f}" if best.ideal_speedup else ""
    return f"{best.workers} workers were {best.speedup:.1f} times as fast as {first.workers}{promised}."


def _end(curve: Curve, allowed: float | None) -> list[str]:
    if curve.unknown:
        return [f"Where it ends is unknown: {curve.unknown}."]
    said = []
    if curve.peak_workers:
        said.append(f"The universal scalability law peaks at {_about(curve.peak_workers, 0)} workers.")
    # The serial part of the universal law is no limit that anybody sees; and a bound is known, where a fit is not.
    if curve.limit and curve.best is curve.amdahl and not (allowed and allowed < (curve.limit.low or 0)):
        said.append(f"Amdahl's law allows at most {_about(curve.limit, 1)} times, however many workers there are.")
    return said


def _about(estimate: Estimate, digits: int) -> str:
    return f"{estimate.value:.{digits}f} ({estimate.low:.{digits}f} to {estimate.high:.{digits}f})"


def _held_back(curve: Curve, summaries: Mapping[int, Mapping[str, Any]], allowed: float | None) -> list[str]:
    """From how many workers on it is the same limit that holds the batch back, and that it is the cores."""
    limits = [(point.workers, summaries[point.workers]["held_back_by"]) for point in curve.points]
    last = limits[-1][1]
    if last is None:
        return []
    since = limits[-1][0]
    for workers, limit in reversed(limits):
        if limit != last:
            break
        since = workers
    if last == "cores":
        return [_cores(summaries[since])]
    from_here = f"From {since} workers on" if since > limits[0][0] else "With any of these numbers of workers"
    at_most = f", and allows at most {allowed:.1f} times" if allowed else ""
    return [f"{from_here} {LIMITING[last]} back{at_most}."]


LIMITING: dict[Limit, str] = {
    "slots": "the slots hold it",
    "arrivals": "the customers' coming holds it",
    "longest order": "the longest of all holds it",
    "hands": "the hands hold it",
    "machine": "the espresso machine holds it",
}


def _cores(summary: Mapping[str, Any]) -> str:
    """For example: 2 cores: the grader cannot gain from a third process."""
    cores = summary["cores"]
    what = "the grader" if summary["work"] == "papers" else "the baristas' hands"
    most = ceil(cores)
    more = {1: "a second process", 2: "a third process"}.get(most, f"more than {most} processes")
    return f"{cores:g} core{'s' if cores != 1 else ''}: {what} cannot gain from {more}."


def _outlying(curve: Curve) -> list[str]:
    told = [f"{value_s:.2f} s with {point.workers}" for point in curve.points for value_s in point.outliers_s]
    return [f"Far from the others, and kept: {', '.join(told)}."] if told else []


def text_curve(curve: Curve, width: int = 20) -> list[str]:
    """A line for each point: its speedup as a bar, and the ideal's as a mark."""
    most = max(max(point.speedup, point.ideal_speedup or 0.0) for point in curve.points)
    return [_bar(point.speedup / most, (point.ideal_speedup or 0.0) / most, width) for point in curve.points]


def _bar(part: float, ideal: float, width: int) -> str:
    bar = ["█" if (place + 0.5) / width <= part else " " for place in range(width)]
    if ideal:
        bar[min(width - 1, round(ideal * width))] = "┊"
    return "".join(bar)


def by_workers(summaries: Sequence[Mapping[str, Any]]) -> dict[int, list[Mapping[str, Any]]]:
    """The summaries of a scaling exercise by worker count, fewest first."""
    found: dict[int, list[Mapping[str, Any]]] = {}
    for summary in sorted(summaries, key=lambda summary: int(summary["workers"])):
        found.setdefault(summary["workers"], []).append(summary)
    return found
