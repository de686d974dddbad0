"""Runs on workers that are there already: those who join, who stand by, who faint, and a broker that restarts.

The embedded broker plays one of somebody else's, with workers started as `manyhands join` starts them.
"""

import os
import re
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import pytest

from collector.folder import RunFolder
from collector.reader import JournalReader
from collector.roster import Present, present
from manyhands.broker import Broker
from manyhands.conductor import conduct
from manyhands.guard import Guard
from manyhands.lab import Lab
from manyhands.plan import Plan
from manyhands.record import Ran, conclude, manifest
from manyhands.run import plan_of
from manyhands.turn import Turn
from manyhands.work import papers
from producer.broker import connect
from producer.errors import BadInputError
from producer.job import Job, Step
from tests.conftest import BROKER
from tests.integration.conftest import wait_until

READY_S = 30.0


class Shop:
    """A broker of somebody else's, and workers who joined it."""

    def __init__(self, lab: Lab, folder: Path) -> None:
        self.lab = Lab(Broker(lab.broker.url, embedded=False), lab.guard, present_only=True)
        self.url = lab.broker.url
        self.client = connect(self.url)
        self.folder = folder
        self._joined: list[subprocess.Popen[bytes]] = []

    def join(self, name: str, pool: str = "threads", slots: int = 2, **environment: str) -> subprocess.Popen[bytes]:
        """Somebody joins, as the command does it, and is waited for."""
        command = [sys.executable, "-m", "workers", "--pool", pool, "--slots", str(slots), "--name", name]
        self.folder.mkdir(exist_ok=True)
        with (self.folder / f"{name}.log").open("ab") as log:
            variables = {**os.environ, "MANYHANDS_BROKER_URL": self.url, "MANYHANDS_WARM": "", **environment}
            process = subprocess.Popen(command, env=variables, stdout=log, stderr=log, start_new_session=True)
        self._joined.append(process)
        return process

    def wait_for(self, *names: str) -> None:
        wait_until(lambda: set(names) <= {row.name for row in present(self.client)}, READY_S)

    def row(self, name: str) -> Present:
        return next(row for row in present(self.client) if row.name == name)

    def consumes(self, name: str) -> bool:
        row = self.row(name)
        return row.pool in row.consuming

    def run(self, plan: Plan, name: str = "run") -> Ran:
        with RunFolder.create(self.folder / "runs", name) as folder:
            ran = conduct(plan, self.lab, folder, folder.path.name)
            conclude(ran)
        return ran

    def begun(self) -> list[dict[str, Any]]:
        return [entry for entry in JournalReader(self.client, "0").read() if entry["kind"] == "begun"]

    def close(self) -> None:
        for process in self._joined:
            if process.poll() is None:
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()
        self.client.close()


@pytest.fixture
def shop(lab: Lab, tmp_path: Path) -> Iterator[Shop]:
    shop = Shop(lab, tmp_path)
    yield shop
    shop.close()


@contextmanager
def meanwhile(holds: Callable[[], bool], act: Callable[[], None]) -> Iterator[None]:
    """Does something beside a run, as soon as something holds."""

    def wait_and_act() -> None:
        wait_until(holds, READY_S)
        act()

    thread = threading.Thread(target=wait_and_act)
    thread.start()
    try:
        yield
    finally:
        thread.join()


def waits(count: int, seconds: float = 0.2) -> list[Job]:
    asked = [{"steps": [["wait", seconds]]}]
    return [Job(str(number), f"order {number}", "coffee.make", asked, (Step("wait", seconds),)) for number in range(count)]


def a_plan(jobs: Sequence[Job], pool: str = "threads", **more: Any) -> Plan:
    return Plan("coffee", jobs, pool, **{"workers": 1, "slots": 2, "everyone": True, "any_slots": True, **more})  # type: ignore[arg-type]


def who_worked(ran: Ran) -> set[str]:
    return {row.worker.partition("@")[0] for row in ran.ledger.rows}


ALL_DONE = {"failed": 0, "lost": 0, "repeated": 0}


