"""A lab: a broker, and the guard over every process that is started."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import redis

from manyhands.broker import NO_BROKER, Broker, embedded_broker
from manyhands.guard import Guard
from producer.broker import connect, with_tls

LAB_VARIABLE = "MANYHANDS_LAB"

LAB_CURE = "Start the lab: docker compose up -d"

# Where compose.yaml publishes the page of a lab on this machine.
PAGE_PORT_VARIABLE = "MANYHANDS_PAGE_PORT"

# What is typed where containers are managed, so that a pool of the lab has so many workers: `{pool}`, `{count}`.
SCALE_VARIABLE = "MANYHANDS_SCALE"
SCALE = "docker compose up -d --scale {pool}={count} {pool}"


@dataclass(frozen=True, slots=True)
class Lab:
    """What runs share: a broker, and the guard over every process.

    Under `present_only` runs use the workers who are there, and start none: in a lab of containers they stand for machines.
    """

    broker: Broker
    guard: Guard
    present_only: bool = False


def is_lab() -> bool:
    """Whether this is a lab of containers, as `compose.yaml` says by the environment."""
    return bool(os.environ.get(LAB_VARIABLE))


def scale_command(pool: str, count: int | str) -> str:
    """What to type so that a pool of a lab of containers has `count` workers."""
    command = os.environ.get(SCALE_VARIABLE) or SCALE
    return command.replace("{pool}", pool).replace("{count}", str(count))


def place_of(folder: Path) -> str:
    """Where to look at what a run came to: its report, by the page where the folder is out of reach in a container."""
    port = os.environ.get(PAGE_PORT_VARIABLE)
    return f"http://127.0.0.1:{port}/runs/{folder.name}/report.html" if port and is_lab() else str(folder / "report.html")


def reach(url: str) -> redis.Redis:
    """A client of a broker, after one PING.

    Raises:
        BadInputError: it cannot be used.
    """
    return connect(with_tls(url), LAB_CURE) if is_lab() else connect(with_tls(url))


@contextmanager
def open_lab(url: str | None, simulated: bool = False) -> Iterator[Lab]:
    """A lab on the broker at `url`, or on an embedded one that ends with it; with none at all for what is simulated.

    Raises:
        BadInputError: the broker cannot be used.
    """
    if url is not None and not simulated:
        url = with_tls(url)
        reach(url).close()
    with Guard() as guard:
        if simulated:
            yield Lab(NO_BROKER, guard)
            return
        if url is not None:
            yield Lab(Broker(url, embedded=False), guard, is_lab())
            return
        with embedded_broker(guard) as broker:
            yield Lab(broker, guard)
