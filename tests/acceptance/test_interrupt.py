"""Ctrl-C at any moment: everything stops within 3 s, and a readable run folder stays."""

import json
import signal
import subprocess
import time
from pathlib import Path

import pytest

from tests.acceptance.conftest import Desk
from tests.conftest import left_behind

LONG = ["run", "coffee", "--orders", "200", "--speed", "60"]
STOP_WITHIN_S = 3.0

Moment = tuple[str, list[str]]


def wait_for(process: subprocess.Popen[str], words: str) -> None:
    """Read standard error until it says so."""
    assert process.stderr is not None
    for line in process.stderr:
        if words in line:
            return
    pytest.fail(f"it never said {words!r}")


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
@pytest.mark.parametrize("pool", ["solo", "prefork", "threads", "gevent"])
def test_in_the_middle_of_a_run(pool: str, number: signal.Signals, desk: Desk) -> None:
    process = desk.start(*LONG, "--pool", pool)
    wait_for(process, "1 of 200" if pool == "solo" else "in the air")
    wait_until_journal(desk)

    stop(process, number)

    [folder] = desk.runs
    summary = json.loads((folder / "summary.json").read_text())
    assert summary["verdict"] == "unknown"
    jobs = summary["jobs"]
    assert jobs["sent"] == jobs["done"] + jobs["failed"] + jobs["lost"] == 200
    assert json.loads((folder / "manifest.json").read_text())["interrupted"] is True
    assert (folder / "report.html").exists()
    assert list(desk.temporary.iterdir()) == []


@pytest.mark.parametrize("after_s", [0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8])
def test_while_it_is_starting(after_s: float, desk: Desk) -> None:
    process = desk.start(*LONG)
    time.sleep(after_s)

    stop(process, signal.SIGINT)

    assert list(desk.temporary.iterdir()) == []
    for folder in desk.runs:
        json.loads((folder / "manifest.json").read_text())


@pytest.mark.parametrize("pool", ["sequential", "threading", "asyncio", "multiprocessing"])
def test_in_the_middle_of_a_twin(pool: str, desk: Desk) -> None:
    process = desk.start("compare", *LONG[1:], "--pools", f"{pool},threads")
    wait_for(process, "of 200")

    stop(process, signal.SIGINT)

    [folder] = desk.runs
    assert len(json.loads((folder / "summary.json").read_text())["runs"]) == 1


def test_twice(desk: Desk) -> None:
    process = desk.start(*LONG, "--pool", "gevent")
    wait_for(process, "in the air")
    process.send_signal(signal.SIGINT)
    time.sleep(0.1)

    stop(process, signal.SIGINT)


def test_the_conductor_killed_leaves_no_process(desk: Desk) -> None:
    """kill -9 cannot be caught: the guard sees that its owner is gone, and ends what is left."""
    process = desk.start(*LONG, "--pool", "prefork")
    wait_for(process, "in the air")

    process.kill()
    process.communicate()

    give_up_s = time.monotonic() + STOP_WITHIN_S
    while left_behind():
        assert time.monotonic() < give_up_s, left_behind()
        time.sleep(0.05)


def stop(process: subprocess.Popen[str], number: signal.Signals) -> None:
    before_s = time.monotonic()
    process.send_signal(number)
    _, said = process.communicate(timeout=10)

    assert time.monotonic() - before_s < STOP_WITHIN_S
    assert process.returncode == 3, said
    assert "Traceback" not in said
    assert "Interrupted" in said
    assert left_behind() == []


def wait_until_journal(desk: Desk) -> None:
    def is_written(folder: Path) -> bool:
        journal = folder / "journal.jsonl"
        return journal.exists() and '"done"' in journal.read_text()

    give_up_s = time.monotonic() + 20
    while not any(is_written(folder) for folder in desk.runs):
        assert time.monotonic() < give_up_s
        time.sleep(0.05)
