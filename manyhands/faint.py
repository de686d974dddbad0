"""A barista faints: a worker is killed with orders in the air, so that it is seen what becomes of them."""

import os
import signal
import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from threading import Event, Thread

from collector.fold import Ledger
from collector.reader import JournalReader
from producer.broker import connect

LOOK_EVERY_S = 0.01


class Faint:
    """What happened: the worker, when, and which jobs were in its hands. Empty until it did.

    `at_s` is when the last of those jobs was begun, on the broker's clock: the worker was killed a moment after.
    """

    def __init__(self) -> None:
        self.worker = ""
        self.at_s = 0.0
        self.in_the_air: tuple[str, ...] = ()

    def late_s(self, ledger: Ledger) -> float | None:
        """How long after it the last of those jobs was done; None where none of them ever was."""
        ends_s = [ledger.final[job].end_s for job in self.in_the_air if job in ledger.final]
        return max(ends_s) - self.at_s if ends_s else None


@contextmanager
def fainting(url: str, run: str, in_the_air: int | None) -> Iterator[Faint]:
    """Inside, the first worker of `run` that has so many jobs in the air is killed; None kills nobody."""
    faint = Faint()
    if in_the_air is None:
        yield faint
        return
    over = Event()
    client = connect(url)
    # The place in the journal is taken before the run begins, so that nothing is missed.
    reader = JournalReader.from_now_on(client)
    thread = Thread(target=_watch, args=(faint, reader, run, in_the_air, over), name="faint")
    thread.start()
    try:
        yield faint
    finally:
        over.set()
        thread.join()
        client.close()


def _watch(faint: Faint, reader: JournalReader, run: str, in_the_air: int, over: Event) -> None:
    ledger = Ledger(run)
    while not over.is_set():
        for entry in reader.read():
            ledger.add(entry)
        for worker, ready in ledger.workers.items():
            begun = [entry for (name, _), entry in ledger.begun.items() if name == worker]
            if len(begun) >= in_the_air and ready["host"] == socket.gethostname():
                faint.at_s = max(entry["at"] for entry in begun)
                faint.in_the_air = tuple(entry["job"] for entry in begun)
                faint.worker = worker.partition("@")[0]
                with suppress(ProcessLookupError):
                    os.kill(ready["pid"], signal.SIGKILL)
                return
        time.sleep(LOOK_EVERY_S)
