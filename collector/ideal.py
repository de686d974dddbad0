"""The ideal: the batch through a model of the shop in which nothing costs anything but the work itself.

What a real run takes beyond it is what the queue, the broker, the pool and Python's scheduling cost, and nothing else.
"""

from collections.abc import Sequence

from collector.model import Shop
from collector.shape import Shape
from producer.job import Job


def ideal_s(jobs: Sequence[Job], shape: Shape) -> float:
    """The completion time in seconds without any overhead, for jobs in the order they are sent."""
    come = sorted(jobs, key=lambda job: job.arrives_s)
    return max((served.end_s for served in Shop(come, shape).serve()), default=0.0)
