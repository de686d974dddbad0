"""When the customers come: all at once, or one by one at a rate."""

from collections.abc import Sequence
from dataclasses import replace
from random import Random

from producer.job import Job


def arrive_at_once(jobs: Sequence[Job]) -> list[Job]:
    """A closed batch: everybody is there when the door opens."""
    return [replace(job, arrives_s=0.0) for job in jobs]


def arrive_at_rate(jobs: Sequence[Job], rate_per_s: float, seed: int) -> list[Job]:
    """Open arrivals: a Poisson process, so the gaps are exponential with mean `1 / rate_per_s`. The first comes at 0."""
    random = Random(f"arrivals {seed}")
    arrived, now_s = [], 0.0
    for job in jobs:
        arrived.append(replace(job, arrives_s=now_s))
        now_s += random.expovariate(rate_per_s)
    return arrived
