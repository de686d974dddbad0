"""Repeats: the order in which runs are made several times each, and the one that stands for them."""

from collections.abc import Sequence
from random import Random
from statistics import median_low
from typing import TypeVar

from manyhands.record import Ran

Thing = TypeVar("Thing")


def shuffled(things: Sequence[Thing], repeats: int, seed: int) -> list[Thing]:
    """Each once, in an order of chance, and so on: what drifts meanwhile does not fall on one of them alone."""
    random = Random(f"scale {seed}")
    return [thing for _ in range(repeats) for thing in random.sample(things, len(things))]


def middle(rans: Sequence[Ran]) -> Ran:
    """Of some runs of the same the one whose completion time is the median (of an even number the lower), or the last."""
    whole = {ran.completion_s: ran for ran in rans if ran.completion_s is not None}
    return whole[median_low(whole)] if whole else rans[-1]
