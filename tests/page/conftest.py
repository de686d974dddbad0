"""The page as it is served, by the command itself, on a real broker."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import httpx
import pytest

from tests.integration.conftest import wait_until
from workers.settings import BROKER_URL_VARIABLE

START_LIMIT_S = 30.0
STOP_LIMIT_S = 30.0


@dataclass
class Served:
    """A page that is served, and where."""

    url: str
    process: "subprocess.Popen[bytes]"
    said: Path
    runs: Path

    @property
    def port(self) -> int:
        return int(self.url.rpartition(":")[2])

    def get(self, path: str, **options: Any) -> httpx.Response:
        return httpx.get(self.url + path, timeout=30, **options)

    def json(self, path: str) -> Any:
        answer = self.get(path)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def ask(self, path: str, body: Any, **headers: str) -> httpx.Response:
        """What the page asks, as it asks it."""
        token = self.get("/").text.partition('name="token" content="')[2].partition('"')[0]
        ours = {"Origin": self.url, "X-Manyhands-Token": token}
        return httpx.post(self.url + path, json=body, headers={**ours, **headers}, timeout=60)

    def end(self, number: signal.Signals = signal.SIGINT) -> None:
        if self.process.poll() is None:
            self.process.send_signal(number)
        self.process.wait(STOP_LIMIT_S)


class Serves(Protocol):
    def __call__(self, *options: str, url: str | None = None, **environment: str) -> Served: ...


@pytest.fixture
def serve(tmp_path: Path) -> Iterator[Serves]:
    """Serves pages, and ends them."""
    with ExitStack() as stack:

        def start(*options: str, url: str | None = None, **environment: str) -> Served:
            said = tmp_path / f"said-{len(list(tmp_path.glob('said-*')))}"
            runs = tmp_path / "runs"
            port = [] if "--port" in options else ["--port", "0"]
            command = [sys.executable, "-m", "manyhands", "serve", *port, "--runs", str(runs), *options]
            broker = {} if url is None else {BROKER_URL_VARIABLE: url}
            with said.open("wb") as file:
                process = subprocess.Popen(
                    command, env={**os.environ, **broker, **environment}, stdin=subprocess.DEVNULL, stderr=file
                )
            served = Served("", process, said, runs)
            stack.callback(served.end)
            wait_until(lambda: b"\n" in said.read_bytes() or process.poll() is not None, START_LIMIT_S)
            served.url = said.read_text().partition("The page is at ")[2].split()[0]
            wait_until(lambda: answers(served), START_LIMIT_S)
            return served

        yield start


def answers(served: Served) -> bool:
    """Whether the page is up and knows its broker."""
    try:
        return bool(served.get("/healthz").json()["broker"] == "ok")
    except httpx.TransportError:
        return False
