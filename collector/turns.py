"""Turns: how the threads of a process share what its hands are given, as they do at the GIL."""

from heapq import heappop, heappush

from collector.clockwork import What


class Turns:
    """The threads of one process that want its hands: each gets its share of what the process gets.

    Counted, like the cores, on a clock that shows what a thread with a share of 1 was given since the beginning.
    """

    __slots__ = ("at", "given", "shares", "version", "wanting")

    def __init__(self) -> None:
        self.given = 0.0
        self.at = 0.0
        self.shares = 0.0
        self.version = 0
        # (clock when done, number, share, what happens then, to whom)
        self.wanting: list[tuple[float, int, float, What, int]] = []

    def pass_to(self, clock: float) -> None:
        """The process was given more, up to this time of the cores' clock."""
        if self.wanting:
            self.given += (clock - self.at) / self.shares
        self.at = clock

    def join(self, seconds: float, share: float, number: int, what: What, who: int) -> None:
        """A thread wants the hands for so long, and gets such a share of them beside others."""
        self.shares = self.shares + share if self.wanting else share
        heappush(self.wanting, (self.given + seconds / share, number, share, what, who))

    def leave(self) -> tuple[What, int]:
        """The first of them is done: what happens then, and to whom."""
        self.given, _, share, what, who = heappop(self.wanting)
        self.shares -= share
        return what, who

    def done_at(self) -> float:
        """When the first of them is done, on the cores' clock."""
        return self.at + max(0.0, self.wanting[0][0] - self.given) * self.shares
