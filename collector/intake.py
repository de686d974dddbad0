"""The intake of the workers: how messages come from the queue onto their trays, and what that costs."""

from math import inf

from collector.costs import Costs
from collector.hands import Hands
from collector.line import Begin, Trays
from collector.shape import Shape

# How often kombu looks for messages that nobody has acknowledged in time.
CHORES_EVERY_S = 1.0


class Intake:
    """Takes messages for the workers: each costs time of its hands, and time on the way, in which the hands are free.

    `taken_s` is told when each job was there, in s after the first was sent.
    """

    def __init__(
        self, shape: Shape, costs: Costs, prefetch: int, hands: Hands, begin: Begin, taken_s: dict[int, float]
    ) -> None:
        self.trays = Trays(shape, prefetch, self._take, begin)
        self._costs = costs
        self._hands = hands
        self._taken_s = taken_s
        self._chores_s = [-inf] * shape.workers

    def _take(self, worker: int) -> None:
        self._hands.hold(self._hands.main(worker), self._costs.take_s, self._taken, worker, self._costs.trips.take)

    def _taken(self, worker: int) -> None:
        self._hands.let_go(self._hands.main(worker))
        if self._costs.trip_s:
            self._hands.after(self._costs.trip_s * self._trips(worker), self._fetched, worker)
        else:
            self._fetched(worker)

    def _fetched(self, worker: int) -> None:
        if self._costs.hop_s:
            self._hands.after(self._costs.hop_s, self._put, worker)
        else:
            self._put(worker)
        self.trays.taken(worker)

    def _put(self, worker: int) -> None:
        self._taken_s[self.trays.coming(worker)] = self._hands.now_s
        self.trays.put(worker)

    def _trips(self, worker: int) -> float:
        """How often the worker waits for the broker until it has its next message."""
        trips, since_s = self._costs.trips, self._hands.now_s - self._chores_s[worker]
        if since_s < CHORES_EVERY_S:
            return trips.take
        self._chores_s[worker] = self._hands.now_s
        return trips.take + (trips.first if since_s == inf else trips.chore)
