"""The sending: when the producer puts each job on the queue."""

from collections.abc import Sequence

from producer.job import Job


def sending_times(jobs: Sequence[Job], send_s: float) -> list[float]:
    """When each is sent, in s after the first: as its customer comes, and not before the one in front is sent."""
    sent_s, free_s = [], 0.0
    for job in jobs:
        free_s = max(free_s, job.arrives_s)
        sent_s.append(free_s)
        free_s += send_s
    return sent_s
