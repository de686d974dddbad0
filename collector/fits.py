"""Amdahl's law and the universal scalability law, fitted to measurements by least squares.

    X(N) = gamma N / (1 + alpha (N - 1) + beta N (N - 1))        Gunther, Guerrilla Capacity Planning, 2007, chapter 4

`alpha` is the part of the work that is done one at a time, `beta` what each pair of workers costs to keep in agreement,
`gamma` what one worker gives. Amdahl's law (1967) is the same with `beta = 0`.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import inf, isfinite, sqrt
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import least_squares
from scipy.stats import norm as normal
from scipy.stats import t as student_t

Law = Literal["amdahl", "usl"]
Values = NDArray[np.float64]

RESAMPLES = 300
CONFIDENCE = 0.95

# How near to the optimum is near enough: to all digits for the fit itself, to what an interval shows for a resample.
EXACT = 1e-15
NEAR = 1e-6


@dataclass(frozen=True, slots=True)
class Estimate:
    """A fitted value and its interval; None stands for infinity, in each of the three."""

    value: float | None
    low: float | None
    high: float | None


@dataclass(frozen=True, slots=True)
class Fit:
    """A law fitted to measurements. `beta` is 0 for Amdahl's; `error` is the root mean square of the residuals."""

    law: Law
    alpha: float
    beta: float
    gamma: float
    error: float

    def at(self, workers: float) -> float:
        """What so many workers give, in the unit of the measurements."""
        return self.gamma * workers / (1 + self.alpha * (workers - 1) + self.beta * workers * (workers - 1))

    @property
    def peak_workers(self) -> float:
        """Where more workers begin to give less, `sqrt((1 - alpha) / beta)`; infinite where they never do.

        For example alpha = 0.02 and beta = 0.0005 have their peak at sqrt(0.98 / 0.0005) = 44.3 workers.
        """
        return sqrt((1 - self.alpha) / self.beta) if self.beta > 0 else inf

    @property
    def limit(self) -> float:
        """What no number of workers can exceed for the serial part alone, `gamma / alpha`; infinite where there is none."""
        return self.gamma / self.alpha if self.alpha > 0 else inf


@dataclass(frozen=True, slots=True)
class Fitted:
    """A fit with the intervals of what it says."""

    fit: Fit
    alpha: Estimate
    beta: Estimate
    peak_workers: Estimate
    limit: Estimate


def fit(law: Law, workers: Sequence[float], given: Sequence[float]) -> Fit:
    """The law that comes nearest to what was measured: `given[i]` by `workers[i]`, in any unit, all above 0."""
    return _fit(law, np.asarray(workers, float), np.asarray(given, float), None, EXACT)


def fit_with_intervals(law: Law, workers: Sequence[float], repeats: Sequence[Sequence[float]], seed: int) -> Fitted:
    """The same with intervals; `repeats[i]` are the measurements with `workers[i]`, of which the median is fitted.

    The intervals are percentiles of `RESAMPLES` fits to resampled data (Efron and Tibshirani 1993, chapter 9): the
    repeats are drawn anew, and so are the residuals of the medians, widened for the parameters that were fitted and, as
    Student's t is against the normal distribution, for how little there is to tell their spread by.
    """
    counts, drawn = np.asarray(workers, float), [np.asarray(values, float) for values in repeats]
    best = _fit(law, counts, np.array([np.median(values) for values in drawn]), None, EXACT)
    again = [_fit(law, counts, data, best, NEAR) for data in _resample(best, counts, drawn, np.random.default_rng(seed))]
    return Fitted(
        best,
        _estimate(best.alpha, [each.alpha for each in again]),
        _estimate(best.beta, [each.beta for each in again]),
        _estimate(best.peak_workers, [each.peak_workers for each in again]),
        _estimate(best.limit, [each.limit for each in again]),
    )


def _fit(law: Law, workers: Values, given: Values, near: Fit | None, tolerance: float) -> Fit:
    free = 3 if law == "usl" else 2
    start = (near.gamma, near.alpha, near.beta) if near else (given[0] / workers[0], 0.05, 1e-4)

    def residuals(found: Values) -> Values:
        return _model(workers, found) - given

    def slopes(found: Values) -> Values:
        return _slopes(workers, found)

    answer: Any = least_squares(
        residuals,
        # On its bounds the search cannot move: it starts a little inside of them.
        np.clip(start[:free], [1e-12, 1e-9, 1e-12][:free], [inf, 1 - 1e-9, inf][:free]),
        jac=slopes,
        bounds=([0.0] * free, [inf, 1.0, inf][:free]),
        x_scale="jac",
        xtol=tolerance,
        ftol=tolerance,
        gtol=tolerance,
    )
    gamma, alpha, *beta = (float(value) for value in answer.x)
    return Fit(law, _clean(alpha), _clean(*beta) if beta else 0.0, gamma, sqrt(float(np.mean(answer.fun**2))))


def _clean(value: float) -> float:
    """What the search leaves of a zero is a zero: it comes as near to its bound as it can, and never there."""
    return value if value > 1e-9 else 0.0


def _model(workers: Values, found: Values) -> Values:
    gamma, alpha, beta = (*found, 0.0)[:3]
    return np.asarray(gamma * workers / (1 + alpha * (workers - 1) + beta * workers * (workers - 1)))


def _slopes(workers: Values, found: Values) -> Values:
    """The derivatives by gamma, alpha and (where it is free) beta: a column each."""
    gamma, alpha, beta = (*found, 0.0)[:3]
    below = 1 + alpha * (workers - 1) + beta * workers * (workers - 1)
    bent = -gamma * workers * (workers - 1) / below**2
    return np.stack([workers / below, bent, bent * workers], axis=1)[:, : len(found)]


def _resample(best: Fit, workers: Values, repeats: Sequence[Values], random: np.random.Generator) -> list[Values]:
    fitted = np.array([best.at(count) for count in workers])
    free = max(1, len(workers) - (3 if best.law == "usl" else 2))
    told_by = free + sum(len(values) - 1 for values in repeats)
    edge = (1 + CONFIDENCE) / 2
    widened = sqrt(len(workers) / free) * student_t.ppf(edge, told_by) / normal.ppf(edge)
    residuals = (np.array([np.median(values) for values in repeats]) - fitted) * widened
    residuals -= residuals.mean()
    return [
        np.maximum(
            fitted
            + random.choice(residuals, len(workers))
            + [np.median(random.choice(values, len(values))) - np.median(values) for values in repeats],
            1e-9,
        )
        for _ in range(RESAMPLES)
    ]


def _estimate(value: float, again: Sequence[float]) -> Estimate:
    ranked = sorted(again)
    edge = int(len(ranked) * (1 - CONFIDENCE) / 2)
    low, high = ranked[edge], ranked[-1 - edge]
    return Estimate(_finite(value), _finite(min(low, value)), _finite(max(high, value)))


def _finite(value: float) -> float | None:
    return value if isfinite(value) else None
