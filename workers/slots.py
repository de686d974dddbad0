"""Slots: small stable numbers for the places in a pool, so that a job can be drawn in a lane."""

import heapq
from threading import Lock


class Slots:
    """Hands out the lowest free number, so that as many lanes are used as there are jobs in the air."""

    def __init__(self) -> None:
        self._free: list[int] = []
        self._made = 0
        self._lock = Lock()

    def take(self) -> int:
        """The lowest number that nobody holds."""
        with self._lock:
            if self._free:
                return heapq.heappop(self._free)
            self._made += 1
            return self._made - 1

    def give_back(self, slot: int) -> None:
        """The number is free again."""
        with self._lock:
            heapq.heappush(self._free, slot)
