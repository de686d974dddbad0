"""The broker's clock: one time for all processes, whatever their own clocks say."""

import time
from dataclasses import dataclass
from typing import Any, Protocol

from producer.errors import BadInputError

SAMPLES = 5

# Seconds that two clocks drift apart in a second, at most: what cheap quartz does in the heat.
MOST_DRIFT = 1e-4

# Two clocks may be off in opposite ways, and something is left for what a job takes.
MOST_OFF_PART = 0.3


class KnowsTime(Protocol):
    """A Redis client, as far as the clock needs it."""

    def time(self) -> Any:
        """Seconds and microseconds of the server's clock."""


@dataclass(frozen=True, slots=True)
class Reading:
    """The broker's time at one moment of this process's monotonic clock, known to half the round trip."""

    monotonic_s: float
    broker_s: float
    round_trip_s: float


class BrokerClock:
    """Tells the broker's time from this process's monotonic clock and the best of some readings of Redis TIME.

    The monotonic clock never steps, so a lane does not bend when somebody sets the wall clock in the middle of a run.
    """

    def __init__(self, broker: KnowsTime) -> None:
        self._broker = broker
        self.reading = best_reading(broker)

    def measure(self) -> None:
        """Read the broker's time again; clocks drift apart by some microseconds a second.

        A reading from a busy moment does not replace one that is still known better, unless the two cannot both be true:
        then somebody set the broker's clock, or this host slept.
        """
        new, old = best_reading(self._broker), self.reading
        known_to_s = old.round_trip_s + 2 * MOST_DRIFT * (new.monotonic_s - old.monotonic_s)
        apart_s = abs(new.broker_s - old.broker_s - (new.monotonic_s - old.monotonic_s))
        if new.round_trip_s <= known_to_s or apart_s > (new.round_trip_s + known_to_s) / 2:
            self.reading = new

    def now_s(self) -> float:
        """Seconds since 1970 on the broker's clock."""
        return self.reading.broker_s + time.monotonic() - self.reading.monotonic_s

    def offset_s(self) -> float:
        """How far this host's wall clock is behind the broker's (negative: ahead)."""
        return self.now_s() - time.time()


def check_clock(clock: BrokerClock, visibility_timeout_s: float) -> None:
    """Refuse to go on with a clock that does harm.

    Seconds do none, since all times are the broker's. But kombu tells by the host's clock how long a message is held: where
    clocks differ by a visibility timeout, what one worker holds is given to another at once.

    Raises:
        BadInputError: this host's clock is off by a good part of the timeout.
    """
    off_s = -clock.offset_s()
    if abs(off_s) > MOST_OFF_PART * visibility_timeout_s:
        way = "ahead of" if off_s > 0 else "behind"
        raise BadInputError("clock", f"is {abs(off_s):.0f} s {way} the broker's", "Set it: timedatectl set-ntp true")


def best_reading(broker: KnowsTime, samples: int = SAMPLES) -> Reading:
    """The reading with the shortest round trip: the one whose middle is known best (Cristian 1989)."""
    return min((_read(broker) for _ in range(samples)), key=lambda reading: reading.round_trip_s)


def _read(broker: KnowsTime) -> Reading:
    before_s = time.monotonic()
    seconds, microseconds = broker.time()
    after_s = time.monotonic()
    return Reading((before_s + after_s) / 2, seconds + microseconds / 1e6, after_s - before_s)
