"""Repeats: a warm-up, the order in which runs are made several times each, and the one that stands for them."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from random import Random
from typing import TypeVar

from manyhands.compare import run_within
from manyhands.lab import Lab
from manyhands.plan import Plan
from manyhands.progress import say
from manyhands.record import Ran

Thing = TypeVar("Thing")

# So many of the batch's jobs are run first, on the most workers: what is read and compiled at first is not measured.
WARM_UP_JOBS = 8


def warm_up(plan: Plan, lab: Lab, folder: Path) -> bool:
    """Run a little of a batch on the workers of `plan`, and forget it. Returns whether it was not interrupted."""
    say(f"Warming up {plan.workers} workers")
    few = replace(plan, jobs=plan.jobs[:WARM_UP_JOBS], everyone=False)
    return not run_within(few, lab, folder, "warm-up").interrupted


def shuffled(things: Sequence[Thing], repeats: int, seed: int) -> list[Thing]:
    """Each once, in an order of chance, and so on: what drifts meanwhile does not fall on one of them alone."""
    random = Random(f"scale {seed}")
    return [thing for _ in range(repeats) for thing in random.sample(things, len(things))]


def middle(rans: Sequence[Ran]) -> Ran:
    """Of some runs of the same the one whose completion time is the median (of an even number the lower), or the last."""
    whole = sorted((ran for ran in rans if ran.completion_s is not None), key=lambda ran: ran.completion_s or 0.0)
    return whole[(len(whole) - 1) // 2] if whole else rans[-1]
