"""Celery's consumer, which also sets aside what it cannot read."""

from typing import Any

import redis
from celery.worker.consumer import Consumer as CeleryConsumer

from workers.deadletter import set_aside


class Consumer(CeleryConsumer):
    """Where Celery logs and drops a message, this one keeps it in the dead-letter list first."""

    def on_decode_error(self, message: Any, exc: Exception) -> None:
        """The body is not the JSON that the message says it is, or another serializer's."""
        self._set_aside(f"the body cannot be read: {exc}", message)
        super().on_decode_error(message, exc)

    def on_unknown_message(self, body: Any, message: Any) -> None:
        """The message is no task."""
        self._set_aside("the message is not a task", message)
        super().on_unknown_message(body, message)

    def on_unknown_task(self, body: Any, message: Any, exc: Exception) -> None:
        """The task is not one of ours."""
        self._set_aside(f"no task of that name here: {exc}", message)
        super().on_unknown_task(body, message, exc)

    def on_invalid_task(self, body: Any, message: Any, exc: Exception) -> None:
        """The task's envelope is malformed."""
        self._set_aside(f"the task cannot be read: {exc}", message)
        super().on_invalid_task(body, message, exc)

    def _set_aside(self, reason: str, message: Any) -> None:
        broker = redis.Redis.from_url(self.app.conf.broker_url)
        try:
            set_aside(broker, reason, {"headers": message.headers, "body": message.body})
        finally:
            broker.close()
