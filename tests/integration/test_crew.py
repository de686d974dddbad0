"""Runs on workers that are there already: those who join, who stand by, who faint, and a broker that restarts.

The embedded broker plays one of somebody else's, with workers started as `manyhands join` starts them.
"""

import json
import os
import re
import signal
import subprocess
import threading
import time
from contextlib import ExitStack
from pathlib import Path

import pytest

from collector.reader import JournalReader
from collector.roster import present
from manyhands.broker import Broker
from manyhands.guard import Guard
from manyhands.lab import Lab
from manyhands.record import Ran, manifest
from manyhands.run import plan_of
from manyhands.turn import Turn
from manyhands.work import papers
from producer.broker import connect
from producer.errors import BadInputError
from tests.conftest import BROKER
from tests.integration.conftest import READY_S, Shop, a_plan, espressos, meanwhile, wait_until, waits, who_worked

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

    def has_done_one() -> bool:
        # With two slots the third is begun when one of the first two is done.
        return sum(str(entry["worker"]).startswith("ana@") for entry in shop.begun()) >= 3

    with meanwhile(has_done_one, faint_and_be_replaced):
        ran = shop.run(a_plan(waits(90, 0.5), "gevent"))

    # It held messages in its hands and in advance, which nobody else could have back for ten minutes.
    assert {key: ran.summary["jobs"][key] for key in ("sent", "done", "lost")} == {"sent": 90, "done": 90, "lost": 0}
    assert ran.summary["verdict"] == "pass"
    assert ran.summary["completion_s"] < 300
    assert who_worked(ran) == {"ana", "ben", "cleo", "dev"}
    assert {worker.partition("@")[0] for worker in ran.ledger.workers} == {"ana", "ben", "cleo", "dev"}
    said = capsys.readouterr().err
    assert re.search(r"ana@\S+ fainted; [23] go on", said)
    assert re.search(r"dev@\S+ is here, and takes orders", said)


def test_if_nobody_is_left_somebody_is_waited_for(shop: Shop) -> None:
    victim = shop.join("ana")
    shop.wait_for("ana")
    conductor = shop.conductor("--orders", "16", "--json")
    wait_until(lambda: len(shop.begun()) >= 4, READY_S)

    os.killpg(victim.pid, signal.SIGKILL)
    wait_until(lambda: "Nobody is left who works on threads: waiting" in shop.said(), READY_S)
    shop.join("ben")

    out, _ = conductor.communicate(timeout=60)
    jobs = json.loads(out)["jobs"]
    assert (jobs["sent"], jobs["done"], jobs["lost"]) == (16, 16, 0)
    assert re.search(r"ben@\S+ is here, and takes orders", shop.said())


def test_what_a_killed_conductor_left_is_taken_away_and_given_back(shop: Shop) -> None:
    shop.join("ana")
    shop.join("ben")
    shop.wait_for("ana", "ben")
    conductor = shop.conductor("--orders", "200", "--workers", "1")
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
                ran = shop.run(a_plan(espressos(60)))
            assert (ran.summary["jobs"]["sent"], ran.summary["jobs"]["done"], ran.summary["jobs"]["lost"]) == (60, 60, 0)
            assert ran.summary["verdict"] == "pass"
            assert "fainted" not in capsys.readouterr().err
            wait_until(lambda: {row.name for row in present(shop.client)} == {"ana", "ben", "cleo"})
        finally:
            shop.close()
            broker.stop()
