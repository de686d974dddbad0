"""The Celery app: `celery -A workers worker -P POOL -Q POOL`."""

import gc
from typing import Any

import redis
from celery import Celery, current_task
from celery.signals import worker_init, worker_process_init, worker_ready

from producer.message import COFFEE_TASK, PAPERS_TASK, RUN_HEADER, TILL_TASK, UNACKED_OPTIONS
from workers import coffee, settings, till
from workers.machine import EspressoMachine

# kombu takes a connection for each acknowledgement under way, and has ten: a slot each, and some for itself.
SPARE_CONNECTIONS = 50
MOST_SLOTS = 1000

app = Celery("manyhands", broker=settings.broker_url(), set_as_current=False)
app.conf.update(
    include=["workers.instrument"] if settings.keeps_journal() else [],
    accept_content=["json"],
    task_serializer="json",
    task_ignore_result=True,
    task_acks_late=settings.acknowledges_late(),
    task_reject_on_worker_lost=True,
    worker_prefetch_multiplier=1,
    worker_consumer="workers.consumer:Consumer",
    broker_transport="workers.transport:Transport",
    worker_hijack_root_logger=False,
    broker_connection_retry_on_startup=True,
    broker_transport_options={
        **UNACKED_OPTIONS,
        # How long one look into an empty queue lasts, and so how long a stopping worker waits for it to end.
        "polling_interval": 0.5,
        "visibility_timeout": settings.visibility_timeout_s(),
        # Together they say how often a worker looks for what dead ones held: every second or so.
        "unacked_restore_interval": 1,
        "unacked_restore_throttle": 1,
        "max_connections": MOST_SLOTS + SPARE_CONNECTIONS,
    },
)

broker = redis.Redis.from_url(settings.broker_url(), max_connections=MOST_SLOTS + SPARE_CONNECTIONS)


@worker_init.connect
def _prefetch_for_gevent(sender: Any, **_: Any) -> None:
    if "gevent" in sender.pool_cls.__module__:
        sender.prefetch_multiplier = max(sender.prefetch_multiplier, settings.GEVENT_PREFETCH)


@worker_ready.connect
@worker_process_init.connect
def _spare_what_stays(**_: Any) -> None:
    # Celery's hundred thousand objects live as long as the worker: the garbage collector need not look at them again.
    gc.freeze()


@worker_init.connect
def _warm(**_: Any) -> None:
    if settings.warms_papers():
        from workers import papers  # noqa: PLC0415  # a worker that makes coffee needs no dictionary

        papers.warm()


@app.task(name=COFFEE_TASK)
def make(order: dict[str, Any]) -> None:
    """Make one coffee order: `{"steps": [[kind, seconds], ...], "machines": heads}`."""
    steps, heads = coffee.read_steps(order), coffee.read_heads(order)
    coffee.make(steps, EspressoMachine(broker, _run(), heads))


@app.task(name=TILL_TASK)
def sell(sale: dict[str, Any]) -> None:
    """Ring up one sale: `{"seconds": s, "how": "careless" | "lock" | "atomic"}`."""
    till.sell(sale, till.Till(broker, _run()))


def _run() -> str:
    """The run that the message under way belongs to."""
    return current_task.request.get(RUN_HEADER) or "nobody"


@app.task(name=PAPERS_TASK)
def grade(paper: dict[str, Any], rubric: dict[str, Any]) -> dict[str, Any]:
    """Grade one paper against a rubric; returns score, marks and feedback."""
    from workers import papers  # noqa: PLC0415

    return papers.grade_message(paper, rubric, broker)
