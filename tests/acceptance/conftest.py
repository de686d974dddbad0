"""The command, in a process of its own, as a person would type it."""

import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

COMMAND = Path(sys.executable).with_name("manyhands")


@dataclass(frozen=True)
class Desk:
    """A folder to work in, with a folder for temporary files that must be empty in the end."""

    folder: Path
    temporary: Path

    @property
    def environment(self) -> dict[str, str]:
        return {**os.environ, "TMPDIR": str(self.temporary), "COLUMNS": "120"}

    def start(self, *arguments: str) -> subprocess.Popen[str]:
        return subprocess.Popen(
            [str(COMMAND), *arguments],
            cwd=self.folder,
            env=self.environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def run(self, *arguments: str, timeout_s: float = 120) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [str(COMMAND), *arguments],
            cwd=self.folder,
            env=self.environment,
            capture_output=True,
            text=True,
            timeout=timeout_s,
            check=False,
        )

    @property
    def runs(self) -> list[Path]:
        folder = self.folder / "runs"
        return sorted(path for path in folder.iterdir() if not path.is_symlink()) if folder.exists() else []


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    desk = Desk(tmp_path / "desk", tmp_path / "temporary")
    desk.folder.mkdir()
    desk.temporary.mkdir()
    return desk


@pytest.fixture
def write(desk: Desk) -> Callable[[str, str | bytes], str]:
    """Writes a file on the desk; returns its name."""

    def write_file(name: str, content: str | bytes) -> str:
        path = desk.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return name

    return write_file
