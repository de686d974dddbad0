"""The messages as they are prepared and read; that they arrive is for tests/integration."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
import redis

from producer.clock import BrokerClock
from producer.job import Job
from producer.message import JOB_HEADER, POOLS, RUN_HEADER, class_key, machine_key, task_id, ticket_key
from producer.send import Counter, Prepared, read_headers


class Now:
    def time(self) -> tuple[int, int]:
        return 1_700_000_000, 0


@pytest.fixture
def counter() -> Iterator[Counter]:
    """A counter that prepares; it does not connect before it sends."""
    counter = Counter("redis://127.0.0.1:1/0", redis.Redis(port=1), BrokerClock(Now()), "my-run", "threads", 60.0)
    yield counter
    counter.close()


def prepared(counter: Counter, *jobs: Job) -> list[tuple[dict[str, Any], dict[str, Any], Any]]:
    return [(message.message[0], message.message[1], message.message[2]) for message in counter.prepare(jobs)]


def test_a_message_carries_its_run_its_job_and_its_task_in_its_headers(counter: Counter) -> None:
    ((headers, properties, _),) = prepared(counter, Job("7", "small tea", "coffee.make", [{"steps": []}]))

    assert headers["task"] == "coffee.make"
    assert (headers[RUN_HEADER], headers[JOB_HEADER]) == ("my-run", "7")
    assert headers["id"] == properties["correlation_id"] == task_id("my-run", "7")


def test_a_job_that_is_sent_again_has_the_same_id(counter: Counter) -> None:
    job = Job("7", "small tea", "coffee.make", [])
    ((first, _, _),), ((second, _, _),) = prepared(counter, job), prepared(counter, job)

    assert first["id"] == second["id"]


def test_arguments_and_keywords_are_in_the_body(counter: Counter) -> None:
    ((_, _, (args, kwargs, _)),) = prepared(counter, Job("1", "mine", "my.task", [1, "two"], kwargs={"three": 3}))

    assert (list(args), kwargs) == ([1, "two"], {"three": 3})


def test_flower_is_shown_the_name_of_a_paper_and_not_its_text(counter: Counter) -> None:
    job = Job("1", "amara.md", "papers.grade", [{"text": "my private essay"}], kwargs={"secret": "my diary"})
    ((headers, _, _),) = prepared(counter, job)

    assert headers["argsrepr"] == "(amara.md)"
    assert "private" not in str(headers)
    assert "diary" not in str(headers)


def test_jobs_are_prepared_in_the_order_they_come(counter: Counter) -> None:
    jobs = [Job(str(number), "", "t", []) for number in range(5)]
    made: list[Prepared] = counter.prepare(jobs)

    assert [each.job for each in made] == jobs


def test_the_headers_of_a_waiting_message_and_of_one_that_was_taken_are_read() -> None:
    message = {"body": "e30=", "headers": {RUN_HEADER: "r", JOB_HEADER: "7"}, "properties": {}}
    taken = [message, "", "threads"]

    assert read_headers(json.dumps(message).encode()) == {RUN_HEADER: "r", JOB_HEADER: "7"}
    assert read_headers(json.dumps(taken).encode()) == {RUN_HEADER: "r", JOB_HEADER: "7"}


@pytest.mark.parametrize(
    "text",
    [
        b"",
        b"junk",
        b"\xff\xfe",
        b"null",
        b"7",
        b'"text"',
        b"[]",
        b"[[]]",
        b"[null]",
        b"{}",
        b'{"headers": null}',
        b'{"headers": ["a"]}',
        b'[{"headers": 3}, "", "threads"]',
        b"[" * 100_000,
    ],
    ids=lambda text: repr(text[:32]),
)
def test_junk_has_no_headers(text: bytes) -> None:
    assert read_headers(text) == {}


def test_every_pool_has_a_queue_of_its_name_and_every_key_belongs_to_the_lab() -> None:
    assert POOLS == ("solo", "prefork", "threads", "gevent")
    keys = [machine_key("r"), ticket_key("r"), class_key("r")]

    assert len(set(keys)) == 3
    assert all(key.startswith("manyhands:") and key.endswith(":r") for key in keys)
