"""A lab: a broker, and the guard over every process that is started."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from manyhands.broker import NO_BROKER, Broker, embedded_broker
from manyhands.guard import Guard
from producer.broker import connect, with_tls

LAB_VARIABLE = "MANYHANDS_LAB"


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


@contextmanager
def open_lab(url: str | None, simulated: bool = False) -> Iterator[Lab]:
    """A lab on the broker at `url`, or on an embedded one that ends with it; with none at all for what is simulated.

    Raises:
        BadInputError: the broker cannot be used.
    """
    if url is not None and not simulated:
        url = with_tls(url)
        connect(url).close()
    with Guard() as guard:
        if simulated:
            yield Lab(NO_BROKER, guard)
            return
        if url is not None:
            yield Lab(Broker(url, embedded=False), guard, is_lab())
            return
        with embedded_broker(guard) as broker:
            yield Lab(broker, guard)
