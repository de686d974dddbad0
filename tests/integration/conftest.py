"""A real broker, and what waits for things to hold."""

import socket
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Protocol

import pytest
import redis

from collector.folder import RunFolder
from manyhands.announce import announce_closed
from manyhands.conductor import conduct
from manyhands.lab import Lab, open_lab
from manyhands.plan import Plan
from manyhands.record import Ran, conclude
from producer.broker import connect


@pytest.fixture
def lab() -> Iterator[Lab]:
    with open_lab(None) as lab:
        yield lab


@pytest.fixture
def broker(lab: Lab) -> Iterator[redis.Redis]:
    client = connect(lab.broker.url)
    yield client
    client.close()


class Conducts(Protocol):
    def __call__(self, plan: Plan) -> Ran: ...


@pytest.fixture
def run(lab: Lab, tmp_path: Path) -> Conducts:
    """Runs a plan and writes what it came to."""

    def conduct_and_conclude(plan: Plan) -> Ran:
        with RunFolder.create(tmp_path / "runs", "run") as folder:
            ran = conduct(plan, lab, folder, folder.path.name)
            conclude(ran)
        announce_closed(lab.broker.url, ran)
        return ran

    return conduct_and_conclude


def wait_until(holds: Callable[[], bool], limit_s: float = 15.0) -> None:
    """Wait until something holds, and fail where it does not within the limit."""
    give_up_s = time.monotonic() + limit_s
    while not holds():
        assert time.monotonic() < give_up_s, "it never held"
        time.sleep(0.02)


@pytest.fixture
def unused_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
