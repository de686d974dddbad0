"""Progress on standard error: a live bar on a terminal, plain lines elsewhere."""

import sys
import time
from types import TracebackType
from typing import Self

from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

LINE_EVERY_S = 2.0
REDRAW_EVERY_S = 0.2


class Bar:
    """The progress of one run. A context manager: the bar goes when the run is over, and what it came to is said."""

    def __init__(self, title: str, total: int) -> None:
        self._title = title
        self._total = total
        self._shown_s = 0.0
        self._console = Console(stderr=True)
        self._live = self._console.is_terminal
        # It is drawn when the conductor says so: a thread of its own would take time from the run on a small machine.
        self._progress = Progress(
            TextColumn("[bold]{task.description}"),
            BarColumn(bar_width=32),
            TextColumn("{task.completed:.0f} of {task.total:.0f}  {task.fields[said]}"),
            TimeElapsedColumn(),
            console=self._console,
            auto_refresh=False,
            transient=True,
        )
        self._task = self._progress.add_task(escape(title), total=total, said="")

    def __enter__(self) -> Self:
        if self._live:
            self._progress.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        if self._live:
            self._progress.stop()

    def rename(self, title: str) -> None:
        """It turned out to be called otherwise."""
        self._title = title
        self._progress.update(self._task, description=escape(title))

    def show(self, ended: int, said: str, last: bool = False) -> None:
        """So many jobs have ended; drawn at most every `REDRAW_EVERY_S`."""
        now_s = time.monotonic()
        if now_s - self._shown_s < (REDRAW_EVERY_S if self._live else LINE_EVERY_S) and not last:
            return
        self._shown_s = now_s
        if self._live:
            self._progress.update(self._task, completed=ended, said=said)
            self._progress.refresh()
        else:
            print(f"{self._title}: {ended} of {self._total}  {said}", file=sys.stderr, flush=True)


def say(line: str) -> None:
    """One line on standard error."""
    print(line, file=sys.stderr, flush=True)
