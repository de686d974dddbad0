"""A fleet: the Celery workers of a run, as processes on this machine."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Collection
from contextlib import suppress
from pathlib import Path
from tempfile import TemporaryDirectory
from types import TracebackType
from typing import Self

from manyhands.guard import Guard
from manyhands.plan import Plan
from manyhands.progress import say
from manyhands.staff import Fainted
from producer.errors import BadInputError
from producer.message import PAPERS_TASK
from producer.send import Counter
from workers.join import worker_arguments
from workers.journal import Entry
from workers.names import barista
from workers.settings import (
    ACKNOWLEDGE_VARIABLE,
    BROKER_URL_VARIABLE,
    FLEET_VARIABLE,
    GEVENT_PREFETCH,
    VISIBILITY_TIMEOUT_VARIABLE,
    WARM_VARIABLE,
)

# A worker that has nothing left to do is asked to go, and sent away after this: Celery's gevent pool takes 4 s to
# notice, and nothing is lost, since every job is accounted for before.
STOP_TIMEOUT_S = 0.8

# A fleet whose workers die as fast as they are replaced is broken.
MOST_REPLACEMENTS = 10


class Fleet:
    """Workers named after baristas. A context manager: they end with it."""

    is_ours = True
    has_casualties = False

    def __init__(self, plan: Plan, url: str, folder: Path, guard: Guard, run: str) -> None:
        self._plan = plan
        self._folder = folder
        self._guard = guard
        self._environment = {
            **os.environ,
            BROKER_URL_VARIABLE: url,
            # Celery's own: an app of the user's own is taken to this broker, whatever its settings say.
            "CELERY_BROKER_URL": url,
            FLEET_VARIABLE: run,
            VISIBILITY_TIMEOUT_VARIABLE: str(plan.visibility_timeout_s()),
            ACKNOWLEDGE_VARIABLE: "late" if plan.acknowledges_late else "early",
            WARM_VARIABLE: "papers" if any(job.task == PAPERS_TASK for job in plan.jobs) else "",
        }
        # Prefork's pool keeps a folder that only an orderly end takes away; ours is gone with the fleet.
        self._temporary = TemporaryDirectory(prefix="manyhands-")
        self._environment["TMPDIR"] = self._temporary.name
        self._processes: dict[str, subprocess.Popen[bytes]] = {}
        self.replaced = 0

    def __enter__(self) -> Self:
        for number in range(self._plan.workers):
            self._start(barista(number))
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.stop()
        self._temporary.cleanup()

    @property
    def plan(self) -> Plan:
        """The plan, which is what was started."""
        return self._plan

    @property
    def size(self) -> int:
        """All that were started."""
        return self._plan.workers

    def check(self) -> None:
        """All that were started live still.

        Raises:
            BadInputError: somebody ended by itself.
        """
        for name in self.dead():
            raise self.broken(name)

    def ready(self) -> list[Entry]:
        """They say so in the journal."""
        return []

    def fainted(self) -> list[Fainted]:
        """Those who died; another barista is in the place of each.

        Raises:
            BadInputError: they die as fast as they come.
        """
        dead = self.replace_dead()
        for name in dead:
            say(f"{name} fainted; another takes the place, and the orders that were in the air.")
        return [Fainted(name) for name in dead]

    def recover(self, counter: Counter, ended: Collection[str]) -> None:  # noqa: ARG002  # a fleet's timeout is short
        """Put back what has been held too long."""
        counter.restore()

    def replace_dead(self) -> list[str]:
        """Put another barista in the place of each that died; returns their names.

        Raises:
            BadInputError: they die as fast as they come.
        """
        dead = self.dead()
        for name in dead:
            self.replaced += 1
            if self.replaced > MOST_REPLACEMENTS:
                raise self.broken(name)
            self._end(self._processes[name])
            self._start(name)
        return dead

    def dead(self) -> list[str]:
        """The names of those that ended by themselves."""
        return [name for name, process in self._processes.items() if process.poll() is not None]

    def broken(self, name: str) -> BadInputError:
        """The error of a worker that does not live, with the last it said."""
        log = self._log(name)
        lines = [line.strip() for line in log.read_text(encoding="utf-8", errors="replace").splitlines() if line.strip()]
        said = lines[-1] if lines else "it said nothing"
        return BadInputError(f"worker {name}", f"ended by itself: {said}", f"See {log}")

    def stop(self) -> None:
        """Ask all to go, then send away who is still there."""
        for process in self._processes.values():
            process.send_signal(signal.SIGTERM)
        give_up_s = time.monotonic() + STOP_TIMEOUT_S
        for process in self._processes.values():
            with suppress(subprocess.TimeoutExpired):
                process.wait(max(0.0, give_up_s - time.monotonic()))
        for process in self._processes.values():
            self._end(process)
        self._processes.clear()

    def _start(self, name: str) -> None:
        plan = self._plan
        prefetch = plan.prefetch or (GEVENT_PREFETCH if plan.pool == "gevent" else None)
        command = [sys.executable, *worker_arguments(plan.app, plan.pool, plan.slots, f"{name}@%h", prefetch)]
        if plan.is_own:
            command += ["-I", "workers.instrument"]
        with self._log(name).open("ab") as log:
            environment = self._environment
            self._processes[name] = self._guard.launch(command, env=environment, stdout=log, stderr=subprocess.STDOUT)

    def _end(self, process: subprocess.Popen[bytes]) -> None:
        """End the worker and what it forked."""
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        self._guard.forget(process.pid)

    def _log(self, name: str) -> Path:
        return self._folder / f"worker-{name}.log"
