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

import httpx
import pytest
from playwright.sync_api import Browser, ConsoleMessage, Page, sync_playwright
from playwright.sync_api import Error as BrowserError

from tests.integration.conftest import wait_until
from workers.settings import BROKER_URL_VARIABLE

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
START_LIMIT_S = 60.0

# What a browser says when a network of its machine comes or goes, such as that of a container which somebody starts: it lets
# go of all that is on its way. The page has to come through; what the browser says of it is no fault of the page.
NETWORK_CHANGED = "ERR_NETWORK_CHANGED"

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

    process: "subprocess.Popen[bytes]"
    url: str

    @property
    def port(self) -> str:
        return self.url.rpartition(":")[2]


class Serves(Protocol):
    def __call__(self, port: str = "0", broker_url: str | None = None, **environment: str) -> Served: ...


@pytest.fixture
def runs(tmp_path: Path) -> Path:
    return tmp_path / "runs"


@pytest.fixture
def serve(runs: Path, tmp_path: Path) -> Iterator[Serves]:
    """Serves the page until the test is over."""
    with ExitStack() as stack:

        def start(port: str = "0", broker_url: str | None = None, **environment: str) -> Served:
            environment = {**os.environ, **environment, **({BROKER_URL_VARIABLE: broker_url} if broker_url else {})}
            command = [sys.executable, "-m", "manyhands", "serve", "--port", port, "--runs", str(runs)]
            said = tmp_path / f"said-{len(list(tmp_path.glob('said-*')))}"
            with said.open("wb") as file:
                process = stack.enter_context(subprocess.Popen(command, env=environment, stderr=file))
            stack.callback(process.terminate)
            wait_until(lambda: b"\n" in said.read_bytes() or process.poll() is not None, START_LIMIT_S)
            found = re.search(r"http://\S+", said.read_text(encoding="utf-8"))
            assert found, said.read_text(encoding="utf-8")
            wait_until(lambda: answers(found[0]), START_LIMIT_S)
            return Served(process, found[0])

        yield start


def answers(url: str) -> bool:
    """Whether the page is up and knows its broker."""
    try:
        return bool(httpx.get(f"{url}/healthz", timeout=5).json()["broker"] == "ok")
    except httpx.TransportError:
        return False


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
        try:
            wait_until(lambda: self.comes_to(script), limit_s)
        except AssertionError:
            shown = self.ask("document.querySelector('main, body').innerText")
            pytest.fail(f"never true: {script}\nthe page said {self.wrongs}, and showed:\n{shown}")

    def comes_to(self, script: str) -> bool:
        """Whether a script comes to something that is true; it does not while the page is loaded again."""
        try:
            return bool(self.ask(script))
        except BrowserError as error:
            if "context was destroyed" in str(error):
                return False
            raise

    def open(self, url: str, ready: str = "manyhands.page.isReady") -> None:
        """Go there, as often as the browser lets go of it, and wait until the page is ready."""
        wait_until(lambda: self._goes(url), START_LIMIT_S)
        self.wait(f"Boolean(globalThis.manyhands && {ready})")

    def _goes(self, url: str) -> bool:
        try:
            self.page.goto(url)
        except BrowserError as error:
            if NETWORK_CHANGED in str(error):
                return False
            raise
        return True

    def hear(self, said: ConsoleMessage) -> None:
        """What the page's console says is wrong."""
        if said.type in ("error", "warning") and NETWORK_CHANGED not in said.text:
            self.wrongs.append(said.text)

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
        page.on("console", visit.hear)
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
