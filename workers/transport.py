"""kombu's Redis transport, which also sets aside what is no message at all.

Whoever can reach the broker can push anything to a queue. Where the stock transport meets something that is not JSON,
or JSON that is no message, the worker ends; this one keeps it in the dead-letter list and goes on.
"""

from json import JSONDecodeError
from queue import Empty
from typing import Any

from kombu.transport import redis
from kombu.transport.virtual import Message as VirtualMessage

from workers.deadletter import set_aside

# The stubs of kombu know nothing of its inner workings.
StockChannel: Any = redis.Channel


class JunkError(Exception):
    """What was taken from the queue is no message. It is set aside, so nothing needs to be done."""


class Message(VirtualMessage):
    """A message whose envelope is whole."""

    def __init__(self, payload: Any, channel: Any = None, **options: Any) -> None:
        try:
            super().__init__(payload, channel=channel, **options)
            self.delivery_info["exchange"], self.delivery_info["routing_key"]
        except (AttributeError, KeyError, TypeError, ValueError) as error:
            raise JunkError(f"the envelope cannot be read: {error!r}") from error


class Channel(StockChannel):  # type: ignore[misc]
    """Reads messages, and sets junk aside."""

    Message = Message
    _one_client: Any = None

    def _create_client(self, asynchronous: bool = False) -> Any:
        # The stock channel makes a client for every take and every acknowledgement, which is an eighth of a busy
        # worker's time. A client holds no connection of its own, so one serves them all.
        if asynchronous:
            return super()._create_client(asynchronous=True)
        if self._one_client is None:
            self._one_client = super()._create_client()
        return self._one_client

    def _brpop_read(self, **options: Any) -> Any:
        try:
            return super()._brpop_read(**options)
        except JSONDecodeError as error:
            self.set_aside(f"it is not JSON: {error}", error.doc)
            raise Empty from error

    def set_aside(self, reason: str, junk: object) -> None:
        """Keep what cannot be read in the dead-letter list."""
        with self.conn_or_acquire() as client:
            set_aside(client, reason, junk)


class Transport(redis.Transport):
    """Hands messages on to their consumers, and junk to the dead-letter list."""

    Channel = Channel

    def _deliver(self, message: Any, queue: Any) -> None:
        try:
            super()._deliver(message, queue)
        except JunkError as error:
            channels: Any = self.channels
            channels[0].set_aside(str(error), message)
