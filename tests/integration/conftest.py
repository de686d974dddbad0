"""A real broker, and what waits for things to hold."""

import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Protocol

import pytest

from collector.folder import RunFolder
from collector.reader import JournalReader
from collector.roster import Present, present
from manyhands.announce import announce_closed
from manyhands.broker import Broker
from manyhands.conductor import conduct
from manyhands.lab import Lab
from manyhands.plan import Plan
from manyhands.record import Ran, conclude
from producer.broker import connect
from producer.job import Job, Step


class Conducts(Protocol):
    def __call__(self, plan: Plan) -> Ran: ...


@pytest.fixture
def run(lab: Lab, tmp_path: Path) -> Conducts:
    """Runs a plan and writes what it came to."""

    def conduct_and_conclude(plan: Plan) -> Ran:
        with RunFolder.create(tmp_path / "runs", "run") as folder:
            ran = conduct(plan, lab, folder, folder.path.name)
            conclude(ran)
        announce_closed(lab.broker.url, ran)
        return ran

    return conduct_and_conclude


def wait_until(holds: Callable[[], bool], limit_s: float = 15.0) -> None:
    """Wait until something holds, and fail where it does not within the limit."""
    give_up_s = time.monotonic() + limit_s
    while not holds():
        assert time.monotonic() < give_up_s, "it never held"
        time.sleep(0.02)


@pytest.fixture
def unused_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


READY_S = 30.0

Joined = subprocess.Popen[bytes]


class Shop:
    """A broker of somebody else's, and workers who joined it."""

    def __init__(self, lab: Lab, folder: Path) -> None:
        self.lab = Lab(Broker(lab.broker.url, embedded=False), lab.guard, present_only=True)
        self.url = lab.broker.url
        self.client = connect(self.url)
        self.folder = folder
        self._joined: list[Joined] = []
        self._conductors: list[Joined] = []

    def join(
        self, name: str, pool: str = "threads", slots: int = 2, given_url: bool = False, **more: str
    ) -> subprocess.Popen[bytes]:
        """Somebody joins, as the command does it; the URL is in the environment, or typed."""
        typed = [self.url] if given_url else []
        command = [sys.executable, "-m", "workers", *typed, "--pool", pool, "--slots", str(slots), "--name", name]
        self.folder.mkdir(exist_ok=True)
        with (self.folder / f"{name}.log").open("ab") as log:
            known = {} if given_url else {"MANYHANDS_BROKER_URL": self.url}
            variables = {**os.environ, **known, "MANYHANDS_WARM": "", **more}
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

    def conductor(self, *arguments: str) -> Joined:
        """A run of coffee by the command, as a process of its own."""
        command = [sys.executable, "-m", "manyhands", "run", "coffee", "--speed", "200", "--runs", str(self.folder / "runs")]
        variables = {**os.environ, "MANYHANDS_BROKER_URL": self.url, "MANYHANDS_LAB": "1"}
        with (self.folder / "conductor.log").open("ab") as log:
            started = subprocess.Popen([*command, *arguments], env=variables, stdout=subprocess.PIPE, stderr=log)
        self._conductors.append(started)
        return started

    def said(self) -> str:
        """What that conductor said so far."""
        return (self.folder / "conductor.log").read_text()

    def begun(self) -> list[dict[str, Any]]:
        return [entry for entry in JournalReader(self.client, "0").read() if entry["kind"] == "begun"]

    def close(self) -> None:
        for process in self._joined:
            if process.poll() is None:
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()
        for conductor in self._conductors:
            conductor.kill()
            conductor.communicate()
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


def espressos(count: int) -> list[Job]:
    """Orders that are at the machine, which is kept at the broker, most of their time."""
    steps = (Step("machine", 0.2), Step("wait", 0.1))
    asked = [{"steps": [[step.kind, step.seconds] for step in steps], "machines": 8}]
    return [Job(str(number), f"order {number}", "coffee.make", asked, steps) for number in range(count)]


def a_plan(jobs: Sequence[Job], pool: str = "threads", **more: Any) -> Plan:
    return Plan("coffee", jobs, pool, **{"workers": 1, "slots": 2, "everyone": True, "any_slots": True, **more})  # type: ignore[arg-type]


def who_worked(ran: Ran) -> set[str]:
    return {row.worker.partition("@")[0] for row in ran.ledger.rows}
