"""A plain twin, run in a process of its own: what it reports comes back line by line, as a journal would."""

import json
import os
import signal
import subprocess
import sys
from contextlib import suppress
from dataclasses import asdict
from pathlib import Path
from types import TracebackType
from typing import Self

from manyhands.guard import Guard
from manyhands.plan import Plan
from producer.errors import BadInputError
from workers.journal import Entry

MOST_BYTES = 1 << 20


class TwinProcess:
    """One of the four plain programs, at work. A context manager: it ends with it."""

    def __init__(self, plan: Plan, run: str, folder: Path, guard: Guard) -> None:
        self._order = {
            "run": run,
            "slots": plan.slots,
            "machines": plan.machines,
            "shelf": dict(plan.shelf),
            "jobs": [{key: value for key, value in asdict(job).items() if key in ("id", "task", "args")} for job in plan.jobs],
        }
        self._pool = plan.pool
        self._log = folder / f"twin-{plan.pool}.log"
        self._guard = guard
        self._rest = b""

    def __enter__(self) -> Self:
        with self._log.open("ab") as log:
            command = [sys.executable, "-m", "workers.twins", self._pool]
            order = json.dumps(self._order).encode()
            self._process = self._guard.launch(command, order, stdout=subprocess.PIPE, stderr=log)
        assert self._process.stdout is not None
        os.set_blocking(self._process.stdout.fileno(), False)
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        with suppress(ProcessLookupError):
            os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait()
        self._guard.forget(self._process.pid)
        assert self._process.stdout is not None
        self._process.stdout.close()

    def read(self) -> list[Entry]:
        """What it reported since the last look.

        Raises:
            BadInputError: it ended before its work did.
        """
        assert self._process.stdout is not None
        try:
            read = os.read(self._process.stdout.fileno(), MOST_BYTES)
        except BlockingIOError:
            return []
        if not read:
            raise BadInputError(f"twin {self._pool}", "ended before its work did", f"See {self._log}")
        *lines, self._rest = (self._rest + read).split(b"\n")
        return [json.loads(line) for line in lines]
