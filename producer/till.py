"""Sales: what is rung up at the one till, with care or without."""

from random import Random
from typing import Literal, get_args

from producer.job import Job, Step
from producer.message import TILL_TASK

# How a sale is added to the till: read, add and write with nobody looking; the same behind a lock; one atomic step.
How = Literal["careless", "lock", "atomic"]
HOWS: tuple[How, ...] = get_args(How)


def sale_jobs(count: int, seconds: float, how: How, seed: int) -> list[Job]:
    """Jobs for `till.sell`: while the change is counted, `seconds` long on average, nobody's hands are needed.

    Behind a lock the till is held for as long, so it is a machine with one head.
    """
    random = Random(f"sales {seed}")
    return [_sale_job(str(number), seconds * random.uniform(0.5, 1.5), how) for number in range(1, count + 1)]


def _sale_job(number: str, seconds: float, how: How) -> Job:
    steps = (Step("machine" if how == "lock" else "wait", seconds),)
    return Job(number, f"sale {number}", TILL_TASK, [{"seconds": seconds, "how": how}], steps)
