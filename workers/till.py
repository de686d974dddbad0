"""The till: one number in Redis that every hand adds to, with care or without."""

import time
from collections.abc import Callable
from typing import Any, cast

import redis

from producer.message import till_key
from producer.till import HOWS
from workers.coffee import UnreadableError
from workers.execution import phase
from workers.machine import EspressoMachine
from workers.stations import wait

# What nobody touches for this long is forgotten.
FORGET_S = 3600


class Till:
    """The till of one run."""

    def __init__(self, broker: redis.Redis, run: str) -> None:
        self._broker = broker
        self._key = till_key(run)
        # A lock is a machine with one head: first come, first served, on a lease that ends where its holder dies.
        self._lock = EspressoMachine(broker, f"{run}:till", 1)

    def careless(self, seconds: float) -> None:
        """Read, count the change, write: whoever sells meanwhile reads the same number, and one sale is overwritten."""
        before = self.counted()
        wait(seconds)
        self._broker.set(self._key, before + 1, ex=FORGET_S)

    def locked(self, seconds: float) -> None:
        """The same with the till in hand from reading to writing: everybody else stands in line."""
        with self._lock.held(seconds) as head, phase("machine", head):
            before = self.counted()
            time.sleep(seconds)
            self._broker.set(self._key, before + 1, ex=FORGET_S)

    def atomic(self, seconds: float) -> None:
        """Count the change, then add in one step, which Redis does for one after the other."""
        wait(seconds)
        pipeline = self._broker.pipeline(transaction=True)
        pipeline.incr(self._key)
        pipeline.expire(self._key, FORGET_S)
        pipeline.execute()

    def counted(self) -> int:
        """The sales in the till."""
        return int(cast("bytes | None", self._broker.get(self._key)) or 0)

    def clear(self) -> None:
        """Take the till away."""
        self._broker.delete(self._key)


def sell(sale: dict[str, Any], till: Till) -> None:
    """Ring up one sale: `{"seconds": s, "how": "careless" | "lock" | "atomic"}`.

    Raises:
        UnreadableError: something else came.
    """
    ways: dict[str, Callable[[float], None]] = dict(zip(HOWS, (till.careless, till.locked, till.atomic), strict=True))
    try:
        way, seconds = ways[sale["how"]], float(sale["seconds"])
    except (KeyError, TypeError, ValueError, OverflowError) as error:
        raise UnreadableError(f"no readable sale ({error!r})") from None
    if not 0 <= seconds < float("inf"):
        raise UnreadableError(f"a sale cannot take {seconds!r} s")
    way(seconds)