def test_a_run_takes_those_who_are_there_or_some_of_them_and_gives_them_back(shop: Shop) -> None:
    for name, slots in (("ana", 3), ("ben", 2), ("cleo", 2)):
        shop.join(name, slots=slots)
    shop.wait_for("ana", "ben", "cleo")

    everyone = shop.run(a_plan(waits(21)))
    assert everyone.summary["jobs"] == {"sent": 21, "done": 21, **ALL_DONE}
    assert who_worked(everyone) == {"ana", "ben", "cleo"}
    assert everyone.summary["slots_each"] == [3, 2, 2]
    # Three processes on one computer have no more cores than it has.
    assert everyone.summary["cores"] == min(os.cpu_count() or 1, 3 * shop.row("ana").cores)
    told = manifest(everyone, shop.lab.broker)
    assert told["title"] == "coffee, threads 3 + 2 + 2, 1 group head"
    assert {worker.partition("@")[0] for worker in told["workers"]} == {"ana", "ben", "cleo"}
    assert all(row["machine"]["packages"]["celery"] and row["clock_round_trip_s"] > 0 for row in told["workers"].values())
    [opened] = [entry for entry in JournalReader(shop.client, "0").read() if entry["kind"] == "opened"]
    assert [each["slots"] for each in opened["workers"]] == [3, 2, 2]
    assert {each["computer"] for each in opened["workers"]} == {shop.row("ana").computer}

    with meanwhile(lambda: len(shop.begun()) > 21, lambda: assert_stands_by(shop, "cleo", "ana")):
        one = shop.run(a_plan(waits(6), workers=1, everyone=False, any_slots=False))
    assert who_worked(one) == {"ben"}
    assert one.summary["jobs"] == {"sent": 6, "done": 6, **ALL_DONE}
    wait_until(lambda: all(map(shop.consumes, ("ana", "ben", "cleo"))))

    with pytest.raises(
        BadInputError, match=r"4 on threads asked for, and there are 3 .* docker compose up -d --scale threads=4"
    ):
        shop.run(a_plan(waits(1), workers=4, everyone=False))
    with pytest.raises(BadInputError, match=r"2 on threads asked for with 3 slots, and there are 1 .* manyhands join URL"):
        shop.run(a_plan(waits(1), workers=2, slots=3, everyone=False, any_slots=False))
    with pytest.raises(
        BadInputError, match=r"gevent: nobody works that queue. Start one: docker compose up -d --scale gevent=1"
    ):
        shop.run(a_plan(waits(1), "gevent"))


def assert_stands_by(shop: Shop, *names: str) -> None:
    assert not any(map(shop.consumes, names))


def test_gevent_obeys_late_and_is_waited_for(shop: Shop) -> None:
    shop.join("ana", "gevent", 4)
    shop.join("ben", "gevent", 4)
    shop.wait_for("ana", "ben")

    ran = shop.run(a_plan(waits(16), "gevent", workers=1, everyone=False))

    assert ran.summary["jobs"] == {"sent": 16, "done": 16, **ALL_DONE}
    assert who_worked(ran) == {"ana"}
    wait_until(lambda: shop.consumes("ben"))


def test_who_is_killed_is_missed_and_the_others_go_on(shop: Shop, capsys: pytest.CaptureFixture[str]) -> None:
    victim = shop.join("ana", "gevent", 2, MANYHANDS_VISIBILITY_TIMEOUT_S="600")
    shop.join("ben", "gevent", 2)
    shop.join("cleo", "gevent", 2)
    shop.wait_for("ana", "ben", "cleo")

    def faint_and_be_replaced() -> None:
        os.killpg(victim.pid, signal.SIGKILL)
        shop.join("dev", "gevent", 2)

    with meanwhile(lambda: len(shop.begun()) >= 9, faint_and_be_replaced):
        ran = shop.run(a_plan(waits(90, 0.5), "gevent"))

    # It held messages in its hands and in advance, which nobody else could have back for ten minutes.
    assert {key: ran.summary["jobs"][key] for key in ("sent", "done", "lost")} == {"sent": 90, "done": 90, "lost": 0}
    assert ran.summary["verdict"] == "pass"
    assert ran.summary["completion_s"] < 60
    assert who_worked(ran) == {"ana", "ben", "cleo", "dev"}
    assert {worker.partition("@")[0] for worker in ran.ledger.workers} == {"ana", "ben", "cleo", "dev"}
    said = capsys.readouterr().err
    assert re.search(r"ana@\S+ fainted; [23] go on", said)
    assert re.search(r"dev@\S+ is here, and takes orders", said)


def test_if_nobody_is_left_somebody_is_waited_for(shop: Shop, capsys: pytest.CaptureFixture[str]) -> None:
    victim = shop.join("ana")
    shop.wait_for("ana")

    def faint_and_come_back() -> None:
        os.killpg(victim.pid, signal.SIGKILL)
        victim.wait()
        wait_until(lambda: not present(shop.client), READY_S)
        shop.join("ana")

    with meanwhile(lambda: len(shop.begun()) >= 4, faint_and_come_back):
        ran = shop.run(a_plan(waits(10)))

    assert (ran.summary["jobs"]["done"], ran.summary["jobs"]["lost"]) == (10, 0)
    assert "Nobody is left who works on threads: waiting" in capsys.readouterr().err


