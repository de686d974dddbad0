"""Snapshots as they are sent: made off the event loop, compressed, and kept for a while where a run is over."""

import asyncio
import zlib
from collections import OrderedDict
from collections.abc import Iterable

from collector.page.board import Board
from collector.page.hub import Hub
from collector.page.replay import read_stored
from collector.page.snapshot import Facts, pieces
from collector.page.store import Store, Stored

MOST_KEPT_BYTES = 32 * 2**20
LEVEL = 3


class Snapshots:
    """Makes one at a time: two large runs at once would need twice the memory."""

    def __init__(self, store: Store, hub: Hub) -> None:
        self._store = store
        self._hub = hub
        self._kept: OrderedDict[tuple[str, int], bytes] = OrderedDict()
        self._one_at_a_time = asyncio.Lock()

    async def of(self, name: str) -> bytes | None:
        """The snapshot of a run, gzipped; None where there is no such run.

        Raises:
            OSError, ValueError, KeyError, TypeError: its folder cannot be read.
        """
        async with self._one_at_a_time:
            board, found = self._hub.boards.get(name), await asyncio.to_thread(self._store.find, name)
            if board is not None and (board.is_open or found is None or not found.is_whole):
                return await self._made(board.copy(), self._hub.facts(board), self._hub.now_s(board))
            return None if found is None else await asyncio.to_thread(self._stored, found)

    def forget(self) -> None:
        """Let go of what was kept."""
        self._kept.clear()

    async def _made(self, board: Board, facts: Facts, now_s: float) -> bytes:
        return await asyncio.to_thread(lambda: zipped(pieces(board, facts, now_s)))

    def _stored(self, run: Stored) -> bytes:
        if not run.is_whole:
            return made_of(run)
        key = (run.name, (run.folder / "summary.json").stat().st_mtime_ns)
        if key not in self._kept:
            self._keep(key, made_of(run))
        self._kept.move_to_end(key)
        return self._kept[key]

    def _keep(self, key: tuple[str, int], made: bytes) -> None:
        self._kept[key] = made
        while len(self._kept) > 1 and sum(map(len, self._kept.values())) > MOST_KEPT_BYTES:
            self._kept.popitem(last=False)


def made_of(run: Stored) -> bytes:
    """The snapshot of a stored run, gzipped."""
    board, facts = read_stored(run)
    return zipped(pieces(board, facts, board.latest_s))


def zipped(parts: Iterable[bytes]) -> bytes:
    """Pieces, compressed one after another."""
    squeeze = zlib.compressobj(LEVEL, zlib.DEFLATED, 16 + zlib.MAX_WBITS)
    return b"".join([*(squeeze.compress(part) for part in parts), squeeze.flush()])
