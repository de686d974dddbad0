"""The one module that writes to the queue: sends jobs, finds those that are still there, takes them back."""

import json
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Any, cast

import redis
from celery import Celery

from producer.clock import BrokerClock
from producer.job import Job
from producer.message import JOB_HEADER, RUN_HEADER, STOCK_UNACKED_OPTIONS, UNACKED_OPTIONS, Pool, task_id

# Messages in one pipeline: the first is on its way before the last is made, and the way is paid once for all.
BATCH_MESSAGES = 20


@dataclass(frozen=True, slots=True)
class Sent:
    """A job and when it was handed to the queue, on the broker's clock."""

    job: Job
    sent_s: float


@dataclass(frozen=True, slots=True)
class Prepared:
    """A job and its message, in Celery's protocol 2, ready to be published."""

    job: Job
    message: Any


class Counter:
    """Where orders are taken: sends the jobs of one run to one queue."""

    def __init__(
        self,
        url: str,
        broker: redis.Redis,
        clock: BrokerClock,
        run: str,
        pool: Pool,
        visibility_timeout_s: float,
        is_own: bool = False,
    ) -> None:
        self._broker = broker
        self._clock = clock
        self._run = run
        self._pool = pool
        self._is_own = is_own
        self._unacked = STOCK_UNACKED_OPTIONS if is_own else UNACKED_OPTIONS
        # No result backend: one would subscribe to each job's result, which nobody here waits for.
        self._app = Celery("producer", broker=url, set_as_current=False)
        self._app.conf.update(
            task_serializer="json",
            accept_content=["json"],
            broker_transport_options={**self._unacked, "visibility_timeout": visibility_timeout_s},
        )

    def close(self) -> None:
        """Close the connections to the broker."""
        self._app.close()

    def connect(self) -> None:
        """Open the connection, so that the first job does not wait for it."""
        with self._app.producer_or_acquire() as producer:
            producer.connection.ensure_connection(max_retries=1)
            _ = producer.channel

    def prepare(self, jobs: Iterable[Job]) -> list[Prepared]:
        """Write the messages, so that sending them is nothing but sending."""
        return [Prepared(job, self._write_message(job)) for job in jobs]

    def send(self, prepared: Iterable[Prepared]) -> list[Sent]:
        """Send what was prepared, in pipelines of `BATCH_MESSAGES`."""
        sent = []
        with self._app.producer_or_acquire() as producer, producer.batch(BATCH_MESSAGES):
            for job, (headers, properties, body, _) in ((each.job, each.message) for each in prepared):
                sent.append(Sent(job, self._clock.now_s()))
                producer.publish(
                    body,
                    exchange="",
                    routing_key=self._pool,
                    serializer="json",
                    headers=headers,
                    retry=False,
                    **properties,
                )
        return sent

    def _write_message(self, job: Job) -> Any:
        headers, properties, body, event = self._app.amqp.as_task_v2(
            task_id(self._run, job.id),
            job.task,
            tuple(job.args),
            job.kwargs,
            # What Flower shows: a paper's whole text would be neither short nor private.
            argsrepr=f"({job.name})",
            kwargsrepr="{}",
            ignore_result=True,
        )
        return {**headers, RUN_HEADER: self._run, JOB_HEADER: job.id}, properties, body, event

    def held(self) -> set[str]:
        """The jobs of this run that wait in the queue, or that a worker took and has not acknowledged."""
        waiting = cast("list[bytes]", self._broker.lrange(self._pool, 0, -1))
        taken = cast("list[bytes]", self._broker.hvals(self._unacked["unacked_key"]))
        return {read_headers(text)[JOB_HEADER] for text in (*waiting, *taken) if self._is_ours(text)}

    def restore(self) -> None:
        """Put back what dead workers held for longer than the visibility timeout; an idle gevent worker never does.

        An app of the user's own keeps its own time.
        """
        if not self._is_own:
            with self._app.connection_for_read() as connection:
                cast("Any", connection.default_channel).qos.restore_visible(num=None, interval=1)

    def taken(self) -> dict[str, str]:
        """The jobs of this run that a worker took and has not acknowledged, by delivery tag."""
        taken = cast("dict[bytes, bytes]", self._broker.hgetall(self._unacked["unacked_key"]))
        return {tag.decode(): read_headers(text)[JOB_HEADER] for tag, text in taken.items() if self._is_ours(text)}

    def give_back_tags(self, tags: Iterable[str]) -> None:
        """Put what was delivered under these tags back into the queue, where nobody acknowledged it."""
        tags = list(tags)
        if tags:
            with self._app.connection_for_read() as connection:
                for tag in tags:
                    cast("Any", connection.default_channel).qos.restore_by_tag(tag)

    def give_back(self, jobs: Collection[str]) -> None:
        """Put back at once what a worker held that is known to be dead: these jobs, where nobody acknowledged them."""
        self.give_back_tags(tag for tag, job in self.taken().items() if job in jobs)

    def withdraw(self) -> int:
        """Take the jobs of this run back: out of the queue, and out of what dead workers held. Returns how many."""
        return self._withdraw_waiting() + self._withdraw_taken()

    def withdraw_strays(self) -> int:
        """Take away what a run that is over left in the queue. Returns how many."""
        waiting = cast("list[bytes]", self._broker.lrange(self._pool, 0, -1))
        strays = [text for text in waiting if RUN_HEADER in read_headers(text) and not self._is_ours(text)]
        return len([self._broker.lrem(self._pool, 1, cast("str", text)) for text in strays])

    def _withdraw_waiting(self) -> int:
        waiting = cast("list[bytes]", self._broker.lrange(self._pool, 0, -1))
        return len([self._broker.lrem(self._pool, 1, cast("str", text)) for text in waiting if self._is_ours(text)])

    def _withdraw_taken(self) -> int:
        taken = cast("dict[bytes, bytes]", self._broker.hgetall(self._unacked["unacked_key"]))
        tags = [tag for tag, text in taken.items() if self._is_ours(text)]
        if tags:
            self._broker.zrem(self._unacked["unacked_index_key"], *tags)
            self._broker.hdel(self._unacked["unacked_key"], *cast("list[str]", tags))
        return len(tags)

    def _is_ours(self, text: bytes) -> bool:
        return read_headers(text).get(RUN_HEADER) == self._run


def read_headers(text: bytes) -> dict[str, Any]:
    """The headers of a message as it lies in a queue, or in kombu's list of those taken; none where it is junk."""
    try:
        message = json.loads(text)
    except (ValueError, RecursionError):  # not JSON, or JSON that nests without end
        return {}
    if isinstance(message, list) and message:  # kombu keeps [message, exchange, routing key]
        message = message[0]
    headers = message.get("headers") if isinstance(message, dict) else None
    return headers if isinstance(headers, dict) else {}
