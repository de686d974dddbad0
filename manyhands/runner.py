"""The runner: starts what the page asks for as a command of its own, one at a time, and tells how it ended."""

import asyncio
import json
import os
import signal
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from collector.measures import EXIT_CODES
from collector.page.house import BusyError, Outcome
from manyhands.announce import MARK_VARIABLE
from manyhands.asking import command_line, error_in
from manyhands.guard import Guard
from producer.errors import BadInputError
from workers.settings import BROKER_URL_VARIABLE

ENDED = tuple(EXIT_CODES.values())
STOP_TIMEOUT_S = 15.0


@dataclass(slots=True)
class UnderWay:
    """A command that runs, and what it was asked."""

    process: "subprocess.Popen[bytes]"
    asked: dict[str, Any]


class Runner:
    """Starts commands on the broker at `url`, into the folder `runs`. The URL goes by environment: it holds a password."""

    def __init__(self, guard: Guard, url: str, runs: Path) -> None:
        self._guard = guard
        self._environment = {**os.environ, BROKER_URL_VARIABLE: url}
        self._runs = runs
        self._waits: set[asyncio.Task[Outcome]] = set()
        self.under_way: UnderWay | None = None
        self.refused: BadInputError | None = None

    def start(self, asked: Mapping[str, Any], mark: str) -> "asyncio.Future[Outcome]":
        """Start a command, whose runs bear the mark when they open; the future tells how it ended.

        Raises:
            BadInputError: what is asked for is nothing we know.
            BusyError: one is under way.
        """
        if self.under_way is not None:
            raise BusyError("Another run is under way")
        command = [sys.executable, "-m", "manyhands", *command_line(asked), "--runs", str(self._runs)]
        pipe, environment = subprocess.PIPE, {**self._environment, MARK_VARIABLE: mark}
        process = self._guard.launch(command, env=environment, stdout=pipe, stderr=pipe)
        self.under_way, self.refused = UnderWay(process, dict(asked)), None
        task = asyncio.create_task(self._wait(process))
        self._waits.add(task)
        task.add_done_callback(self._waits.discard)
        return task

    def stop(self) -> None:
        """Interrupt what is under way: it ends in order, and keeps what is known."""
        if self.under_way is not None and self.under_way.process.poll() is None:
            self.under_way.process.send_signal(signal.SIGINT)

    async def end(self) -> None:
        """Interrupt what is under way, and wait for it."""
        self.stop()
        if self._waits:
            await asyncio.wait(self._waits, timeout=STOP_TIMEOUT_S)
        if self.under_way is not None:
            self.under_way.process.kill()

    async def _wait(self, process: "subprocess.Popen[bytes]") -> Outcome:
        printed, said = await asyncio.to_thread(process.communicate)
        self.under_way = None
        self._guard.forget(process.pid)
        run = run_in(printed) if process.returncode in ENDED else None
        self.refused = None if run else error_in(said.decode(errors="replace"))
        return Outcome(run, self.refused)


def run_in(printed: bytes) -> str | None:
    """The name of the run in the JSON that a command prints; None where there is none.

    Of several it is the one that an exercise asks about, or the last.
    """
    try:
        told = json.loads(printed)
        if "run" in told:
            return str(told["run"])
        asked = [run["run"] for run in told["runs"] if run.get("configuration", "") == told.get("asked")]
        return str(asked[0] if asked else told["runs"][-1]["run"])
    except (ValueError, LookupError, TypeError):
        return None
