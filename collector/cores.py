"""Cores that an operating system shares out evenly: each of `n` runners gets `min(1, count / n)` of one.

A runner is a process with its hands full, or work with the GIL let go. Everything is counted on a clock of its own that
shows how much each runner was given since the beginning: it stands still for nobody, so nothing has to be counted down
when runners come and go (the virtual time of fair queueing, Demers, Keshav and Shenker 1989). A change costs
`O(log n)`.
"""

from heapq import heappop, heappush
from itertools import count
from math import inf

from collector.clockwork import What


class Cores:
    """The cores of the shop. `due_s` is when the next runner is done, infinite where nobody runs."""

    def __init__(self, cores: float, processes: int, lost: float = 0.0) -> None:
        self._cores = cores
        self._lost = lost
        self._given = 0.0
        self._at_s = 0.0
        self._runners = 0
        self._numbers = count()
        # (clock when done, number, version, process or -1, what happens then, to whom)
        self._working: list[tuple[float, int, int, int, What, int]] = []
        self._turns: list[Turns | None] = [None] * processes
        self.due_s = inf

    def is_idle(self, process: int) -> bool:
        """Whether nobody wants the hands of a process, and there is a core to spare."""
        turns = self._turns[process]
        return (turns is None or not turns.waiting) and self._runners < self._cores

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
            turns = self._turns[process] = Turns(self._lost)
        self._runners += not turns.waiting
        turns.pass_to(self._given)
        heappush(turns.waiting, (turns.given + seconds, next(self._numbers), what, who))
        self._queue(process, turns)
        self._plan()

    def finish(self) -> tuple[What, int]:
        """The next is done: what happens then, and to whom."""
        given, _, _, process, what, who = heappop(self._working)
        self._given, self._at_s = given, self.due_s
        turns = self._turns[process] if process >= 0 else None
        if turns is not None:
            turns.pass_to(given)
            turns.given, _, what, who = heappop(turns.waiting)
            self._queue(process, turns)
        self._runners -= turns is None or not turns.waiting
        self._plan()
        return what, who

    def _pass(self, now_s: float) -> None:
        if self._runners:
            share = 1.0 if self._runners <= self._cores else self._cores / self._runners
            self._given += (now_s - self._at_s) * share
        self._at_s = now_s

    def _queue(self, process: int, turns: "Turns") -> None:
        """Say anew when the first of a process is done; what was said before is void."""
        turns.version += 1
        if turns.waiting:
            _, number, what, who = turns.waiting[0]
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


class Turns:
    """The threads of one process that want its hands: each gets its part of what the process gets.

    `lost` is what handing over costs where there are several, as a part of what they get.
    """

    __slots__ = ("at", "given", "lost", "version", "waiting")

    def __init__(self, lost: float) -> None:
        self.lost = lost
        self.given = 0.0
        self.at = 0.0
        self.version = 0
        self.waiting: list[tuple[float, int, What, int]] = []

    def pass_to(self, clock: float) -> None:
        """The process was given more, up to this time of the cores' clock."""
        if self.waiting:
            self.given += (clock - self.at) / self._for_each()
        self.at = clock

    def _for_each(self) -> float:
        """What the process must get for each of them to get 1."""
        return len(self.waiting) * (1.0 + self.lost) if len(self.waiting) > 1 else 1.0

    def done_at(self) -> float:
        """When the first of them is done, on the cores' clock."""
        return self.at + max(0.0, self.waiting[0][0] - self.given) * self._for_each()
