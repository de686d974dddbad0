"""The scaling curve: completion times at several worker counts in, speedup, efficiency, peak and limit out.

Closed batches only: the same jobs, all there from the start, given to more and more workers.
"""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from math import comb
from statistics import median
from typing import Any

from collector.fits import CONFIDENCE, Estimate, Fit, Fitted, fit_with_intervals

LEAST_COUNTS = 4

# An interval whose upper end is so many times its lower end says nothing that anybody could plan by.
TOO_WIDE = 3.0

# A law that is so far from a median, as a part of it, is not the law of this curve.
MISFIT = 0.05

# A repeat so many robust standard deviations from the median, and so much of it, is flagged (and kept).
OUTLYING = 3.0
OUTLYING_PART = 0.05
MAD_TO_DEVIATION = 1.4826


@dataclass(frozen=True, slots=True)
class Point:
    """One worker count. Times in s; `completion_s` is the median of the repeats, `low_s` to `high_s` its interval.

    `speedup` is against the fewest workers that were measured, `efficiency` is speedup over how many times as many
    workers there are, `ideal_speedup` what the ideal promised; `ratio` is completion over ideal. The last two are None
    where nobody knows what the jobs ask for.
    """

    workers: int
    completions_s: tuple[float, ...]
    outliers_s: tuple[float, ...]
    completion_s: float
    low_s: float
    high_s: float
    ideal_s: float | None
    speedup: float
    efficiency: float
    ideal_speedup: float | None
    ratio: float | None


@dataclass(frozen=True, slots=True)
class Curve:
    """Points by workers, and what the laws make of them.

    The fits are None below `LEAST_COUNTS` counts. `peak_workers` and `limit` (the speedup that no number of workers can
    exceed) are None where the law is not that of the curve, and unless their interval says something; a peak also where
    no number of workers was seen to be slower than fewer. `unknown` says why where neither is known.
    """

    points: tuple[Point, ...]
    amdahl: Fitted | None
    usl: Fitted | None
    peak_workers: Estimate | None
    limit: Estimate | None
    unknown: str

    @property
    def best(self) -> Fitted | None:
        """The law to draw: the universal one where more workers are seen to cost something, else Amdahl's."""
        return self.usl if self.usl and (self.usl.beta.low or 0) > 0 else self.amdahl

    def as_json(self) -> dict[str, Any]:
        """The curve as `curve.json` keeps it."""
        return asdict(self)


def scaling_curve(completions_s: Mapping[int, Sequence[float]], ideals_s: Mapping[int, float | None], seed: int = 1) -> Curve:
    """The curve of completion times, some for each worker count. `seed` is of the intervals' resampling.

    For example 1 worker in 12 s, 2 in 6 s and 3 in 6 s (there are two cores): speedups 1, 2 and 2, efficiencies 1, 1
    and 0.67.
    """
    counts = sorted(completions_s)
    points = tuple(_point(count, counts[0], completions_s, ideals_s) for count in counts)
    if len(counts) < LEAST_COUNTS:
        return Curve(points, None, None, None, None, f"fewer than {LEAST_COUNTS} worker counts")
    base_s = points[0].completion_s
    speedups = [[base_s / taken_s for taken_s in point.completions_s] for point in points]
    amdahl, usl = (fit_with_intervals(law, counts, speedups, seed) for law in ("amdahl", "usl"))
    return _judge(Curve(points, amdahl, usl, None, None, ""))


def read_curve(told: Mapping[str, Any]) -> Curve:
    """A curve read back from `curve.json`."""
    points = (
        Point(**{**point, "completions_s": tuple(point["completions_s"]), "outliers_s": tuple(point["outliers_s"])})
        for point in told["points"]
    )
    peak_workers, limit = (told[name] and Estimate(**told[name]) for name in ("peak_workers", "limit"))
    amdahl, usl = _read_fitted(told["amdahl"]), _read_fitted(told["usl"])
    return Curve(tuple(points), amdahl, usl, peak_workers, limit, told["unknown"])


def median_interval(values: Sequence[float]) -> tuple[float, float]:
    """The narrowest pair of order statistics that holds the median with `CONFIDENCE`, whatever the distribution.

    Of fewer than six values it is the least and the greatest: 3 hold it with 75 %, 5 with 94 % (Conover 1999, 3.2).
    """
    ranked, count = sorted(values), len(values)
    inside = 0
    outside = 2 * 0.5**count
    while inside + 1 < (count + 1) // 2 and outside + 2 * comb(count, inside + 1) * 0.5**count <= 1 - CONFIDENCE:
        inside += 1
        outside += 2 * comb(count, inside) * 0.5**count
    return ranked[inside], ranked[-1 - inside]


def outliers(values: Sequence[float]) -> tuple[float, ...]:
    """The values far from the median of at least three, by the median absolute deviation (Hampel 1974)."""
    if len(values) < 3:
        return ()
    middle = median(values)
    deviation = MAD_TO_DEVIATION * median(abs(value - middle) for value in values)
    far = max(OUTLYING * deviation, OUTLYING_PART * middle)
    return tuple(value for value in values if abs(value - middle) > far)


def _point(
    count: int, fewest: int, completions_s: Mapping[int, Sequence[float]], ideals_s: Mapping[int, float | None]
) -> Point:
    taken_s = median(completions_s[count])
    speedup = median(completions_s[fewest]) / taken_s
    ideal_s, base_ideal_s = ideals_s.get(count), ideals_s.get(fewest)
    return Point(
        count,
        tuple(completions_s[count]),
        outliers(completions_s[count]),
        taken_s,
        *median_interval(completions_s[count]),
        ideal_s,
        speedup,
        speedup * fewest / count,
        base_ideal_s / ideal_s if base_ideal_s and ideal_s else None,
        taken_s / ideal_s if ideal_s else None,
    )


def _judge(curve: Curve) -> Curve:
    """What may be said of the peak and the limit."""
    best = curve.best
    assert best is not None
    off = misfit(best.fit, curve.points)
    if off > MISFIT:
        return replace(curve, unknown=f"no law fits, the nearest is {off:.0%} off")
    has_peak = best is curve.usl and is_past_its_best(curve.points)
    peak_workers = best.peak_workers if has_peak and says_something(best.peak_workers) else None
    limit = best.limit if says_something(best.limit) else None
    return replace(
        curve,
        peak_workers=peak_workers,
        limit=limit,
        unknown="" if limit or peak_workers else "the interval is too wide to say",
    )


def misfit(fit: Fit, points: Sequence[Point]) -> float:
    """How far a law is from the median that it is farthest from, as a part of that."""
    return max(abs(fit.at(point.workers) / point.speedup - 1) for point in points)


def is_past_its_best(points: Sequence[Point]) -> bool:
    """Whether the most workers were slower than some number of fewer, beyond the intervals of both."""
    best = min(points, key=lambda point: point.completion_s)
    return points[-1].low_s > best.high_s


def says_something(estimate: Estimate) -> bool:
    """Whether its interval has two ends, not too far apart."""
    return bool(estimate.low and estimate.high and estimate.high <= TOO_WIDE * estimate.low)


def _read_fitted(told: Mapping[str, Any] | None) -> Fitted | None:
    if told is None:
        return None
    estimates = (Estimate(**told[name]) for name in ("alpha", "beta", "peak_workers", "limit"))
    return Fitted(Fit(**told["fit"]), *estimates)
