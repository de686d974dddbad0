"""A run is a folder: everything that is drawn is drawn from it, so a run can be looked at anywhere, at any time."""

import json
import os
import shutil
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import NamedTemporaryFile
from types import TracebackType
from typing import IO, Any, Self

from producer.errors import BadInputError

# What was asked for, and where.
MANIFEST = "manifest.json"

# What a run came to, and what makes its folder one that can be looked at.
SUMMARY = "summary.json"

CURE = "Free some space, or name another folder with --runs DIR"


@contextmanager
def writing(path: Path) -> Iterator[None]:
    """A disk that is full or must not be written to is the user's to mend, in one line."""
    try:
        yield
    except OSError as error:
        raise BadInputError(path, f"cannot be written ({error.strerror})", CURE) from None


class RunFolder:
    """The folder of one run, while it is written.

    A context manager: at its end the files are closed, and if the run has a summary the link `latest` beside it leads here.
    A run that was refused before anything happened leaves no folder.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._open: dict[str, IO[str]] = {}

    @classmethod
    def create(cls, runs: Path, name: str) -> "RunFolder":
        """A new folder `name` under `runs`, with a number where the name is taken.

        Raises:
            BadInputError: nothing can be written there.
        """
        with writing(runs):
            runs.mkdir(parents=True, exist_ok=True)
            return cls(_new_folder(runs, name))

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        for name, file in self._open.items():
            try:
                file.close()
            except OSError as failed:  # a disk that was full is full still, and has been told of
                if error is None:
                    raise BadInputError(self.path / name, f"cannot be written ({failed.strerror})", CURE) from None
        if error is None and (self.path / SUMMARY).exists():
            with writing(self.path.parent):
                _link_latest(self.path)
        if isinstance(error, BadInputError) and {file.name for file in self.path.iterdir()} <= {MANIFEST}:
            shutil.rmtree(self.path, ignore_errors=True)

    def append(self, name: str, rows: Iterable[dict[str, Any]]) -> None:
        """Add rows to a file of JSON lines; they are with the operating system when this returns."""
        path = self.path / name
        with writing(path):
            if name not in self._open:
                self._open[name] = path.open("a", encoding="utf-8")
            self._open[name].writelines(json.dumps(row) + "\n" for row in rows)
            self._open[name].flush()

    def write(self, name: str, text: str) -> None:
        """Write a whole file, or leave the old one: never half of it."""
        path = self.path / name
        with writing(path):
            write_whole(path, text)

    def write_json(self, name: str, value: Any, indent: int | None = 2) -> None:
        """The same, of a value as JSON; without `indent` on one line, which is ten times as fast where there is much."""
        self.write(name, json.dumps(value, indent=indent) + "\n")


def write_whole(path: Path, text: str) -> None:
    """Write a file next to its place, then put it there."""
    with NamedTemporaryFile("w", encoding="utf-8", dir=path.parent, prefix=f".{path.name}.", delete=False) as file:
        try:
            file.write(text)
            file.flush()
            Path(file.name).chmod(0o644)
            Path(file.name).replace(path)
        except BaseException:
            Path(file.name).unlink()
            raise


def read_lines(path: Path) -> list[dict[str, Any]]:
    """The rows of a file of JSON lines; the last may have been cut off, and is left out then."""
    lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
    return [json.loads(line) for line in lines if line.endswith("\n")]


def _new_folder(runs: Path, name: str) -> Path:
    for number in range(1, 1000):
        path = runs / (name if number == 1 else f"{name}-{number}")
        try:
            path.mkdir()
        except FileExistsError:
            continue
        return path
    raise BadInputError(runs, f"has a thousand runs called {name}", "Name another folder with --runs DIR")


def _link_latest(run: Path) -> None:
    fresh = run.with_name(f".latest-{os.getpid()}")
    fresh.unlink(missing_ok=True)  # left by a process of that number that was killed here
    fresh.symlink_to(run.name, target_is_directory=True)
    fresh.replace(run.with_name("latest"))
