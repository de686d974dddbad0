"""The one module that reads the journal."""

import json
from collections.abc import Mapping
from typing import Any, cast

import redis

from producer.message import ENTRIES_FIELD, JOURNAL_KEY
from workers.journal import Entry

MOST_AT_ONCE = 2000


class JournalReader:
    """Reads the entries that come after a place in the stream. A place is kept by whoever writes entries to disk."""

    def __init__(self, broker: redis.Redis, after: str) -> None:
        self._broker = broker
        self.after = after
        self.looked_at = 0

    @classmethod
    def from_now_on(cls, broker: redis.Redis) -> "JournalReader":
        """Reads what is written from now on."""
        last = cast("list[tuple[bytes, Any]]", broker.xrevrange(JOURNAL_KEY, count=1))
        return cls(broker, last[0][0].decode() if last else "0")

    def read(self, wait_s: float | None = None, most: int = MOST_AT_ONCE) -> list[Entry]:
        """The next entries, oldest first, of at most `most` writings; none if there are none yet.

        What no writer of ours wrote is passed over: where it should have been ours, its numbers are missing.
        With `wait_s` it waits so long for the first. `looked_at` tells how many writings it were.
        """
        block_ms = None if wait_s is None else int(wait_s * 1000)
        answer = cast("Any", self._broker.xread({JOURNAL_KEY: self.after}, count=most, block=block_ms))
        self.looked_at = 0
        if not answer:
            return []
        rows = answer[JOURNAL_KEY.encode()][0] if isinstance(answer, dict) else answer[0][1]
        self.looked_at = len(rows)
        self.after = rows[-1][0].decode()
        return [entry for place, fields in rows for entry in _unpack(place.decode(), fields)]


def _unpack(place: str, fields: Mapping[bytes, bytes]) -> list[Entry]:
    try:
        said = json.loads(fields[ENTRIES_FIELD.encode()])
        return [{**said["by"], **entry, "id": place} for entry in said["entries"]]
    except (ValueError, KeyError, TypeError, RecursionError):
        return []
