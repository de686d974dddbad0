"""The page in a real Chromium, served by the command itself."""

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from tests.integration.conftest import wait_until
from workers.settings import BROKER_URL_VARIABLE

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
START_LIMIT_S = 90.0

# A whole run on a machine that is busy with other things.
RUN_LIMIT_S = 90.0


@pytest.fixture(autouse=True)
def needs_chromium() -> None:
    """At home the browser's tests are skipped where there is none; where changes are judged that is a fault."""
    if CHROMIUM is None:
        why = "no Chromium: apt-get install chromium"
        pytest.fail(why) if os.environ.get("CI") == "true" else pytest.skip(why)


@dataclass
class Served:
    """The page's process, and where it answers."""

    process: "subprocess.Popen[str]"
    url: str

    @property
    def port(self) -> str:
        return self.url.rpartition(":")[2]


class Serves(Protocol):
    def __call__(self, port: str = "0", broker_url: str | None = None) -> Served: ...


@pytest.fixture
def runs(tmp_path: Path) -> Path:
    return tmp_path / "runs"


@pytest.fixture
def serve(runs: Path) -> Iterator[Serves]:
    """Serves the page until the test is over."""
    with ExitStack() as stack:

        def start(port: str = "0", broker_url: str | None = None) -> Served:
            environment = {**os.environ, **({BROKER_URL_VARIABLE: broker_url} if broker_url else {})}
            command = [sys.executable, "-m", "manyhands", "serve", "--port", port, "--runs", str(runs)]
            process = stack.enter_context(subprocess.Popen(command, env=environment, stderr=subprocess.PIPE, text=True))
            stack.callback(process.terminate)
            assert process.stderr is not None
            found = re.search(r"http://\S+", process.stderr.readline())
            assert found, process.stderr.read()
            return Served(process, found[0])

        yield start


@pytest.fixture
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield browser
        browser.close()


@dataclass
class Visit:
    """A page that is looked at, and what went wrong in it."""

    page: Page
    wrongs: list[str] = field(default_factory=list)
    requests: list[str] = field(default_factory=list)

    def ask(self, script: str) -> Any:
        """What a script comes to in the page."""
        return self.page.evaluate(script)

    def wait(self, script: str, limit_s: float = START_LIMIT_S) -> None:
        """Wait until a script comes to something that is true. (The page's policy forbids Playwright's own way to.)"""
        wait_until(lambda: bool(self.ask(script)), limit_s)

    def open(self, url: str, ready: str = "manyhands.page.isReady") -> None:
        """Go there, and wait until the page is ready."""
        self.page.goto(url)
        self.wait(f"Boolean(globalThis.manyhands && {ready})")

    def expect_calm(self, url: str) -> None:
        """Nothing went wrong, and nobody else was asked for anything."""
        assert self.wrongs == []
        assert [each for each in self.requests if not each.startswith((url, "data:"))] == []


class Visits(Protocol):
    def __call__(self, width: int = 1280, height: int = 800, **options: Any) -> Visit: ...


@pytest.fixture
def visit(browser: Browser) -> Visits:
    """Opens windows of a size."""

    def look(width: int = 1280, height: int = 800, **options: Any) -> Visit:
        page = browser.new_page(viewport={"width": width, "height": height}, **options)
        visit = Visit(page)
        page.on("console", lambda said: visit.wrongs.append(said.text) if said.type in ("error", "warning") else None)
        page.on("pageerror", lambda error: visit.wrongs.append(str(error)))
        page.on("request", lambda request: visit.requests.append(request.url))
        return visit

    return look


@pytest.fixture
def stored(runs: Path) -> str:
    """The name of a run that is kept: through the model, so that it takes no time."""
    command = [sys.executable, "-m", "manyhands", "run", "coffee", "--orders", "12", "--workers", "2", "--slots", "4"]
    subprocess.run([*command, "--simulate", "--predict", "5", "--runs", str(runs)], check=True, capture_output=True)
    return (runs / "latest").resolve().name
