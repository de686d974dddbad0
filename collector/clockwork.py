"""The clockwork of the model: what happens when, and who works.

Events are plain tuples on one heap: a thousand workers cost what they do, and not what they are.
"""

from collections import deque
from collections.abc import Callable
from heapq import heappop, heappush
from itertools import count
from math import inf

# What happens, to whom (a slot, a worker, a job).
What = Callable[[int], None]


class Clockwork:
    """A clock of events. `now_s` is in seconds after the first job was sent."""

    def __init__(self) -> None:
        self.now_s = 0.0
        self._numbers = count()
        self._timers: list[tuple[float, int, What, int]] = []
        self._soon: deque[tuple[What, int]] = deque()

    def after(self, seconds: float, what: What, who: int) -> None:
        """It happens in so many seconds; of two at the same time the one that was set first comes first."""
        heappush(self._timers, (self.now_s + seconds, next(self._numbers), what, who))

    def soon(self, what: What, who: int) -> None:
        """It happens at this very time, when everything else has that was to happen now."""
        self._soon.append((what, who))

    def done_s(self) -> float:
        """When the next work ends that is not on a timer."""
        return inf

    def finish(self) -> tuple[What, int]:
        """That work ends: what happens then, and to whom."""
        raise NotImplementedError

    def tick(self) -> bool:
        """The next thing happens; False where there is nothing any more."""
        timers, soon = self._timers, self._soon
        timer_s, done_s = timers[0][0] if timers else inf, self.done_s()
        if soon and self.now_s < timer_s and self.now_s < done_s:
            what, who = soon.popleft()
        elif done_s < timer_s:
            self.now_s = done_s
            what, who = self.finish()
        elif timers:
            self.now_s, _, what, who = heappop(timers)
        else:
            return False
        what(who)
        return True
