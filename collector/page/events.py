"""Server-sent events: their framing, and the stream of what one page watches."""

import time
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from typing import Any

from collector.page.board import Board
from collector.page.columns import DIGITS, Place, text_of
from collector.page.hub import Hub
from collector.page.snapshot import delta, dumped

PULSE_S = 1.0

# The lab is looked at so often, however much happens in a run.
LOOK_EVERY_S = 0.2

# A delta tells so many bars; of more the next ones follow at once.
MOST_CHANGES = 5000

# What a browser waits before it comes back.
RETRY_MS = 1000


def frame(event: str, value: Any, place: Place | None = None) -> bytes:
    """One event. JSON has no line breaks, so it is one line of data."""
    told = b"" if place is None else b"id: " + text_of(place).encode() + b"\n"
    return told + b"event: " + event.encode() + b"\ndata: " + dumped(value) + b"\n\n"


@dataclass(slots=True)
class Watcher:
    """Someone who watches the lab and, where it is said, one run; `place` is what that page has of it."""

    hub: Hub
    lab: Callable[[], dict[str, Any]]
    run: str | None
    place: Place
    _happened: int = 0
    _told: bytes = b""
    _looked_s: float = 0.0
    _pulsed_s: float = 0.0
    _lanes: int | None = None

    async def watch(self) -> AsyncIterator[bytes]:
        """All that happens, until the page goes or the server does."""
        self._happened = self.hub.happened
        yield f"retry: {RETRY_MS}\n\n".encode()
        board = self._board()
        if self.run is not None and (board is None or not board.is_open):
            yield frame("closed", {"run": self.run})
        while not self.hub.is_ended and not self._is_outgrown():
            for news in self._all_news():
                yield news
            if not self._is_behind():
                await self.hub.wait(PULSE_S)

    def _board(self) -> Board | None:
        return self.hub.boards.get(self.run) if self.run is not None else None

    def _is_outgrown(self) -> bool:
        """Whether a run that was opened has another lane by now: who comes back takes a new snapshot."""
        board = self._board()
        if board is None or board.opened is None:
            return False
        before, self._lanes = self._lanes, len(board.lanes)
        return before is not None and before != self._lanes

    def _is_behind(self) -> bool:
        """Whether there is more to be told at once."""
        board = self._board()
        return board is not None and self.place < board.latest

    def _all_news(self) -> list[bytes]:
        """What is new since the last time. A page that is slow is told less often, and misses nothing."""
        return [*self._delta(self._board()), *self._happenings(), *self._lab(), *self._pulse()]

    def _delta(self, board: Board | None) -> list[bytes]:
        if board is None or board.latest <= self.place:
            return []
        names, until = self.hub.names.get(board.run), board.reach(self.place, MOST_CHANGES)
        news = delta(board, self.place, until, names.known if names else {}, self.hub.now_s(board))
        self.place = until
        return [frame("delta", news, self.place)]

    def _happenings(self) -> list[bytes]:
        new = [happening for happening in self.hub.happenings if happening.number > self._happened]
        self._happened = self.hub.happened
        return [frame(happening.kind, {"run": happening.run}) for happening in new]

    def _lab(self) -> list[bytes]:
        """The lab, where anything in it changed but the hour."""
        if time.monotonic() - self._looked_s < LOOK_EVERY_S:
            return []
        self._looked_s = time.monotonic()
        lab = self.lab()
        workers = [{key: row[key] for key in row if key not in RESTLESS} for row in lab["workers"]]
        still = dumped({**lab, "workers": workers, "behind_s": 0.0})
        if still == self._told:
            return []
        self._told = still
        return [frame("lab", lab)]

    def _pulse(self) -> list[bytes]:
        if time.monotonic() - self._pulsed_s < PULSE_S * 0.9:
            return []
        self._pulsed_s = time.monotonic()
        broker = "ok" if self.hub.is_reached else "gone"
        board = self._board()
        now_s = None if board is None else round(self.hub.now_s(board), DIGITS)
        news = {"now_s": now_s, "behind_s": round(self.hub.behind_s, 3), "broker": broker}
        return [frame("pulse", news)]


# What changes every second and tells nothing new.
RESTLESS = ("at", "clock_offset_s", "clock_round_trip_s")
