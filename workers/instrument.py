"""The instrument: draws anybody's tasks, hung on Celery's signals alone.

    celery -A their.app worker -I workers.instrument

Every execution leaves its entries in the journal (workers/journal.py), stamped inside the process that runs it.
"""

import inspect
import json
import time
from contextvars import ContextVar, Token
from dataclasses import dataclass
from typing import Any

import redis
from billiard.process import current_process
from celery import states
from celery.signals import task_postrun, task_prerun, task_received, worker_init, worker_process_init, worker_ready

from producer.message import JOB_HEADER, RUN_HEADER
from workers import presence, settings
from workers.coffee import UnreadableError
from workers.deadletter import set_aside
from workers.execution import Execution, Phase, current
from workers.host import describe
from workers.journal import Entry, Journal
from workers.slots import Slots

# The run of a message that no run sent.
NO_RUN = "-"

# Connections are opened as they are needed, one for each slot that writes at the same moment.
MOST_CONNECTIONS = 1100

# A result is kept whole up to so many characters; of a longer one, or of what is no JSON, so many are told.
LONGEST_RESULT = 100_000
LONGEST_TOLD = 200

# What an execution's end leaves in the journal; a retry is neither the one nor the other.
ENDINGS = {states.SUCCESS: "done", states.IGNORED: "done", states.RETRY: "retried"}


@dataclass(slots=True)
class Watched:
    """An execution under way, whose job it is, and what puts the thread's context back to what is `around` it."""

    task_id: str
    execution: Execution
    job: Entry
    token: Token[Execution | None]
    cpu_before_s: float
    around: "Watched | None"


# What this thread or greenlet is at. A message may be given out twice, and then one task runs twice at once: so executions
# are told apart by where they run, not by their id.
_watching: ContextVar[Watched | None] = ContextVar("watching", default=None)


class Instrument:
    """Watches the executions of one worker process."""

    def __init__(self) -> None:
        self.worker = "worker"
        self.url = ""
        self.shares_thread = False
        self.prefetches = False
        self._slots = Slots()
        self._broker: redis.Redis | None = None
        self._journal: Journal | None = None

    def configure(self, worker: str, url: str, pool: str, prefetch: int = 1) -> None:
        """What a worker knows of itself before its pool is made."""
        self.worker, self.url = worker, url
        self.prefetches = prefetch != 1
        self.shares_thread = "gevent" in pool or "eventlet" in pool

    def forget(self) -> None:
        """In a forked child: the parent's journal and connections are not ours."""
        self._broker = self._journal = None

    @property
    def broker(self) -> redis.Redis:
        """Opened at first use, so that each forked child has its own."""
        if self._broker is None:
            self._broker = redis.Redis.from_url(self.url, max_connections=MOST_CONNECTIONS)
        return self._broker

    @property
    def journal(self) -> Journal:
        """The journal of this process."""
        if self._journal is None:
            self._journal = Journal(self.broker, self.worker)
        return self._journal

    def take(self, headers: Any) -> None:
        """A message was taken from the queue. Worth an entry where it may lie with the worker until a slot is free."""
        if self.prefetches and RUN_HEADER in headers and JOB_HEADER in headers:
            self.journal.note("taken", run=headers[RUN_HEADER], job=headers[JOB_HEADER], at=self.journal.clock.now_s())

    def begin(self, task_id: str, task: Any) -> None:
        """An execution begins, in the thread, greenlet or process that calls this."""
        job = identify(task_id, task)
        journal = self.journal

        def on_phase(execution: Execution, phase: Phase) -> None:
            held = {} if phase.head is None else {"head": phase.head}
            journal.note("step", **job, slot=execution.slot, phase=phase.kind, at=phase.start_s, **held)

        execution = Execution(job["job"], self._take_slot(), journal.clock.now_s, on_phase)
        token = current.set(execution)
        _watching.set(Watched(task_id, execution, job, token, time.thread_time(), _watching.get()))
        journal.note("begun", **job, slot=execution.slot, at=execution.start_s)

    def end(self, task_id: str, task: Any, args: Any, kwargs: Any, outcome: Any, state: str) -> None:
        """The execution ended: its entry is in the journal when this returns."""
        watched = _watching.get()
        if watched is None or watched.task_id != task_id:
            return
        _watching.set(watched.around)
        current.reset(watched.token)
        execution = watched.execution
        execution.end()
        if not execution.phases:
            self._whole_phase(watched)
        kind = ENDINGS.get(state, "failed")
        told = {"result": keepable(outcome)} if kind == "done" else {"reason": reason(outcome)}
        if kind == "failed" and is_unreadable(task, args, kwargs, outcome):
            set_aside(self.broker, reason(outcome), {"task": task.name, "id": task_id, "args": args, "kwargs": kwargs})
        self.journal.write(kind, **watched.job, **ended(execution), **told)
        self._give_back(execution.slot)

    def ready(self, pool: str, slots: int, tasks: list[str]) -> None:
        """The worker takes orders from now on."""
        journal = self.journal
        journal.write(
            "ready",
            fleet=settings.fleet(),
            tasks=tasks,
            pool=pool,
            slots=slots,
            at=journal.clock.now_s(),
            clock_offset_s=journal.clock.offset_s(),
            clock_round_trip_s=journal.clock.reading.round_trip_s,
            machine=describe(),
        )

    def _whole_phase(self, watched: Watched) -> None:
        """A stranger's task says nothing of its steps: all of it is one."""
        cpu_s = None if self.shares_thread else time.thread_time() - watched.cpu_before_s
        execution = watched.execution
        execution.phases.append(Phase("work", execution.start_s, execution.end_s, cpu_s))

    def _take_slot(self) -> int:
        index = getattr(current_process(), "index", None)
        return self._slots.take() if index is None else int(index)

    def _give_back(self, slot: int) -> None:
        if getattr(current_process(), "index", None) is None:
            self._slots.give_back(slot)


