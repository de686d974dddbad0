"""Distance: a proxy before the broker that lets everything arrive later, as a long way would."""

import asyncio
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from threading import Thread
from urllib.parse import urlsplit, urlunsplit

from manyhands.broker import Broker
from manyhands.lab import Lab

CHUNK_BYTES = 1 << 16

# What may be on the way in one direction of one connection; whoever sends more waits, as on a real wire.
MOST_CHUNKS = 1024


@contextmanager
def far_away(lab: Lab, delay_s: float) -> Iterator[Lab]:
    """The lab, its broker `delay_s` further away in each direction: a round trip costs twice that."""
    if not delay_s:
        yield lab
        return
    parts = urlsplit(lab.broker.url)
    with _proxy(parts.hostname or "127.0.0.1", parts.port or 6379, delay_s) as port:
        secret = parts.netloc.rpartition("@")[0]
        netloc = f"{secret}@127.0.0.1:{port}" if secret else f"127.0.0.1:{port}"
        yield replace(lab, broker=Broker(urlunsplit(parts._replace(netloc=netloc)), lab.broker.embedded))


@contextmanager
def _proxy(host: str, port: int, delay_s: float) -> Iterator[int]:
    """A proxy on loopback, in a thread of its own; gives its port."""
    loop = asyncio.new_event_loop()
    wire = Wire(host, port, delay_s)
    server = loop.run_until_complete(asyncio.start_server(wire.connect, "127.0.0.1", 0))
    thread = Thread(target=loop.run_forever, name="distance")
    thread.start()
    try:
        yield int(server.sockets[0].getsockname()[1])
    finally:
        asyncio.run_coroutine_threadsafe(wire.cut(server), loop).result()
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.close()


class Wire:
    """Carries each connection to the broker and back, every byte `delay_s` late and in order."""

    def __init__(self, host: str, port: int, delay_s: float) -> None:
        self._host = host
        self._port = port
        self._delay_s = delay_s
        self._connections: set[asyncio.Task[None]] = set()

    async def connect(self, near: asyncio.StreamReader, near_out: asyncio.StreamWriter) -> None:
        """One connection, until either end closes it."""
        task = asyncio.current_task()
        assert task is not None
        self._connections.add(task)
        try:
            far, far_out = await asyncio.open_connection(self._host, self._port)
            try:
                ways = [asyncio.ensure_future(self._carry(near, far_out)), asyncio.ensure_future(self._carry(far, near_out))]
                await _first_of(ways)
            finally:
                far_out.close()
        except (OSError, asyncio.CancelledError):
            pass  # the broker is gone, or the run is over: so is the connection
        finally:
            near_out.close()
            self._connections.discard(task)

    async def cut(self, server: asyncio.Server) -> None:
        """Take the wire down."""
        server.close()
        connections = list(self._connections)
        for connection in connections:
            connection.cancel()
        await asyncio.gather(*connections, return_exceptions=True)

    async def _carry(self, source: asyncio.StreamReader, target: asyncio.StreamWriter) -> None:
        """One direction: what is read now is written `delay_s` later. Reading does not wait for the writing."""
        on_the_way: asyncio.Queue[tuple[float, bytes]] = asyncio.Queue(MOST_CHUNKS)
        delivering = asyncio.ensure_future(self._deliver(on_the_way, target))
        now_s = asyncio.get_running_loop().time
        try:
            while chunk := await source.read(CHUNK_BYTES):
                await on_the_way.put((now_s() + self._delay_s, chunk))
            await on_the_way.put((now_s() + self._delay_s, b""))
            await delivering
        finally:
            delivering.cancel()

    async def _deliver(self, on_the_way: "asyncio.Queue[tuple[float, bytes]]", target: asyncio.StreamWriter) -> None:
        now_s = asyncio.get_running_loop().time
        while True:
            due_s, chunk = await on_the_way.get()
            await asyncio.sleep(due_s - now_s())
            if not chunk:
                return
            target.write(chunk)
            await target.drain()


async def _first_of(ways: Sequence["asyncio.Future[None]"]) -> None:
    """Wait until one of them ends, and end the other."""
    try:
        await asyncio.wait(ways, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for way in ways:
            way.cancel()
        await asyncio.gather(*ways, return_exceptions=True)
