"""Little's law, checked on a run with open arrivals: the mean number in the shop is the rate times the mean stay."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import mean, stdev

# The customers in order, cut into so many groups: their means depend little on each other, whatever single stays do.
GROUPS = 8

# 95 % of Student's t lie within so many standard errors, with GROUPS - 1 = 7 degrees of freedom.
STUDENT_T = 2.365


@dataclass(frozen=True, slots=True)
class Little:
    """The law's three figures, from the first arrival to the last.

    `in_shop` is the mean over time of how many are in the shop, `rate_per_s` the arrivals a second, `stay_s` the mean
    over customers of how long they stay. The law says `in_shop = rate_per_s * stay_s`, which is `expected`; it is known
    as well as the mean stay is, from `low` to `high` with 95 %.
    """

    in_shop: float
    rate_per_s: float
    stay_s: float
    expected: float
    low: float
    high: float

    @property
    def holds(self) -> bool:
        """Whether what was seen in the shop lies within the interval: the window was long enough for the law."""
        return self.low <= self.in_shop <= self.high


def littles_law(stays: Sequence[tuple[float, float]]) -> Little | None:
    """The law on the stays (arrival, end) of a run's customers; None below two in a group, or if all came at once.

    L = λW (Little 1961). All three come from the same stays, so over a long time they agree by necessity. At the end of
    this window some are in the shop still, so what is seen and what is expected differ by the part of their stay that is
    cut off; it is held against what chance leaves open of the mean stay, by batch means (Law 2015, section 9.5.3).

    For example a customer each second for 1,000 s, who stays 3 s: λ = 1 and W = 3 expect 3 in the shop. Seen are 2.997,
    since 1 + 2 of the 999 * 3 customer-seconds come after the last arrival; with stays of one length chance leaves
    nothing open, so there the law does not hold to the digit.
    """
    came = sorted(stays)
    window_s = came[-1][0] - came[0][0] if came else 0.0
    if len(came) < 2 * GROUPS or not window_s:
        return None
    last_s = came[-1][0]
    in_shop = sum(min(end, last_s) - arrived for arrived, end in came) / window_s
    rate_per_s = (len(came) - 1) / window_s
    lengths = [end - arrived for arrived, end in came]
    stay_s, margin_s = mean(lengths), STUDENT_T * _standard_error(lengths)
    return Little(
        in_shop,
        rate_per_s,
        stay_s,
        rate_per_s * stay_s,
        rate_per_s * (stay_s - margin_s),
        rate_per_s * (stay_s + margin_s),
    )


def _standard_error(lengths: Sequence[float]) -> float:
    """Of the mean of values that depend on their neighbours, by the means of groups of them."""
    cuts = [len(lengths) * number // GROUPS for number in range(GROUPS + 1)]
    means = [mean(lengths[start:end]) for start, end in pairwise(cuts)]
    return float(stdev(means) / GROUPS**0.5)
