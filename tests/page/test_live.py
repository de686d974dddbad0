"""What happens in the journal, as the page hears it."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from typing import Any

import httpx
import pytest
import redis

from collector.page.lookout import GONE_AFTER_S
from manyhands.announce import CONDUCTOR
from manyhands.broker import CONFIG
from manyhands.lab import Lab
from producer.message import COFFEE_TASK, ENTRIES_FIELD, JOURNAL_KEY, TURN_KEY
from tests.integration.conftest import wait_until
from tests.page.conftest import Served, Serves
from workers.journal import Journal

RUN = "20260101-080000-coffee-threads"


class Shop:
    """A shop that writes its journal: a conductor's, and that of a barista with two slots."""

    def __init__(self, broker: redis.Redis) -> None:
        self.conductor = Journal(broker, CONDUCTOR)
        self.ana = Journal(broker, "ana@host")
        self.zero_s = self.ana.clock.now_s()

    def open(self) -> None:
        worker = {"worker": "ana@host", "host": "host", "pool": "threads", "slots": 2, "shares_hands": True}
        told = dict.fromkeys(("speed", "seed", "exercise", "question", "predicted_s", "bounds_s", "bound_s", "ideal_s"))
        about = {
            "title": "coffee",
            "work": "coffee",
            "pool": "threads",
            "machines": 1,
            "cores": 2,
            "simulated": False,
            "jobs": 3,
        }
        self.conductor.write("opened", run=RUN, folder=RUN, workers=[worker], at=self.zero_s - 0.25, **told, **about)
        self.conductor.write("sent", run=RUN, count=3, first=self.zero_s, at=self.zero_s)

    def begin(self, job: str, slot: int, at_s: float) -> None:
        about = {"run": RUN, "job": job, "task": COFFEE_TASK, "attempt": 1, "slot": slot, "at": self.zero_s + at_s}
        self.ana.write("begun", **about)
        self.ana.write("step", **about, phase="wait")

    def serve(self, job: str, slot: int, from_s: float, to_s: float) -> None:
        start_s, end_s = self.zero_s + from_s, self.zero_s + to_s
        about = {"run": RUN, "job": job, "task": COFFEE_TASK, "attempt": 1, "slot": slot, "start": start_s, "end": end_s}
        self.ana.write("done", **about, phases=[["wait", start_s, end_s, None, None]], result=None)

    def close(self) -> None:
        self.conductor.write("closed", run=RUN, at=self.ana.clock.now_s(), verdict="pass", completion_s=1.0)


@pytest.fixture
def shop(broker: redis.Redis) -> Shop:
    return Shop(broker)


@contextmanager
def listening(page: Served, query: str = "", **headers: str) -> Iterator[Iterator[tuple[str, Any, str]]]:
    """The events of a page: name, data, id."""
    with httpx.stream("GET", f"{page.url}/live?{query}", headers=headers, timeout=30) as answer:
        yield events(answer.iter_lines())


def events(lines: Iterator[str]) -> Iterator[tuple[str, Any, str]]:
    said: dict[str, str] = {}
    for line in lines:
        name, _, value = line.partition(": ")
        if line:
            said[name] = value
        elif "data" in said:
            yield said["event"], json.loads(said["data"]), said.get("id", "")
            said = {}


def following(heard: Iterator[tuple[str, Any, str]], name: str) -> tuple[Any, str]:
    """The next event of a name, and its id."""
    return next((data, place) for event, data, place in heard if event == name)


def has_spans(page: Served, count: int) -> bool:
    return len(page.json(f"/api/runs/{RUN}")["spans"]["lane"]) == count


