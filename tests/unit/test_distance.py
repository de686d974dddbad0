"""A way that takes time: everything arrives, in order, late."""

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from manyhands.broker import Broker
from manyhands.distance import far_away
from manyhands.guard import Guard
from manyhands.lab import Lab

DELAY_S = 0.05


@contextmanager
def echo() -> Iterator[int]:
    """A server that says back what it hears, to one client."""
    with socket.create_server(("127.0.0.1", 0)) as server:

        def answer() -> None:
            connection, _ = server.accept()
            with connection:
                while heard := connection.recv(1 << 16):
                    connection.sendall(heard)

        thread = threading.Thread(target=answer)
        thread.start()
        yield server.getsockname()[1]
        thread.join(5)
        assert not thread.is_alive()


def hear(connection: socket.socket, length: int) -> bytes:
    heard = b""
    while len(heard) < length:
        heard += connection.recv(1 << 16)
    return heard


def port_of(lab: Lab) -> int:
    return int(lab.broker.url.rpartition(":")[2].partition("/")[0])


@pytest.fixture
def guard() -> Iterator[Guard]:
    with Guard() as guard:
        yield guard


def test_a_round_trip_takes_twice_the_delay_and_keeps_the_order(guard: Guard) -> None:
    said = bytes(range(256)) * 2000
    with echo() as port, far_away(Lab(Broker(f"redis://:secret@127.0.0.1:{port}/0", embedded=True), guard), DELAY_S) as lab:
        assert lab.broker.url.startswith("redis://:secret@127.0.0.1:")
        assert port_of(lab) != port
        with socket.create_connection(("127.0.0.1", port_of(lab))) as connection:
            before_s = time.monotonic()
            connection.sendall(b"ping")
            assert hear(connection, 4) == b"ping"
            assert time.monotonic() - before_s >= 2 * DELAY_S
            connection.sendall(said)
            assert hear(connection, len(said)) == said


def test_who_is_near_gets_no_proxy(guard: Guard) -> None:
    lab = Lab(Broker("redis://127.0.0.1:1/0", embedded=True), guard)

    with far_away(lab, 0.0) as near:
        assert near is lab


def test_a_broker_that_is_gone_closes_the_connection(guard: Guard) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
    with (
        far_away(Lab(Broker(f"redis://127.0.0.1:{port}/0", embedded=True), guard), DELAY_S) as lab,
        socket.create_connection(("127.0.0.1", port_of(lab))) as connection,
    ):
        assert connection.recv(1) == b""
