"""The clockwork of the model: what happens when, and who works.

Events are plain tuples on one heap: a thousand workers cost what they do, and not what they are.
"""

from collections import deque
from collections.abc import Callable, Sized
from heapq import heappop, heappush
from itertools import count
from math import inf
from typing import Protocol

# What happens, to whom (a slot, a worker, a job).
What = Callable[[int], None]


class Work(Protocol):
    """What goes on for as long as others let it: when the next of it ends changes with whoever comes and goes."""

    due_s: float

    def finish(self) -> tuple[What, int]:
        """The next of it ends, at `due_s`: what happens then, and to whom."""


class NoWork:
    """Everything is on a timer."""

    due_s = inf

    def finish(self) -> tuple[What, int]:
        """Nothing ends that never began."""
        raise NotImplementedError


class Clockwork:
    """A clock of events. `now_s` is in seconds after the first job was sent; `under_way` is the work with no timer."""

    def __init__(self, under_way: Work | None = None) -> None:
        self.now_s = 0.0
        self._under_way = under_way or NoWork()
        self._numbers = count()
        self._timers: list[tuple[float, int, What, int]] = []
        self._soon: deque[tuple[What, int]] = deque()

    def after(self, seconds: float, what: What, who: int) -> None:
        """It happens in so many seconds; of two at the same time the one that was set first comes first."""
        heappush(self._timers, (self.now_s + seconds, next(self._numbers), what, who))

    def soon(self, what: What, who: int) -> None:
        """It happens at this very time, when everything else has that was to happen now."""
        self._soon.append((what, who))

    def run(self, told: Sized) -> bool:
        """One thing happens after the other, until something is told; False where nothing happens any more."""
        timers, soon, under_way = self._timers, self._soon, self._under_way
        while not told:
            timer_s, due_s = timers[0][0] if timers else inf, under_way.due_s
            if soon and self.now_s < timer_s and self.now_s < due_s:
                what, who = soon.popleft()
            elif due_s < timer_s:
                self.now_s = due_s
                what, who = under_way.finish()
            elif timers:
                self.now_s, _, what, who = heappop(timers)
            else:
                return False
            what(who)
        return True
