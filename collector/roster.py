"""The roster: which workers are here, as they say themselves each second (workers/presence.py)."""

import json
from dataclasses import dataclass, fields
from typing import Any, cast

import redis

from producer.message import WORKERS_KEY, worker_key
from workers.presence import MOST_HELD


@dataclass(frozen=True, slots=True)
class Present:
    """A worker that is here.

    `computer` names what its cores belong to: containers on one machine share them. `cores` are those that it may use,
    `computer_cores` all there are. `queues` are those it was started for, `consuming` those it takes from now. `holds`
    are the ids of the messages in its hands. `fleet` is the run that it was started for, or empty. `since` and `at` are
    when it began and when it said so, on the broker's clock.
    """

    worker: str
    host: str
    computer: str
    pid: int
    pool: str
    queues: tuple[str, ...]
    consuming: tuple[str, ...]
    slots: int
    prefetch: int
    cores: float
    computer_cores: int
    cgroup_cores: float | None
    tasks: tuple[str, ...]
    holds: tuple[str, ...]
    visibility_timeout_s: float
    fleet: str
    is_leaving: bool
    since: float
    at: float
    clock_offset_s: float
    clock_round_trip_s: float
    machine: dict[str, Any]

    @property
    def name(self) -> str:
        """The barista's name, without the host."""
        return self.worker.partition("@")[0]

    @property
    def tells_all(self) -> bool:
        """Whether it names every message in its hands: of very many it names some."""
        return len(self.holds) < MOST_HELD

    @property
    def shares_hands(self) -> bool:
        """Whether its slots share one pair of hands: one process, one GIL."""
        return self.pool != "prefork"


NAMES = tuple(field.name for field in fields(Present))
LISTS = ("queues", "consuming", "tasks", "holds")


def present(broker: redis.Redis) -> list[Present]:
    """The workers that are here, by name. Who said nothing for six seconds fainted, and is not among them."""
    names = sorted(name.decode() for name in cast("set[bytes]", broker.smembers(WORKERS_KEY)))
    if not names:
        return []
    texts = cast("list[bytes | None]", broker.mget([worker_key(name) for name in names]))
    gone = [name for name, text in zip(names, texts, strict=True) if text is None]
    if gone:
        broker.srem(WORKERS_KEY, *gone)
    return [worker for text in texts if text is not None and (worker := read_present(text)) is not None]


def read_present(text: bytes) -> Present | None:
    """A worker as it described itself; None where it speaks another version's language."""
    try:
        row = json.loads(text)
        values: dict[str, Any] = {name: row[name] for name in NAMES}
        return Present(**{**values, **{name: tuple(row[name]) for name in LISTS}})
    except (ValueError, TypeError, KeyError, RecursionError):
        return None