def test_a_run_is_seen_to_open_fill_and_close(serve: Serves, lab: Lab, shop: Shop) -> None:
    page = serve(url=lab.broker.url)
    with listening(page) as heard:
        following(heard, "lab")
        shop.open()
        assert following(heard, "opened")[0] == {"run": RUN}
    snapshot = page.json(f"/api/runs/{RUN}")
    assert (snapshot["lanes"], page.json("/api/lab")["current"]) == ([[0, 0], [0, 1]], RUN)

    with listening(page, f"run={RUN}&after={snapshot['after']}") as heard:
        shop.begin("7", 1, 0.25)
        begun = following(heard, "delta")[0]
        while not begun["spans"]:
            begun = following(heard, "delta")[0]
        assert begun["spans"] == [[1, 0, snapshot["kinds"].index("milk"), 0.25, None, 1.0, -1]]
        shop.serve("7", 1, 0.25, 0.75)
        assert following(heard, "delta")[0]["ends"] == [[0, 1, 0.25, 0.75, "done"]]
        assert following(heard, "pulse")[0]["broker"] == "ok"
        shop.close()
        assert following(heard, "closed")[0] == {"run": RUN}
    assert page.json("/api/lab")["current"] is None


def test_whoever_comes_back_misses_nothing(serve: Serves, lab: Lab, shop: Shop) -> None:
    page = serve(url=lab.broker.url)
    shop.open()
    shop.begin("7", 0, 0.125)
    wait_until(lambda: page.get(f"/api/runs/{RUN}").status_code == 200 and has_spans(page, 1))
    place = page.json(f"/api/runs/{RUN}")["after"]

    shop.serve("7", 0, 0.125, 0.25)
    shop.begin("8", 0, 0.375)
    wait_until(lambda: has_spans(page, 2))

    with listening(page, f"run={RUN}", **{"Last-Event-ID": place}) as heard:
        news, _ = following(heard, "delta")
    assert (news["jobs"], news["ends"]) == ([["8", "8"]], [[0, 0, 0.125, 0.25, "done"]])
    assert [span[1] for span in news["spans"]] == [0, 1]


def test_a_collector_that_comes_back_knows_all_that_it_knew(serve: Serves, lab: Lab, shop: Shop) -> None:
    page = serve(url=lab.broker.url)
    shop.open()
    shop.begin("9", 0, 0.125)
    shop.begin("7", 1, 0.125)
    wait_until(lambda: page.get(f"/api/runs/{RUN}").status_code == 200 and has_spans(page, 2))
    before = page.json(f"/api/runs/{RUN}")
    page.end(signal.SIGKILL)
    shop.serve("9", 0, 0.125, 0.25)

    again = serve("--port", str(page.port), url=lab.broker.url)

    wait_until(lambda: len(again.json(f"/api/runs/{RUN}")["ends"]["job"]) == 1)
    after = again.json(f"/api/runs/{RUN}")
    assert (after["job_ids"], after["lanes"], after["zero_s"]) == (before["job_ids"], before["lanes"], before["zero_s"])
    assert after["spans"]["start"] == before["spans"]["start"]
    assert again.json("/api/lab")["current"] == RUN


def test_evidence_that_is_missing_is_told(serve: Serves, lab: Lab, shop: Shop) -> None:
    page = serve(url=lab.broker.url)
    shop.open()
    shop.begin("7", 0, 0.125)
    wait_until(lambda: page.get(f"/api/runs/{RUN}").status_code == 200 and has_spans(page, 1))
    assert page.json(f"/api/runs/{RUN}")["notices"] == []

    shop.ana._seq += 1  # numbered, and never written: its writer was cut off from the broker for too long
    shop.serve("7", 0, 0.125, 0.25)

    wait_until(lambda: page.json(f"/api/runs/{RUN}")["notices"] != [])
    [notice] = page.json(f"/api/runs/{RUN}")["notices"]
    assert notice["kind"] == "dropped"
    assert notice["what"] == "One entry of the journal of this run did not arrive."


def test_what_a_stranger_wrote_takes_nothing_from_anybody(serve: Serves, lab: Lab, shop: Shop, broker: redis.Redis) -> None:
    shop.open()
    for said in ("junk", "[]", '{"by": {}, "entries": [1]}', '{"by": {}, "entries": [{}]}'):
        broker.xadd(JOURNAL_KEY, {ENTRIES_FIELD: said})
    broker.xadd(JOURNAL_KEY, {"another": "field"})
    shop.begin("7", 0, 0.125)

    # Given a page that reads all of it at one look
    page = serve(url=lab.broker.url)

    assert has_spans(page, 1)
    assert page.json(f"/api/runs/{RUN}")["notices"] == []


