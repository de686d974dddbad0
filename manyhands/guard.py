"""The guard: a process that outlives the conductor by a moment, and ends what it left behind.

It reads process ids from a pipe, `+PID` when one is started and `-PID` when it was stopped. When the pipe closes the
conductor is gone, however it went, and the groups of those still on the list are killed.
"""

import os
import signal
import subprocess
import sys
from contextlib import suppress
from types import TracebackType
from typing import Any, Self


class Guard:
    """Watches over processes that lead a session of their own. A context manager."""

    def __init__(self) -> None:
        self._process = subprocess.Popen([sys.executable, "-I", "-S", __file__], stdin=subprocess.PIPE, start_new_session=True)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        assert self._process.stdin is not None
        self._process.stdin.close()
        self._process.wait()

    def launch(self, command: list[str], say: bytes | None = None, **options: Any) -> subprocess.Popen[bytes]:
        """Start a process that leads a session of its own, with something on its standard input, and watch over it.

        No interrupt comes in between: a process must not be started and forgotten, or be left half told.
        """
        from manyhands.signals import uninterrupted  # noqa: PLC0415  # the guard itself runs without our packages

        with uninterrupted():
            stdin = subprocess.DEVNULL if say is None else subprocess.PIPE
            process = subprocess.Popen(command, stdin=stdin, start_new_session=True, **options)
            self.watch(process.pid)
            if say is not None:
                assert process.stdin is not None
                process.stdin.write(say)
                process.stdin.close()
        return process

    def watch(self, pid: int) -> None:
        """End this process's group if we are gone before it."""
        self._tell(f"+{pid}")

    def forget(self, pid: int) -> None:
        """It has been stopped."""
        self._tell(f"-{pid}")

    def _tell(self, line: str) -> None:
        assert self._process.stdin is not None
        self._process.stdin.write(f"{line}\n".encode())
        self._process.stdin.flush()


def main() -> None:
    """Read until the pipe closes, then end what is left."""
    pids: set[int] = set()
    for line in sys.stdin:
        sign, pid = line[0], int(line[1:])
        (pids.add if sign == "+" else pids.discard)(pid)
    for pid in pids:
        with suppress(ProcessLookupError):
            os.killpg(pid, signal.SIGKILL)


if __name__ == "__main__":
    main()
