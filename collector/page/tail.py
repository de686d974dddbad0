"""The tail: one reader of the journal for all who watch, which comes back by itself when the broker does."""

import asyncio
import json
import time
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

import redis

from collector.page.columns import place_of
from collector.reader import JournalReader
from collector.roster import Present, present
from producer.broker import connect
from producer.clock import BrokerClock
from producer.errors import BadInputError
from producer.message import TURN_KEY
from workers.journal import MEASURE_CLOCK_EVERY_S, Entry

# How long a look waits for news: as long as a stop may take.
LOOK_S = 0.5

# Writings of one look: what they tell is in memory twice, and is taken in before anybody else has a turn.
MOST_AT_ONCE = 100

# Between two looks: what comes in a burst is told at once, and a bar is not late for it.
PAUSE_S = 0.02
ROSTER_EVERY_S = 1.0
RETRY_S = 1.0

# Nobody answers, or what answers speaks no language of ours: the next look is a new one.
AWAY = (redis.RedisError, OSError, BadInputError, ValueError)


@dataclass(frozen=True, slots=True)
class News:
    """What one look found. `behind_s` is the age of the last entry that was read, where the stream has more.

    `workers` are None where nobody looked for them this time. `turn`, looked for with them, is the run whose turn it is; None
    where it is nobody's. `persists`, asked with them, is whether the broker writes down what it holds.
    """

    is_reached: bool
    entries: list[Entry] = field(default_factory=list)
    behind_s: float = 0.0
    workers: list[Present] | None = None
    turn: str | None = None
    clock: BrokerClock | None = None
    persists: bool | None = None


class Tail:
    """Reads the journal at `url` from its beginning, and hands everything to `hear`, in order.

    A look waits `look_s` for news, or not at all; who is here is looked for every `roster_every_s`.
    """

    def __init__(
        self,
        url: str,
        hear: Callable[[News], Awaitable[None]],
        look_s: float | None = LOOK_S,
        roster_every_s: float = ROSTER_EVERY_S,
    ) -> None:
        self._url = url
        self._look_s = look_s
        self._roster_every_s = roster_every_s
        self._hear = hear
        self._after = "0"
        self._client: redis.Redis | None = None
        self._clock: BrokerClock | None = None
        self._measured_s = 0.0
        self._rostered_s = 0.0

    async def follow(self) -> None:
        """Read until cancelled."""
        look: asyncio.Future[News] | None = None
        try:
            while True:
                look = asyncio.ensure_future(asyncio.to_thread(self.look))
                news = await asyncio.shield(look)
                await self._hear(news)
                await asyncio.sleep(0 if news.behind_s else PAUSE_S if news.is_reached else RETRY_S)
        finally:
            if look is not None:
                with suppress(asyncio.CancelledError):
                    await look  # the thread is in there, and its client must not be closed under it
            self.close()

    def look(self) -> News:
        """One look at the stream, in a thread."""
        try:
            client = self._reach()
            reader = JournalReader(client, self._after)
            entries = reader.read(self._look_s, MOST_AT_ONCE)
            is_all = reader.looked_at < MOST_AT_ONCE
            self._after = reader.after
            behind_s, workers = 0.0 if is_all else self._age_s(), self._workers(client)
            turn = None if workers is None else turn_of(client)
            persists = None if workers is None else persistent(client)
            return News(True, entries, behind_s, workers, turn, self._clock, persists)
        except AWAY:
            self.close()
            return News(False)

    def _reach(self) -> redis.Redis:
        if self._client is None:
            self._client = connect(self._url)
            self._rostered_s = 0.0
            self._clock = None
        if self._clock is None or time.monotonic() - self._measured_s > MEASURE_CLOCK_EVERY_S:
            self._clock, self._measured_s = BrokerClock(self._client), time.monotonic()
        return self._client

    def _age_s(self) -> float:
        """How long ago the last entry that was read was written: a place in the stream begins with its millisecond."""
        assert self._clock is not None
        return max(0.0, self._clock.now_s() - (place_of(self._after) >> 20) / 1000)

    def _workers(self, client: redis.Redis) -> list[Present] | None:
        if time.monotonic() - self._rostered_s < self._roster_every_s:
            return None
        self._rostered_s = time.monotonic()
        return present(client)

    def close(self) -> None:
        """Let go of the broker."""
        if self._client is not None:
            self._client.close()
            self._client = None


def persistent(client: redis.Redis) -> bool:
    """Whether a broker that goes comes back with all that it held: it writes down each change as it comes."""
    try:
        told: Any = client.info("persistence")
        return bool(told["aof_enabled"])
    except (redis.ResponseError, KeyError):  # who may not ask does not know
        return False


def turn_of(client: redis.Redis) -> str | None:
    """The run whose turn it is at a broker; None where it is nobody's."""
    holder: Any = client.get(TURN_KEY)
    try:
        return None if holder is None else str(json.loads(holder)["run"])
    except (ValueError, KeyError, TypeError):
        return None
