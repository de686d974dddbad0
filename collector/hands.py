"""The hands of the model: one pair a process, on cores that are shared."""

from collections import deque
from functools import partial
from itertools import count

from collector.clockwork import Clockwork, What
from collector.cores import Cores
from collector.costs import Gil
from collector.shape import Shape

# What is shorter, in a process in which nothing else is to do, is over before anybody could ask for a turn. It has a core to
# itself until then: who takes turns a moment later may overlap with the rest of it.
BRIEF_S = 0.001

# No two moments of the model that differ are nearer than this.
AT_ONCE_S = 1e-9


class Hands(Clockwork):
    """A clockwork with hands: whoever holds a process's pair works, on a core that others may share.

    Under a `gil` the threads of a process take turns at its hands; where it is None each is served whole, first come,
    first served.
    """

    def __init__(self, shape: Shape, gil: Gil | None) -> None:
        pairs = shape.processes + (shape.workers if shape.forks else 0)
        # Cores never run out where there is one for each slot, and under prefork for each main process.
        most = shape.all_slots + (shape.workers if shape.forks else 0)
        self._cores = Cores(shape.cores, pairs, gil) if gil or most > shape.cores else None
        super().__init__(self._cores)
        self._gil = gil
        self._first_main = shape.processes if shape.forks else 0
        self._busy = [False] * pairs
        self._lines: list[deque[tuple[float, What, int]] | None] = [None] * pairs
        # Who finds the hands busy, in the order in which they came: (seconds, what happens then, to whom) by number.
        self._knocking: list[dict[int, tuple[float, What, int]]] = [{} for _ in range(pairs)] if gil else []
        self._knocks = count()
        # Until when the hands of each process are needed for what is brief.
        self._brief_until_s = [0.0] * pairs if gil else []
        self._briefs = [0] * pairs if gil else []

    def main(self, worker: int) -> int:
        """The hands of a worker's main process: under prefork it works in none of the slots."""
        return self._first_main + worker

    def hold(self, process: int, seconds: float, what: What, who: int, asks: float = 1.0) -> None:
        """Work so long with the hands of a process, as soon as they are free; `what` then has to let go of them.

        Where threads take turns, who has to ask for them several times waits so many times as long to begin, and hands are
        handed over as often.
        """
        if self._gil and self._cores:
            self._take_turns(self._gil, self._cores, process, seconds, what, who, asks)
        elif self._busy[process]:
            line = self._lines[process]
            if line is None:
                line = self._lines[process] = deque()
            line.append((seconds, what, who))
        else:
            self._busy[process] = True
            self.work(seconds, what, who)

    def keep(self, process: int, seconds: float, what: What, who: int) -> None:
        """Work on for so long with hands that are held in turns: nobody else comes in between."""
        if self._cores:
            self._cores.take_turns(self.now_s, seconds, process, what, who)

    def let_go(self, process: int) -> None:
        """The hands are free, and taken by who is next in line, or by all who knock where they take turns."""
        if self._gil and self._cores:
            if self._knocking[process] and not self._cores.wanting(process) and not self._is_brief(process):
                for number in list(self._knocking[process]):
                    self._enter(process, number)
            return
        line = self._lines[process]
        if line:
            self.work(*line.popleft())
        else:
            self._busy[process] = False

    def _take_turns(self, gil: Gil, cores: Cores, process: int, seconds: float, what: What, who: int, asks: float) -> None:
        wanting = cores.wanting(process)
        if seconds < BRIEF_S and not wanting and (self._briefs[process] or cores.are_spare):
            if not self._briefs[process]:
                cores.come(self.now_s)
            self._briefs[process] += 1
            until_s = self._brief_until_s[process] = max(self.now_s, self._brief_until_s[process]) + seconds
            self.after(until_s - self.now_s, partial(self._brief_over, cores, process, what), who)
        elif (wanting or self._is_brief(process)) and gil.switch_s:
            knocking = self._knocking[process]
            number = next(self._knocks)
            knocking[number] = (seconds + asks * gil.hand_over_s, what, who)
            wait_s = asks * max(gil.switch_s, gil.each_s * (wanting + len(knocking) - 1))
            self.after(wait_s, partial(self._enter, process), number)
        else:
            cores.take_turns(self.now_s, seconds, process, what, who)

    def _brief_over(self, cores: Cores, process: int, what: What, who: int) -> None:
        self._briefs[process] -= 1
        if not self._briefs[process]:
            cores.go(self.now_s)
        what(who)

    def _is_brief(self, process: int) -> bool:
        """Whether the hands are needed for something brief, other than what ends right now."""
        return self._brief_until_s[process] > self.now_s + AT_ONCE_S

    def _enter(self, process: int, number: int) -> None:
        """Who knocked takes part in the turns, unless they did already."""
        knocked = self._knocking[process].pop(number, None)
        if knocked and self._cores:
            seconds, what, who = knocked
            self._cores.take_turns(self.now_s, seconds, process, what, who)

    def work(self, seconds: float, what: What, who: int) -> None:
        """Work so long on a core, with no hands, or with those that are held."""
        if self._cores:
            self._cores.work(self.now_s, seconds, what, who)
        else:
            self.after(seconds, what, who)
