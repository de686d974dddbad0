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
from typing import Literal

from playwright.sync_api import Page, sync_playwright

from workers.settings import BROKER_URL_VARIABLE


@contextmanager
def served(runs: Path, broker_url: str | None = None) -> Iterator[tuple[str, "subprocess.Popen[str]"]]:
    """The page's address and its process, as long as this lasts."""
    command = [sys.executable, "-m", "manyhands", "serve", "--port", "0", "--runs", str(runs)]
    environment = {**os.environ, **({BROKER_URL_VARIABLE: broker_url} if broker_url else {})}
    with subprocess.Popen(command, env=environment, stderr=subprocess.PIPE, text=True) as process:
        try:
            assert process.stderr is not None
            found = re.search(r"http://\S+", process.stderr.readline())
            assert found
            yield found[0], process
        finally:
            process.terminate()


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
