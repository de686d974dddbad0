"""What goes wrong: workers die, messages vanish, junk comes. Nothing is lost, nothing is counted twice."""

import json
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable
from enum import Enum
from pathlib import Path
from typing import Any

import psutil
import pytest
from celery import Celery

from collector.reader import JournalReader
from manyhands.fleet import Fleet
from manyhands.guard import Guard
from manyhands.lab import Lab
from manyhands.plan import Plan
from manyhands.run import plan_of
from manyhands.work import coffee
from producer.clock import BrokerClock
from producer.errors import BadInputError
from producer.job import Job, Step
from producer.message import DEAD_LETTERS_KEY, POOLS, Pool
from producer.send import Counter
from tests.integration.conftest import Conducts, wait_until


def busy_workers(broker: Any) -> list[dict[str, Any]]:
    return [entry for entry in JournalReader(broker, "0").read() if entry["kind"] == "begun"]


def ends_of(broker: Any, job: str) -> list[str]:
    return [entry["kind"] for entry in JournalReader(broker, "0").read() if entry.get("job") == job and "end" in entry]


def when_busy(broker: Any, jobs: int, act: Callable[[dict[str, Any]], None]) -> threading.Thread:
    """Does something as soon as that many jobs have begun."""

    def wait_and_act() -> None:
        wait_until(lambda: len(busy_workers(broker)) >= jobs)
        act(busy_workers(broker)[-1])

    thread = threading.Thread(target=wait_and_act)
    thread.start()
    return thread


class Fault(Enum):
    """How a barista faints."""

    WORKER_KILLED = "threads"
    GREEN_WORKER_KILLED = "gevent"
    SOLO_WORKER_KILLED = "solo"
    CHILD_KILLED = "prefork"


@pytest.mark.parametrize("fault", Fault)
def test_a_barista_faints_and_every_order_is_served(fault: Fault, run: Conducts, broker: Any) -> None:
    jobs = [Job(str(n), f"order {n}", "coffee.make", [{"steps": [["wait", 0.2]]}], (Step("wait", 0.2),)) for n in range(24)]
    slots = 1 if fault is Fault.SOLO_WORKER_KILLED else 3
    plan = Plan("coffee", jobs, fault.value, 2, slots)

    # In prefork the entry is written by the child that runs the job, elsewhere by the worker itself.
    thread = when_busy(broker, 5, lambda entry: os.kill(entry["pid"], signal.SIGKILL))
    ran = run(plan)
    thread.join()

    assert ran.summary["jobs"]["sent"] == 24
    assert ran.summary["jobs"]["done"] == 24
    assert ran.summary["jobs"]["lost"] == 0
    assert set(ran.ledger.final) == {job.id for job in jobs}


def test_a_message_that_vanished_is_sent_again(run: Conducts, broker: Any) -> None:
    stolen: list[bytes] = []
    thread = when_busy(broker, 1, lambda _: stolen.append(broker.lpop("solo")))

    ran = run(plan_of(coffee(None, 8, speed=2000), "solo", 1, 1))
    thread.join()

    assert stolen[0] is not None
    assert ran.summary["jobs"] == {"sent": 8, "done": 8, "failed": 0, "lost": 0, "repeated": 0}


def send_junk(url: str, broker: Any, queue: str) -> list[str]:
    """Everything that nobody can read; returns what the reasons must say."""
    app = Celery(broker=url, set_as_current=False)
    with app.producer_or_acquire() as producer:
        publish = {"exchange": "", "routing_key": queue, "content_encoding": "utf-8", "serializer": None}
        app.send_task("no.such.task", args=[1], queue=queue, producer=producer, ignore_result=True)
        app.send_task("coffee.make", args=[1, 2, 3], queue=queue, producer=producer, ignore_result=True)
        app.send_task("coffee.make", args=[{"steps": [["dance", 1]]}], queue=queue, producer=producer, ignore_result=True)
        app.send_task("papers.grade", args=["x", {}], queue=queue, producer=producer, ignore_result=True)
        headers = {"task": "coffee.make", "id": "x", "lang": "py"}
        producer.publish("{not json", content_type="application/json", headers=headers, **publish)
        producer.publish("pickled", content_type="application/x-python-serialize", headers=headers, **publish)
    app.close()
    for raw in (b"garbage", b"[1, 2]", b"{}", b"\xff\xfe"):
        broker.lpush(queue, raw)
    return [
        "no task of that name",
        "make() takes 1 positional argument but 3",
        "a step that nobody can do: 'dance'",
        "no paper with a rubric",
        "the body cannot be read",
        "untrusted content of type pickle",
        "it is not JSON",
        "the envelope cannot be read",
    ]


@pytest.mark.parametrize("pool", POOLS)
def test_what_nobody_can_read_is_set_aside_and_the_worker_lives_on(pool: Pool, lab: Lab, broker: Any, tmp_path: Any) -> None:
    good = Job("good", "a good one", "coffee.make", [{"steps": [["wait", 0.01]]}], (Step("wait", 0.01),))
    plan = Plan("coffee", [good], pool, 1, 1 if pool == "solo" else 2)
    counter = Counter(lab.broker.url, broker, BrokerClock(broker), "run", pool, 60)

    with Fleet(plan, lab.broker.url, tmp_path, lab.guard, "run") as fleet:
        expected = send_junk(lab.broker.url, broker, pool)
        wait_until(lambda: broker.llen(DEAD_LETTERS_KEY) == 10)
        counter.send(counter.prepare([good]))
        wait_until(lambda: "done" in ends_of(broker, "good"))
        assert fleet.dead() == []
    counter.close()

    reasons = [json.loads(letter)["reason"] for letter in broker.lrange(DEAD_LETTERS_KEY, 0, -1)]
    for words in expected:
        assert any(words in reason for reason in reasons), (words, reasons)
    assert ends_of(broker, "good") == ["done"]


def test_workers_that_cannot_start_are_an_error_with_their_last_words(run: Conducts) -> None:
    plan = Plan("own", [Job("1", "x", "x", [])], "threads", 1, 1, app="no_such_module")

    with pytest.raises(BadInputError, match="worker ana: ended by itself"):
        run(plan)


def test_the_guard_ends_what_its_owner_left_behind() -> None:
    with Guard() as guard:
        sleeper = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"], start_new_session=True)
        guard.watch(sleeper.pid)
    assert sleeper.wait(5) == -signal.SIGKILL
    assert not psutil.pid_exists(sleeper.pid)


@pytest.mark.parametrize("pool", ["threads", "gevent"])
def test_a_message_that_is_given_out_twice_at_once_leaves_the_end_of_both(
    pool: Pool, lab: Lab, broker: Any, tmp_path: Path
) -> None:
    work = coffee(None, 1, speed=60)
    plan = plan_of(work, pool, 1, 4)
    counter = Counter(lab.broker.url, broker, BrokerClock(broker), "run", pool, 60)
    prepared = counter.prepare(work.jobs)

    with Fleet(plan, lab.broker.url, tmp_path, lab.guard, "run"):
        counter.send([*prepared, *prepared])
        wait_until(lambda: len(ends_of(broker, work.jobs[0].id)) == 2)

    counter.close()
    assert ends_of(broker, work.jobs[0].id) == ["done", "done"]
