"""A window onto the page: the command serves it, and a Chromium without a screen looks at it. For benches and pictures."""

import os
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Literal

from playwright.sync_api import Page, sync_playwright

from workers.settings import BROKER_URL_VARIABLE

START_LIMIT_S = 30.0


@contextmanager
def served(runs: Path, broker_url: str | None = None) -> Iterator[tuple[str, "subprocess.Popen[bytes]"]]:
    """The page's address and its process, as long as this lasts."""
    command = [sys.executable, "-m", "manyhands", "serve", "--port", "0", "--runs", str(runs)]
    environment = {**os.environ, **({BROKER_URL_VARIABLE: broker_url} if broker_url else {})}
    # A pipe that nobody empties would stop who writes into it.
    with NamedTemporaryFile("w+b") as said, subprocess.Popen(command, env=environment, stderr=said) as process:
        try:
            yield address_in(Path(said.name), process), process
        finally:
            process.terminate()


def address_in(said: Path, process: "subprocess.Popen[bytes]") -> str:
    """The address that a server says it is at, when it has said it."""
    give_up_s = time.monotonic() + START_LIMIT_S
    while not (found := re.search(r"(http://\S+).*\n", said.read_text(encoding="utf-8"))):
        assert time.monotonic() < give_up_s, "the page is not served"
        assert process.poll() is None, said.read_text(encoding="utf-8")
        time.sleep(0.02)
    return found[1]


@contextmanager
def window(width: int, height: int, scheme: Literal["light", "dark"] = "light") -> Iterator[Page]:
    """A window of this size in pixels; one that is as narrow as a phone's is a phone's."""
    is_phone = width < 500
    with sync_playwright() as playwright:
        chromium = shutil.which("chromium") or shutil.which("chromium-browser")
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        viewport = {"width": width, "height": height}
        yield browser.new_page(viewport=viewport, color_scheme=scheme, is_mobile=is_phone, has_touch=is_phone)  # type: ignore[arg-type]
        browser.close()


def wait_for(page: Page, script: str, limit_s: float = 60) -> None:
    """Wait until a script comes to something true. The page's policy forbids Playwright's own way to."""
    give_up_s = time.monotonic() + limit_s
    while not page.evaluate(f"() => Boolean({script})"):
        assert time.monotonic() < give_up_s, script
        time.sleep(0.02)
