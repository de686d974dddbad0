"""A fleet: the Celery workers of a run, as processes on this machine."""

import os
import signal
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path
from tempfile import TemporaryDirectory
from types import TracebackType
from typing import Self

from manyhands.guard import Guard
from manyhands.plan import Plan
from producer.errors import BadInputError
from producer.message import PAPERS_TASK
from workers.settings import (
    BROKER_URL_VARIABLE,
    FLEET_VARIABLE,
    GEVENT_PREFETCH,
    VISIBILITY_TIMEOUT_VARIABLE,
    WARM_VARIABLE,
)

BARISTAS = (
    *("ana", "ben", "cleo", "dev", "eli", "fay", "gus", "hana"),
    *("ivo", "june", "kai", "lea", "max", "nia", "omar", "pia"),
)

# A worker that has nothing left to do is asked to go, and sent away after this: Celery's gevent pool takes 4 s to
# notice, and nothing is lost, since every job is accounted for before.
STOP_TIMEOUT_S = 0.8

# A fleet whose workers die as fast as they are replaced is broken.
MOST_REPLACEMENTS = 10


class Fleet:
    """Workers named after baristas. A context manager: they end with it."""

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
        command = [sys.executable, "-m", "celery", "-A", plan.app, "worker"]
        command += ["-P", plan.pool, "-c", str(plan.slots), "-Q", plan.pool, "-n", f"{name}@%h"]
        if plan.is_own:
            command += ["-I", "workers.instrument"]
        # Nobody to get to know, no gossip: a stock worker takes four times as long to its first job.
        command += ["--without-mingle", "--without-gossip", "-l", "WARNING"]
        prefetch = plan.prefetch or (GEVENT_PREFETCH if plan.pool == "gevent" else None)
        if prefetch is not None:
            command += ["--prefetch-multiplier", str(prefetch)]
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


def barista(number: int) -> str:
    """The name of the worker with that number, from 0."""
    again, place = divmod(number, len(BARISTAS))
    return BARISTAS[place] + (str(again + 1) if again else "")
