"""Runs one twin: `python -m workers.twins NAME`, jobs as JSON on standard input, entries as lines on standard output."""

import json
import os
import socket
import sys
from types import ModuleType

from producer.message import PAPERS_TASK
from workers.host import describe
from workers.journal import Entry
from workers.papers import warm
from workers.twins import coroutines, processes, sequential, threads
from workers.twins.shop import Shop

# Named after what a newcomer imports.
TWINS: dict[str, ModuleType] = {
    "sequential": sequential,
    "threading": threads,
    "asyncio": coroutines,
    "multiprocessing": processes,
}


class Drawer:
    """The fingerprints of the class, in memory."""

    def __init__(self, texts: dict[str, str]) -> None:
        self._texts = texts

    def get(self, name: str) -> str | None:
        """The text under a key, or None."""
        return self._texts.get(name)


def main() -> None:
    """Read the order, open the shop, serve, and say so."""
    order = json.load(sys.stdin)
    jobs, name = order["jobs"], sys.argv[1]
    shop = Shop(order["machines"], Drawer(order["shelf"]))
    if any(job["task"] == PAPERS_TASK for job in jobs):
        warm()
    writer = {"worker": name, "host": socket.gethostname(), "pid": os.getpid(), "writer": name, "run": order["run"]}
    numbers = iter(range(1, len(jobs) + 3))

    def report(entry: Entry) -> None:
        print(json.dumps({**writer, "seq": next(numbers), **entry}), flush=True)

    report(
        {
            "kind": "ready",
            "fleet": order["run"],
            "pool": name,
            "slots": order["slots"],
            "at": shop.clock.now_s(),
            "machine": describe(),
        }
    )
    report({"kind": "open", "at": shop.clock.now_s()})
    TWINS[name].run(shop, jobs, order["slots"], report)


if __name__ == "__main__":
    main()
