"""Presence: while a worker lives, a key in Redis says that it is here, what it is, and what it holds.

The key is written anew each second by a thread of the worker's main process and ends by itself soon after the worker
does, so who faints is missed without anybody asking. Celery's own heartbeat does not do: a solo worker sends none while
it works.
"""

import json
import os
import socket
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from typing import Any, cast

import redis
from celery.signals import worker_ready, worker_shutdown, worker_shutting_down
from celery.worker import state

from producer.clock import BrokerClock
from producer.message import WORKERS_KEY, name_key, worker_key
from workers import settings
from workers.host import computer, cores, cpu_limit, describe
from workers.journal import MEASURE_CLOCK_EVERY_S

EVERY_S = 1.0
TTL_S = 6

# Who leaves in good order is on the roster for so long after, as leaving.
LEFT_TTL_S = 2

# A broker that does not answer must not hold up the worker's end.
END_TIMEOUT_S = 2.0
SOCKET_TIMEOUT_S = 5.0

# Prefetched messages beyond so many are not named.
MOST_HELD = 2000

# What kombu takes for a visibility timeout where an app says nothing.
KOMBU_VISIBILITY_TIMEOUT_S = 3600.0


class Presence:
    """Keeps the key of one worker. `facts` never change; `now` tells what does."""

    def __init__(self, url: str, worker: str, facts: dict[str, Any], now: Callable[[], dict[str, Any]]) -> None:
        self._broker = redis.Redis.from_url(url, socket_timeout=SOCKET_TIMEOUT_S, socket_connect_timeout=SOCKET_TIMEOUT_S)
        self._worker = worker
        self._facts = facts
        self._now = now
        self._alive_file = settings.alive_file()
        self.is_leaving = False
        # Locks that are let go once serve as events, since those of a patched `threading` belong to greenlets.
        allocate_lock = _native("_thread", "allocate_lock")
        self._ended, self._gone = allocate_lock(), allocate_lock()

    def start(self) -> None:
        """Say from now on that the worker is here."""
        self._ended.acquire()
        self._gone.acquire()
        # A thread even under gevent: a greenlet would be silent while another burns CPU.
        _native("_thread", "start_new_thread")(self._keep, ())

    def end(self) -> None:
        """The worker is gone: say so."""
        self.is_leaving = True
        with suppress(RuntimeError):  # it was ended before
            self._ended.release()
        if self._gone.acquire(True, END_TIMEOUT_S):
            self._gone.release()

    def _keep(self) -> None:
        clock, measured_s, since_s = None, 0.0, None
        while True:
            try:
                if clock is None or time.monotonic() - measured_s > MEASURE_CLOCK_EVERY_S:
                    clock, measured_s = BrokerClock(self._broker), time.monotonic()
                since_s = since_s or clock.now_s()
                self._write(clock, since_s)
            except (redis.RedisError, OSError):
                pass  # it comes back, or the worker ends
            if self._ended.acquire(True, EVERY_S):
                break
        with suppress(redis.RedisError, OSError):
            if clock is not None and since_s is not None:  # its last word is that it leaves, so that nobody thinks it fainted
                self._write(clock, since_s, LEFT_TTL_S)
        self._broker.close()
        self._gone.release()

    def _write(self, clock: BrokerClock, since_s: float, ttl_s: int = TTL_S) -> None:
        row = {
            **self._facts,
            **self._now(),
            "worker": self._worker,
            "since": since_s,
            "at": clock.now_s(),
            "clock_offset_s": clock.offset_s(),
            "clock_round_trip_s": clock.reading.round_trip_s,
            "is_leaving": self.is_leaving,
        }
        with self._broker.pipeline(transaction=False) as pipeline:
            pipeline.set(worker_key(self._worker), json.dumps(row), ex=ttl_s)
            pipeline.sadd(WORKERS_KEY, self._worker)
            pipeline.delete(name_key(self._worker.partition("@")[0]))
            pipeline.execute()
        if self._alive_file is not None:
            self._alive_file.touch()


def _native(module: str, name: str) -> Any:
    """What a module has under this name before gevent patches it."""
    monkey = sys.modules.get("gevent.monkey")
    return getattr(sys.modules[module], name) if monkey is None else monkey.get_original(module, name)


def held() -> list[str]:
    """The ids of the messages that this worker holds: those in its slots, and those that it took in advance."""
    for _ in range(10):
        with suppress(RuntimeError):  # the set changed while it was looked at
            return [request.id for request in list(cast("Any", state).reserved_requests)][:MOST_HELD]
    return []


def pool_name(pool: Any) -> str:
    """How the command line calls this pool."""
    module: str = pool.__module__.rpartition(".")[2]
    return "threads" if module == "thread" else module


def facts_of(consumer: Any) -> dict[str, Any]:
    """What is said of a worker once: where it is, what it is, and what it can do."""
    app, controller = consumer.app, consumer.controller
    timeout_s = (app.conf.broker_transport_options or {}).get("visibility_timeout", KOMBU_VISIBILITY_TIMEOUT_S)
    return {
        "host": socket.gethostname(),
        "computer": computer(),
        "pid": os.getpid(),
        "pool": pool_name(consumer.pool),
        "queues": sorted(app.amqp.queues.consume_from),
        "slots": controller.concurrency,
        "prefetch": controller.prefetch_multiplier,
        "cores": cores(),
        "computer_cores": os.cpu_count() or 1,
        "cgroup_cores": cpu_limit(),
        "tasks": sorted(name for name in app.tasks if not name.startswith("celery.")),
        "visibility_timeout_s": float(timeout_s),
        "fleet": settings.fleet(),
        "machine": describe(),
    }


presences: list[Presence] = []


def listen() -> None:
    """Keep a presence for the worker that this process turns out to be."""
    worker_ready.connect(_on_ready)
    worker_shutting_down.connect(_on_leaving)
    worker_shutdown.connect(_on_end)


def _on_ready(sender: Any, **_: Any) -> None:
    if presences:  # the consumer was started again after the broker had been gone
        return
    app = sender.app

    def now() -> dict[str, Any]:
        return {"consuming": sorted(app.amqp.queues.consume_from), "holds": held()}

    presence = Presence(app.conf.broker_url, sender.hostname, facts_of(sender), now)
    presences.append(presence)
    presence.start()


def _on_leaving(**_: Any) -> None:
    for presence in presences:
        presence.is_leaving = True


def _on_end(**_: Any) -> None:
    for presence in presences:
        presence.end()
