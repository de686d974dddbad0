"""Cores that an operating system shares out evenly: each of `n` runners gets `min(1, count / n)` of one.

A runner is a process with its hands full, or work with the GIL let go. Everything is counted on a clock of its own that
shows how much each runner was given since the beginning: it stands still for nobody, so nothing has to be counted down
when runners come and go (the virtual time of fair queueing, Demers, Keshav and Shenker 1989). A change costs
`O(log n)`.
"""

from heapq import heappop, heappush
from itertools import count
from math import inf, log, sqrt

from collector.clockwork import What
from collector.costs import Gil
from collector.turns import Turns

GOLDEN = (sqrt(5.0) - 1.0) / 2.0


class Cores:
    """The cores of the shop. `due_s` is when the next runner is done, infinite where nobody runs."""

    def __init__(self, cores: float, processes: int, gil: Gil | None) -> None:
        self._cores = cores
        self._gil = gil or Gil()
        self._dice = 0.0
        self._given = 0.0
        self._at_s = 0.0
        self._runners = 0
        self._numbers = count()
        # (clock when done, number, version, process or -1, what happens then, to whom)
        self._working: list[tuple[float, int, int, int, What, int]] = []
        self._turns: list[Turns | None] = [None] * processes
        self.due_s = inf

    @property
    def are_spare(self) -> bool:
        """Whether one more runner would have a core to itself."""
        return self._runners + 1 <= self._cores

    def wanting(self, process: int) -> int:
        """How many take turns at the hands of a process."""
        turns = self._turns[process]
        return len(turns.wanting) if turns else 0

    def come(self, now_s: float) -> None:
        """A runner comes, and whoever sent it knows when it goes."""
        self._change(now_s, 1)

    def go(self, now_s: float) -> None:
        """A runner that came goes."""
        self._change(now_s, -1)

    def _change(self, now_s: float, runners: int) -> None:
        self._pass(now_s)
        self._runners += runners
        self._plan()

    def work(self, now_s: float, seconds: float, what: What, who: int) -> None:
        """A runner comes that needs so many seconds of a core; `what(who)` is to happen then."""
        self._pass(now_s)
        self._runners += 1
        heappush(self._working, (self._given + seconds, next(self._numbers), 0, -1, what, who))
        self._plan()

    def take_turns(self, now_s: float, seconds: float, process: int, what: What, who: int) -> None:
        """The same in a process whose threads take turns at its hands, as they do at the GIL."""
        self._pass(now_s)
        turns = self._turns[process]
        if turns is None:
            turns = self._turns[process] = Turns()
        self._runners += not turns.wanting
        turns.pass_to(self._given)
        turns.join(seconds, self._share(), next(self._numbers), what, who)
        self._queue(process, turns)
        self._plan()

    def finish(self) -> tuple[What, int]:
        """The next is done: what happens then, and to whom."""
        given, _, _, process, what, who = heappop(self._working)
        self._given, self._at_s = given, self.due_s
        turns = self._turns[process] if process >= 0 else None
        if turns is not None:
            turns.pass_to(given)
            what, who = turns.leave()
            self._queue(process, turns)
        self._runners -= turns is None or not turns.wanting
        self._plan()
        return what, who

    def _share(self) -> float:
        """The next share, as if by chance: exponential above a least one, with mean 1.

        The dice are multiples of the golden ratio, which fall evenly over 0 to 1 (Weyl 1916), and in the same way every time.
        """
        self._dice = (self._dice + GOLDEN) % 1.0
        return 1.0 - self._gil.luck * (1.0 + log(1.0 - self._dice))

    def _pass(self, now_s: float) -> None:
        if self._runners:
            share = 1.0 if self._runners <= self._cores else self._cores / self._runners
            self._given += (now_s - self._at_s) * share
        self._at_s = now_s

    def _queue(self, process: int, turns: Turns) -> None:
        """Say anew when the first of a process is done; what was said before is void."""
        turns.version += 1
        if turns.wanting:
            _, number, _, what, who = turns.wanting[0]
            heappush(self._working, (turns.done_at(), number, turns.version, process, what, who))

    def _plan(self) -> None:
        working = self._working
        while working:
            given, _, version, process, _, _ = working[0]
            if process < 0 or self._turns[process].version == version:  # type: ignore[union-attr]  # it has its turns
                share = 1.0 if self._runners <= self._cores else self._cores / self._runners
                self.due_s = self._at_s + max(0.0, given - self._given) / share
                return
            heappop(working)
        self.due_s = inf