def identify(task_id: str, task: Any) -> Entry:
    """Which job of which run this is, and the how manieth attempt."""
    request = task.request
    redelivered = bool((request.delivery_info or {}).get("redelivered"))
    return {
        "run": request.get(RUN_HEADER) or NO_RUN,
        "job": request.get(JOB_HEADER) or task_id,
        "task": task.name,
        "attempt": 1 + request.retries + redelivered,
    }


def ended(execution: Execution) -> Entry:
    """What an execution's last entry says of its course."""
    return {
        "slot": execution.slot,
        "start": execution.start_s,
        "end": execution.end_s,
        "phases": [[phase.kind, phase.start_s, phase.end_s, phase.cpu_s, phase.head] for phase in execution.phases],
    }


def keepable(outcome: Any) -> Any:
    """What a task returned, as the journal keeps it: itself where it is JSON and not too long, else the beginning of it."""
    if outcome is None:
        return None
    try:
        if len(json.dumps(outcome)) <= LONGEST_RESULT:
            return outcome
    except (TypeError, ValueError, RecursionError):
        pass
    return repr(outcome)[:LONGEST_TOLD]


def reason(outcome: object) -> str:
    """Why it failed, in one line."""
    said = f"{type(outcome).__name__}: {outcome}" if isinstance(outcome, BaseException) else str(outcome)
    return " ".join(said.split())


def is_unreadable(task: Any, args: Any, kwargs: Any, outcome: object) -> bool:
    """Whether the message was at fault: arguments that the task does not take, or that it cannot make sense of."""
    if isinstance(outcome, TypeError):
        try:
            inspect.signature(task.run).bind(*args, **kwargs)
        except TypeError:
            return True
    return isinstance(outcome, UnreadableError)


instrument = Instrument()
presence.listen()


@worker_init.connect
def _on_init(sender: Any, **_: Any) -> None:
    pool, prefetch = sender.pool_cls.__module__, sender.prefetch_multiplier
    instrument.configure(sender.hostname, sender.app.conf.broker_url, pool, prefetch)


@worker_process_init.connect
def _on_child(**_: Any) -> None:
    instrument.forget()


@worker_ready.connect
def _on_ready(sender: Any, **_: Any) -> None:
    tasks = sorted(name for name in sender.app.tasks if not name.startswith("celery."))
    instrument.ready(presence.pool_name(sender.pool), sender.controller.concurrency, tasks)


@task_received.connect
def _on_taken(request: Any, **_: Any) -> None:
    instrument.take(request.request_dict)


@task_prerun.connect
def _on_begin(task_id: str, task: Any, **_: Any) -> None:
    instrument.begin(task_id, task)


@task_postrun.connect
def _on_end(task_id: str, task: Any, args: Any, kwargs: Any, retval: Any, state: str, **_: Any) -> None:
    instrument.end(task_id, task, args, kwargs, retval, state)