def test_a_broker_that_writes_down_what_it_holds_is_told_from_one_that_does_not(
    serve: Serves, lab: Lab, broker: redis.Redis
) -> None:
    page = serve(url=lab.broker.url)
    assert page.json("/api/lab")["broker"]["persistent"] is False

    broker.config_set("appendonly", "yes")
    try:
        wait_until(lambda: page.json("/api/lab")["broker"]["persistent"] is True)
    finally:
        broker.config_set("appendonly", "no")


def test_a_broker_that_goes_and_comes_back(serve: Serves, lab: Lab, broker: redis.Redis) -> None:
    page = serve(url=lab.broker.url)
    told = broker.connection_pool.connection_kwargs
    binary = broker.info("server")["executable"]

    broker.shutdown(nosave=True)

    wait_until(lambda: page.json("/api/lab")["broker"]["state"] == "gone")
    with listening(page) as heard:
        assert following(heard, "pulse")[0]["broker"] == "gone"
    config = CONFIG.format(port=told["port"], password=told["password"], folder="/tmp")  # noqa: S108  # it writes nothing
    again = subprocess.Popen([binary, "-", "--bind", "127.0.0.1"], stdin=subprocess.PIPE, stdout=subprocess.DEVNULL)
    try:
        with suppress(subprocess.TimeoutExpired):
            again.communicate(config.encode(), timeout=0.01)
        wait_until(lambda: page.json("/api/lab")["broker"]["state"] == "ok")
        Shop(broker).open()
        wait_until(lambda: bool(page.json("/api/lab")["current"] == RUN))
    finally:
        again.terminate()
        again.wait()


def test_a_conductor_that_is_gone_leaves_no_run_open(serve: Serves, lab: Lab) -> None:
    page = serve(url=lab.broker.url)
    asked = {"work": "coffee", "pool": "threads", "workers": 1, "slots": 2, "orders": 4, "speed": 20}
    started = page.ask("/api/runs", asked).json()["started"]
    assert page.json("/api/lab")["asking"] == {"exercise": None, "title": "coffee", "predicted": None}
    assert page.ask("/api/runs", asked).status_code == 409

    assert page.ask("/api/runs/stop", {}).status_code == 202

    wait_until(lambda: page.json("/api/lab")["asking"] is None and page.json("/api/lab")["current"] is None, 30)
    snapshot = page.json(f"/api/runs/{started}")
    assert (snapshot["state"], snapshot["summary"]["verdict"]) == ("closed", "unknown")
    assert page.json("/api/runs")["runs"][0]["note"].startswith("interrupted")


def test_what_the_page_asks_for_is_told_from_what_somebody_else_runs(
    serve: Serves, lab: Lab, shop: Shop, broker: redis.Redis
) -> None:
    page = serve(url=lab.broker.url)
    asked = {"work": "coffee", "pool": "threads", "workers": 1, "slots": 2, "orders": 2, "speed": 600}

    # Given somebody whose turn it is, and who opens a run while the page's own waits for its turn
    broker.set(TURN_KEY, json.dumps({"run": RUN, "host": "host"}))
    with ThreadPoolExecutor() as pool:
        answer = pool.submit(page.ask, "/api/runs", asked)
        wait_until(lambda: page.json("/api/lab")["asking"] is not None)
        shop.open()
        wait_until(lambda: page.json("/api/lab")["current"] == RUN)

        # I expect that it is not taken for the page's
        assert not answer.done()
        broker.delete(TURN_KEY)
        started = answer.result().json()["started"]

    assert started != RUN
    assert page.json(f"/api/runs/{started}")["run"] == started


def test_what_comes_to_nothing_leaves_the_run_of_somebody_else_under_way(
    serve: Serves, lab: Lab, shop: Shop, broker: redis.Redis
) -> None:
    page = serve(url=lab.broker.url)
    broker.set(TURN_KEY, json.dumps({"run": RUN, "host": "host"}))
    shop.open()
    wait_until(lambda: page.json("/api/lab")["current"] == RUN)

    assert page.ask("/api/runs", {"work": "coffee", "pool": "solo", "slots": 8}).status_code == 400
    assert page.ask("/api/runs", {"work": "coffee", "simulate": True}).status_code == 202

    assert not holds_within(lambda: page.json("/api/lab")["current"] != RUN, 4)
    assert page.json(f"/api/runs/{RUN}")["state"] == "open"


