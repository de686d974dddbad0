"""Joining a lab: from the command line to a worker that leaves in good order."""

import os
import subprocess
import sys
from pathlib import Path

import psutil
import pytest

from collector.fold import Row
from collector.roster import present
from manyhands.lab import Lab
from tests.integration.conftest import Shop, a_plan, meanwhile, waits, who_worked

COMMANDS = ([sys.executable, "-m", "workers"], [sys.executable, "-m", "manyhands", "join"])

# A clock that is seven seconds ahead, as the process and all that it becomes see it.
SHIFTED = "import time\nreal = time.time\ntime.time = lambda: real() + 7.0\n"


def refused(command: list[str], *arguments: str) -> str:
    environment = {name: value for name, value in os.environ.items() if name != "MANYHANDS_BROKER_URL"}
    done = subprocess.run([*command, *arguments], capture_output=True, text=True, timeout=60, env=environment, check=False)
    assert (done.returncode, done.stdout) == (2, "")
    [line] = done.stderr.splitlines()
    return line.partition(": ")[2]


@pytest.mark.parametrize("command", COMMANDS, ids=["workers", "manyhands"])
def test_what_keeps_somebody_from_joining_is_said_in_a_line(command: list[str], unused_port: int, lab: Lab) -> None:
    told = refused(command, f"redis://:sesame@127.0.0.1:{unused_port}/0", "--pool", "threads")
    assert told.startswith(f"redis://:***@127.0.0.1:{unused_port}/0: no broker answers there. Is the lab up")

    place = lab.broker.url.rpartition("@")[2]
    assert "the broker wants a password" in refused(command, f"redis://:sesame@{place}", "--pool", "threads")


def test_who_joins_hides_the_password_is_known_by_name_and_leaves_in_good_order(
    shop: Shop, capsys: pytest.CaptureFixture[str]
) -> None:
    ana = shop.join("ana", given_url=True)
    shop.join("ben")
    shop.wait_for("ana", "ben")

    password = shop.url.partition("@")[0].rpartition(":")[2]
    assert not any(password in word for word in psutil.Process(ana.pid).cmdline())
    assert shop.row("ana").visibility_timeout_s == 600
    taken = refused(COMMANDS[0], shop.url, "--pool", "threads", "--name", "ben")
    assert taken.startswith("--name: 'ben' works at redis://:***@")

    with meanwhile(lambda: len(shop.begun()) >= 4, ana.terminate):
        ran = shop.run(a_plan(waits(24, 0.4)))

    # What was in the air was finished, what was taken in advance was given back: nothing ran twice.
    assert ran.summary["jobs"] == {"sent": 24, "done": 24, "failed": 0, "lost": 0, "repeated": 0}
    assert who_worked(ran) == {"ana", "ben"}
    assert ana.wait(15) == 0
    assert [row.name for row in present(shop.client)] == ["ben"]
    assert "fainted" not in capsys.readouterr().err


def test_a_clock_that_differs_by_seconds_bends_no_lane(shop: Shop, tmp_path: Path) -> None:
    (tmp_path / "sitecustomize.py").write_text(SHIFTED)
    shop.join("ana")
    shop.join("ben", PYTHONPATH=str(tmp_path))
    shop.wait_for("ana", "ben")

    ran = shop.run(a_plan(waits(12, 0.3)))

    offsets = {worker.partition("@")[0]: entry["clock_offset_s"] for worker, entry in ran.ledger.workers.items()}
    assert abs(offsets["ana"]) < 1
    assert abs(offsets["ben"] + 7) < 1
    assert who_worked(ran) == {"ana", "ben"}
    first_s, last_s = min(ran.sent_s.values()), max(row.end_s for row in ran.ledger.rows)
    assert all(first_s <= row.start_s < row.end_s for row in ran.ledger.rows)
    assert last_s - first_s == ran.completion_s
    overlap = [row for row in ran.ledger.rows for other in ran.ledger.rows if side_by_side(row, other)]
    assert overlap
    assert ran.summary["jobs"] == {"sent": 12, "done": 12, "failed": 0, "lost": 0, "repeated": 0}


def side_by_side(one: Row, other: Row) -> bool:
    """Whether two workers were at work at the same moment, as both began with the run."""
    return one.worker != other.worker and one.start_s < other.end_s and other.start_s < one.end_s
