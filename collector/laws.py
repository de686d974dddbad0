"""The asymptotic bounds of a batch, and which of them holds it back (Denning and Buzen 1978; Lazowska et al. 1984)."""

from collections.abc import Sequence
from typing import Literal

from collector.shape import Shape
from producer.job import Job

Limit = Literal["slots", "arrivals", "longest order", "hands", "cores", "machine"]

# Where two bounds are equal the later one is named: it is the one that is harder to move.
LIMITS: tuple[Limit, ...] = ("slots", "arrivals", "longest order", "hands", "cores", "machine")
EQUAL = 1e-9


def bounds_s(jobs: Sequence[Job], shape: Shape) -> dict[Limit, float]:
    """The least completion time in seconds that each limit allows.

    For the demands hands `h`, machine `m` and wait `w` of each job, `C` slots, `P` processes, `K` cores, `G` heads:
    `sum(h+m+w)/C`, `sum(h)/P`, `sum(h)/K`, `sum(m)/G`, `max(h+m+w)`, and `max(arrival + h+m+w)` where jobs arrive.
    Work with the GIL let go, `n`, needs a slot and a core but no hands: it counts like `h` in all but `sum(h)/P`, and
    there too where all slots of a process are on one thread.

    For example 12 orders of 1 s hands, 2 s machine, 3 s wait, on one barista (P=1) with 4 slots, 2 cores, 1 head:
    slots 12 * 6 / 4 = 18, hands 12, cores 6, machine 24, longest order 6. The machine holds it back.
    """
    hands = sum(job.demand_s("hands") for job in jobs)
    native = sum(job.demand_s("native") for job in jobs)
    machine = sum(job.demand_s("machine") for job in jobs)
    return {
        "slots": sum(job.length_s for job in jobs) / shape.all_slots,
        "arrivals": max((job.arrives_s + job.length_s for job in jobs if job.arrives_s > 0), default=0.0),
        "longest order": max((job.length_s for job in jobs), default=0.0),
        "hands": (hands + native if shape.one_thread else hands) / shape.processes,
        "cores": (hands + native) / shape.cores,
        "machine": machine / shape.machines,
    }


def bound_s(bounds: dict[Limit, float]) -> float:
    """The least completion time that all of them allow."""
    return max(bounds.values())


def held_back_by(bounds: dict[Limit, float]) -> Limit:
    """The limit whose bound is the largest."""
    largest = bound_s(bounds)
    return [limit for limit in LIMITS if bounds[limit] >= largest * (1 - EQUAL)][-1]
