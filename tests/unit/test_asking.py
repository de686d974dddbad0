from typing import Any

import pytest

from manyhands.asking import command_line, error_in
from manyhands.runner import run_in
from producer.errors import BadInputError


def test_a_batch_of_ones_own_is_a_run() -> None:
    asked = {"work": "coffee", "pool": "threads", "workers": 2, "slots": 8, "orders": 40, "speed": 60.5, "predicted_s": 12}

    line = command_line({**asked, "question": "How long? --help"})

    assert line[:2] == ["run", "coffee"]
    assert line[-1] == "--json"
    options = dict(zip(line[2:-1:2], line[3:-1:2], strict=True))
    assert options == {
        "--pool": "threads",
        "--workers": "2",
        "--slots": "8",
        "--orders": "40",
        "--speed": "60.5",
        "--predict": "12",
        "--question": "How long? --help",
    }


def test_a_flag_has_no_value_and_nothing_is_nothing() -> None:
    assert command_line({"work": "papers", "simulate": True, "rate": None}) == ["run", "papers", "--simulate", "--json"]
    assert command_line({"work": "papers", "simulate": False}) == ["run", "papers", "--json"]


def test_an_exercise_is_called_by_its_name() -> None:
    line = command_line({"exercise": "the-machine", "predicted": 1.5, "seed": 3})

    assert line == ["exercise", "the-machine", "--predict", "1.5", "--seed", "3", "--json"]


@pytest.mark.parametrize(
    ("asked", "where"),
    [
        ({}, "work"),
        ({"work": "my.module:app/task"}, "work"),
        ({"work": ["coffee"]}, "work"),
        ({"work": "coffee", "slots": "8; rm"}, "slots"),
        ({"work": "coffee", "slots": True}, "slots"),
        ({"work": "coffee", "slots": 1e3}, "slots"),
        ({"work": "coffee", "speed": float("nan")}, "speed"),
        ({"work": "coffee", "pool": "fork"}, "pool"),
        ({"work": "coffee", "simulate": "yes"}, "simulate"),
        ({"work": "coffee", "args": "/etc/passwd"}, "args"),
        ({"work": "coffee", "broker": "redis://elsewhere"}, "broker"),
        ({"work": "coffee", "question": "How\nlong?"}, "question"),
        ({"work": "coffee", "question": "How long? " * 31}, "question"),
        ({"exercise": "--help"}, "exercise"),
        ({"exercise": "../x"}, "exercise"),
        ({"exercise": ""}, "exercise"),
        ({"exercise": "x", "workers": 2}, "workers"),
        ({"exercise": "x", "predicted_s": 2}, "predicted_s"),
        ({"work": "coffee", "predicted": 2}, "predicted"),
    ],
)
def test_nothing_else_gets_onto_a_command_line(asked: dict[str, Any], where: str) -> None:
    with pytest.raises(BadInputError) as caught:
        command_line(asked)

    assert caught.value.where == where


def test_the_line_that_a_command_ended_with_is_told_in_its_parts() -> None:
    said = "Measuring each paper alone\nmanyhands: --slots: is 8, and solo does one job after another. Leave it out.\n"

    error = error_in(said)

    assert (error.where, error.what, error.cure) == ("--slots", "is 8, and solo does one job after another", "Leave it out")


def test_a_command_that_says_nothing_of_ours_is_told_by_its_last_line() -> None:
    assert "Killed" in str(error_in("something\nKilled\n"))
    assert "nothing" in str(error_in(""))


def test_the_run_is_in_what_the_command_prints() -> None:
    assert run_in(b'{"run": "a", "jobs": {}}') == "a"
    assert run_in(b'{"runs": [{"run": "a"}, {"run": "b"}]}') == "b"
    assert run_in(b'{"asked": "x", "runs": [{"run": "a", "configuration": "x"}, {"run": "b", "configuration": "y"}]}') == "a"
    assert run_in(b"") is None
    assert run_in(b'{"runs": []}') is None
