"""A lab: a broker, and the guard over every process that is started."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from manyhands.broker import NO_BROKER, Broker, embedded_broker
from manyhands.guard import Guard
from producer.broker import connect


@dataclass(frozen=True, slots=True)
class Lab:
    """What runs share: a broker, and the guard over every process."""

    broker: Broker
    guard: Guard


@contextmanager
def open_lab(url: str | None, simulated: bool = False) -> Iterator[Lab]:
    """A lab on the broker at `url`, or on an embedded one that ends with it; with none at all for what is simulated.

    Raises:
        BadInputError: the broker cannot be used.
    """
    if url is not None and not simulated:
        connect(url).close()
    with Guard() as guard:
        if simulated:
            yield Lab(NO_BROKER, guard)
            return
        if url is not None:
            yield Lab(Broker(url, embedded=False), guard)
            return
        with embedded_broker(guard) as broker:
            yield Lab(broker, guard)
