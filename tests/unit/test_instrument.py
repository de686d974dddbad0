"""What the instrument makes of a task and its outcome; that it hangs on Celery's signals is for tests/integration."""

from types import SimpleNamespace
from typing import Any

import pytest
from celery.app.task import Context

from producer.message import JOB_HEADER, RUN_HEADER
from workers.coffee import UnreadableError
from workers.execution import Execution
from workers.instrument import NO_RUN, Instrument, ended, identify, is_unreadable, reason


def make(order: object, size: str = "small") -> tuple[object, str]:
    return order, size


def a_task(**request: Any) -> SimpleNamespace:
    return SimpleNamespace(name="coffee.make", request=Context(request), run=make)


def test_a_job_of_ours_is_known_by_its_headers() -> None:
    job = identify("r.7", a_task(**{RUN_HEADER: "r", JOB_HEADER: "7", "retries": 0, "delivery_info": {}}))

    assert job == {"run": "r", "job": "7", "task": "coffee.make", "attempt": 1}


def test_a_strangers_job_is_known_by_the_id_of_its_message() -> None:
    job = identify("abc", a_task(retries=0, delivery_info=None))

    assert (job["run"], job["job"]) == (NO_RUN, "abc")


@pytest.mark.parametrize(
    ("retries", "redelivered", "attempt"), [(0, False, 1), (0, True, 2), (2, False, 3), (2, True, 4), (0, None, 1)]
)
def test_a_retry_and_a_delivery_again_are_further_attempts(retries: int, redelivered: bool | None, attempt: int) -> None:
    assert identify("abc", a_task(retries=retries, delivery_info={"redelivered": redelivered}))["attempt"] == attempt


def test_the_course_of_an_execution_is_told_in_phases() -> None:
    times = iter([1.0, 2.0, 3.0, 4.0, 5.0, 6.0])
    execution = Execution("7", 3, times.__next__)
    execution.begin("machine_wait")
    execution.begin("machine", 1)
    execution.end()

    assert ended(execution) == {
        "slot": 3,
        "start": 1.0,
        "end": 6.0,
        "phases": [["machine_wait", 2.0, 3.0, None, None], ["machine", 4.0, 5.0, None, 1]],
    }


def test_a_reason_names_the_error_and_what_it_says() -> None:
    assert reason(ValueError("spilt milk")) == "ValueError: spilt milk"
    assert reason("somebody said so") == "somebody said so"


@pytest.mark.parametrize("outcome", [ValueError("spilt\n  milk\non the floor"), "spilt\nmilk"])
def test_a_reason_is_one_line(outcome: object) -> None:
    told = reason(outcome)

    assert "spilt" in told
    assert "\n" not in told


@pytest.mark.parametrize(
    ("args", "kwargs", "outcome", "unreadable"),
    [
        ([], {}, TypeError("missing"), True),
        ([1, 2, 3], {}, TypeError("too many"), True),
        ([1], {"milk": 1}, TypeError("unknown"), True),
        ([1], {}, TypeError("inside the task"), False),
        ([1], {"size": "large"}, TypeError("inside the task"), False),
        ([1], {}, UnreadableError("no steps"), True),
        ([1], {}, ValueError("spilt"), False),
        ([], {}, ValueError("spilt"), False),
    ],
)
def test_a_message_is_at_fault_where_its_arguments_do_not_fit_or_say_nothing(
    args: list[Any], kwargs: dict[str, Any], outcome: Exception, unreadable: bool
) -> None:
    assert is_unreadable(a_task(), args, kwargs, outcome) is unreadable


@pytest.mark.parametrize(("pool", "shares"), [("gevent", True), ("eventlet", True), ("threads", False), ("prefork", False)])
def test_greenlets_share_a_thread_and_so_its_cpu_clock(pool: str, shares: bool) -> None:
    instrument = Instrument()
    instrument.configure("ana@host", "redis://127.0.0.1:1/0", pool)

    assert instrument.shares_thread is shares
    assert instrument.worker == "ana@host"


def test_an_end_without_a_beginning_leaves_no_entry() -> None:
    # Celery tells of an end also where the beginning failed. Writing would need a broker, and there is none here.
    instrument = Instrument()
    instrument.configure("ana@host", "redis://127.0.0.1:1/0", "threads")

    instrument.end("abc", a_task(), [], {}, None, "SUCCESS")

    assert instrument._broker is None