def test_a_run_from_elsewhere_is_seen_too(serve: Serves, lab: Lab) -> None:
    page = serve(url=lab.broker.url)
    options = ["--pool", "threads", "--slots", "4", "--orders", "6", "--speed", "600", "--predict", "3"]
    command = [sys.executable, "-m", "manyhands", "run", "coffee", *options, "--runs", str(page.runs), "--json"]
    environment = {**os.environ, "MANYHANDS_BROKER_URL": lab.broker.url}
    with listening(page) as heard:
        following(heard, "lab")
        ran = subprocess.run(command, env=environment, capture_output=True, check=True)
        run = following(heard, "opened")[0]["run"]
        assert following(heard, "closed")[0]["run"] == run
    summary = json.loads(ran.stdout)
    snapshot = page.json(f"/api/runs/{run}")
    assert summary["run"] == run
    assert snapshot["summary"] == summary
    assert snapshot["predicted_s"] == 3
    assert max(snapshot["ends"]["end"]) <= summary["completion_s"]
    assert len(snapshot["names"]) == len(set(snapshot["job_ids"])) == 6
    assert snapshot["names"] != snapshot["job_ids"]


def test_a_run_whose_conductor_was_killed_is_not_under_way_for_ever(serve: Serves, lab: Lab, shop: Shop) -> None:
    page = serve(url=lab.broker.url)
    shop.open()
    shop.begin("7", 0, 0.125)
    wait_until(lambda: page.json("/api/lab")["current"] == RUN)

    # Given a conductor that was killed: its turn is nobody's soon after, and nothing more is heard
    wait_until(lambda: page.json("/api/lab")["current"] is None, 30)

    # I expect that the page says so, and shows what it saw
    snapshot = page.json(f"/api/runs/{RUN}")
    assert (snapshot["state"], len(snapshot["spans"]["lane"])) == ("closed", 1)
    assert snapshot["notices"][0]["what"].startswith("This run was never concluded")


def test_a_run_whose_conductor_was_killed_is_over_soon_though_all_was_served(serve: Serves, lab: Lab, shop: Shop) -> None:
    page = serve(url=lab.broker.url)
    shop.open()
    for number in range(3):
        shop.serve(str(number), 0, number / 8, (number + 1) / 8)
    wait_until(lambda: page.json("/api/lab")["current"] == RUN)

    wait_until(lambda: page.json("/api/lab")["current"] is None, 20)


def test_a_run_that_died_with_the_page_that_started_it_is_told_as_over_by_the_next(serve: Serves, lab: Lab) -> None:
    page = serve(url=lab.broker.url)
    asked = {"work": "coffee", "pool": "threads", "workers": 1, "slots": 2, "orders": 20, "speed": 20}
    started = page.ask("/api/runs", asked).json()["started"]
    page.end(signal.SIGKILL)

    again = serve("--port", str(page.port), url=lab.broker.url)

    wait_until(lambda: again.json("/api/lab")["current"] is None, 20)
    snapshot = again.json(f"/api/runs/{started}")
    assert (snapshot["state"], snapshot["notices"][0]["what"][:30]) == ("closed", "This run was never concluded: ")


def test_a_run_that_has_its_turn_is_under_way_however_silent(serve: Serves, lab: Lab, shop: Shop, broker: redis.Redis) -> None:
    page = serve(url=lab.broker.url)
    broker.set(TURN_KEY, json.dumps({"run": RUN, "host": "host"}))
    shop.open()
    wait_until(lambda: page.json("/api/lab")["current"] == RUN)

    assert not holds_within(lambda: page.json("/api/lab")["current"] is None, GONE_AFTER_S + 3)


def holds_within(holds: Callable[[], bool], limit_s: float) -> bool:
    """Whether something comes to hold."""
    give_up_s = time.monotonic() + limit_s
    while time.monotonic() < give_up_s:
        if holds():
            return True
        time.sleep(0.2)
    return False