def test_what_a_killed_conductor_left_is_taken_away_and_given_back(shop: Shop) -> None:
    shop.join("ana")
    shop.join("ben")
    shop.wait_for("ana", "ben")
    url = {"MANYHANDS_BROKER_URL": shop.url, "MANYHANDS_LAB": "1"}
    command = [sys.executable, "-m", "manyhands", "run", "coffee", "--orders", "200", "--speed", "200", "--workers", "1"]
    conductor = subprocess.Popen([*command, "--runs", str(shop.folder / "killed")], env={**os.environ, **url})
    wait_until(lambda: len(shop.begun()) >= 2, READY_S)
    assert not shop.consumes("ben")
    conductor.kill()
    conductor.wait()

    ran = shop.run(a_plan(waits(8)))

    assert ran.summary["jobs"] == {"sent": 8, "done": 8, **ALL_DONE}
    assert who_worked(ran) == {"ana", "ben"}
    assert shop.client.llen("threads") == 0


def test_runs_on_one_broker_take_turns(shop: Shop, capsys: pytest.CaptureFixture[str]) -> None:
    shop.join("ana", "solo", 1)
    shop.wait_for("ana")
    with ExitStack() as stack:
        stack.enter_context(Turn(shop.url, "the first"))
        second: list[Ran] = []
        thread = threading.Thread(target=lambda: second.append(shop.run(a_plan(waits(2), "solo"))))
        thread.start()
        time.sleep(1.0)  # would be ample for a run that does not wait
        assert not shop.begun()
    thread.join()

    assert second[0].summary["verdict"] == "pass"
    assert "Waiting for run the first on " in capsys.readouterr().err


def test_papers_are_graded_by_those_who_are_there(shop: Shop) -> None:
    shop.join("ana", "prefork", 2, MANYHANDS_WARM="papers")
    shop.wait_for("ana")

    ran = shop.run(plan_of(papers(None, 4, grader="native"), "prefork", None, None))

    assert ran.summary["jobs"] == {"sent": 4, "done": 4, **ALL_DONE}
    assert (ran.summary["workers"], ran.summary["processes"]) == (1, 2)


class Restarting:
    """A broker of our own that writes down what it takes in, and can be restarted."""

    CONFIG = 'port {port}\nrequirepass sesame\ndir "{folder}"\nsave ""\nappendonly yes\nappendfsync everysec\n'

    def __init__(self, guard: Guard, port: int, folder: Path) -> None:
        self._guard = guard
        folder.mkdir()
        self._config = self.CONFIG.format(port=port, folder=folder)
        self.url = f"redis://:sesame@127.0.0.1:{port}/0"
        self.start()

    def start(self) -> None:
        self._process = self._guard.launch([BROKER, "-"], self._config.encode(), stdout=subprocess.DEVNULL)

    def stop(self) -> None:
        self._process.terminate()
        self._process.wait()
        self._guard.forget(self._process.pid)

    def answers(self) -> bool:
        try:
            connect(self.url).close()
        except BadInputError:
            return False
        return True


def test_a_broker_that_restarts_in_the_middle_of_a_run_loses_nothing(
    tmp_path: Path, unused_port: int, capsys: pytest.CaptureFixture[str]
) -> None:
    with Guard() as guard:
        broker = Restarting(guard, unused_port, tmp_path / "data")
        wait_until(broker.answers)
        shop = Shop(Lab(Broker(broker.url, embedded=False), guard), tmp_path / "shop")
        try:
            for name, pool in (("ana", "threads"), ("ben", "threads"), ("cleo", "threads")):
                shop.join(name, pool, 2)
            shop.wait_for("ana", "ben", "cleo")

            def restart() -> None:
                broker.stop()
                time.sleep(1.0)  # nobody finds it for a while
                broker.start()

            with meanwhile(lambda: len(shop.begun()) >= 12, restart):
                ran = shop.run(a_plan(waits(60, 0.3)))
            assert (ran.summary["jobs"]["sent"], ran.summary["jobs"]["done"], ran.summary["jobs"]["lost"]) == (60, 60, 0)
            assert ran.summary["verdict"] == "pass"
            assert "fainted" not in capsys.readouterr().err
            wait_until(lambda: {row.name for row in present(shop.client)} == {"ana", "ben", "cleo"})
        finally:
            shop.close()
            broker.stop()
