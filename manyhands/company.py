"""Company: what else keeps the cores busy while a run is measured, so that nothing is claimed for want of a core."""

import time
from bisect import bisect_left
from pathlib import Path
from threading import Event, Thread
from types import TracebackType
from typing import Self

from workers.host import CPU_TIMES_FILE, busy_s

SAMPLE_EVERY_S = 0.1


class Company:
    """Samples how long all cores together have been busy. A context manager; knows nothing where Linux does not tell."""

    def __init__(self, path: Path = CPU_TIMES_FILE) -> None:
        self._path = path
        self._samples: list[tuple[float, float]] = []
        self._over = Event()
        self._thread = Thread(target=self._sample, name="company")

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._over.set()
        self._thread.join()

    def others_cores(self, start_s: float, end_s: float, ours_s: float) -> float | None:
        """How many cores others used from `start_s` to `end_s` (of the wall clock), beside our `ours_s` of CPU time."""
        return others_cores(self._samples, start_s, end_s, ours_s)

    def _sample(self) -> None:
        while not self._over.wait(SAMPLE_EVERY_S):
            spent_s = busy_s(self._path)
            if spent_s is not None:
                self._samples.append((time.time(), spent_s))


def others_cores(samples: list[tuple[float, float]], start_s: float, end_s: float, ours_s: float) -> float | None:
    """The same of samples (when, busy seconds until then); None where there are none around.

    For example from 10 s at 100 busy seconds to 12 s at 103: 1.5 cores were busy; if 2 s of that were ours, others had 0.5.
    """
    first, last = bisect_left(samples, (start_s, 0.0)), bisect_left(samples, (end_s, 0.0))
    if first == len(samples) or last - first < 2:
        return None
    (from_s, before_s), (until_s, after_s) = samples[first], samples[last - 1]
    part = (until_s - from_s) / (end_s - start_s)
    return max(0.0, (after_s - before_s - ours_s * part) / (until_s - from_s))
