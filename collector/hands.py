"""The hands of the model: one pair a process, on cores that are shared."""

from collections import deque
from math import inf

from collector.clockwork import Clockwork, What
from collector.cores import Cores
from collector.shape import Shape

# What is shorter, in a process in which nothing else is to do, is over before anybody could ask for a turn.
BRIEF_S = 0.001


class Hands(Clockwork):
    """A clockwork with hands: whoever holds a process's pair works, on a core that others may share.

    Under `turns` the threads of a process take turns at its hands and all of them get on at once, as they do at the GIL;
    and lose such a part of it at handing over; where it is None each is served whole, first come, first served.
    """

    def __init__(self, shape: Shape, turns: float | None) -> None:
        super().__init__()
        pairs = shape.processes + (shape.workers if shape.forks else 0)
        self._turns = turns is not None
        self._first_main = shape.processes if shape.forks else 0
        self._busy = [False] * pairs
        self._lines: list[deque[tuple[float, What, int]] | None] = [None] * pairs
        # Cores never run out where there is one for each slot.
        self._cores = Cores(shape.cores, pairs, turns or 0.0) if self._turns or shape.all_slots > shape.cores else None

    def main(self, worker: int) -> int:
        """The hands of a worker's main process: under prefork it works in none of the slots."""
        return self._first_main + worker

    def hold(self, process: int, seconds: float, what: What, who: int) -> None:
        """Work so long with the hands of a process, as soon as they are free; `what` then has to let go of them."""
        if self._turns and self._cores:
            if seconds < BRIEF_S and self._cores.is_idle(process):
                self.after(seconds, what, who)
                return
            self._cores.take_turns(self.now_s, seconds, process, what, who)
        elif self._busy[process]:
            line = self._lines[process]
            if line is None:
                line = self._lines[process] = deque()
            line.append((seconds, what, who))
        else:
            self._busy[process] = True
            self.work(seconds, what, who)

    def let_go(self, process: int) -> None:
        """The hands are free, and taken by who is next in line."""
        line = self._lines[process]
        if line:
            self.work(*line.popleft())
        else:
            self._busy[process] = False

    def work(self, seconds: float, what: What, who: int) -> None:
        """Work so long on a core, with no hands, or with those that are held."""
        if self._cores:
            self._cores.work(self.now_s, seconds, what, who)
        else:
            self.after(seconds, what, who)

    def done_s(self) -> float:
        """When the next runner on the cores is done."""
        return self._cores.due_s if self._cores else inf

    def finish(self) -> tuple[What, int]:
        """That runner is done."""
        assert self._cores is not None
        return self._cores.finish()
