"""Pictures of the page: a real run, in three sizes, light and dark, each under 200 KB."""

import subprocess
import sys
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Literal

from PIL import Image
from playwright.sync_api import Page
from window import served, wait_for, window

PICTURES = Path(__file__).parent.parent / "docs" / "pictures"
SIZES = ((1280, 800), (1920, 1080), (390, 844))
SCHEMES: tuple[Literal["light", "dark"], ...] = ("light", "dark")
MOST_BYTES = 200_000

# The run that is shown, and the moment: bars of every kind are under way, and the prediction still ahead.
RUN = ("coffee", "--orders", "40", "--workers", "2", "--slots", "8", "--speed", "60", "--predict", "7")
MOMENT_S = 5.2


def main() -> None:
    """Make the run, and its pictures in the middle of it."""
    with TemporaryDirectory() as folder:
        command = [sys.executable, "-m", "manyhands", "run", *RUN, "--runs", folder]
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
        name = Path(folder, "latest").resolve().name
        with served(Path(folder)) as (url, _):
            for width, height in SIZES:
                for scheme in SCHEMES:
                    with window(width, height, scheme) as page:
                        look(page, f"{url}/#run={name}&at={MOMENT_S}")
                        keep(page.screenshot(), f"page-{width}-{scheme}")


def look(page: Page, address: str) -> None:
    """Go there, and wait until all is drawn."""
    page.goto(address)
    wait_for(page, "globalThis.manyhands?.page.isReady && manyhands.page.model?.meta.summary")
    wait_for(page, "document.querySelectorAll('#answer .fig[data-figure] svg').length >= 2")
    page.evaluate("() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")


def keep(picture: bytes, name: str) -> None:
    """Write a picture with as few colours as it takes."""
    image = Image.open(BytesIO(picture)).convert("RGB").quantize(128, dither=Image.Dither.NONE)
    path = PICTURES / f"{name}.png"
    image.save(path, optimize=True)
    assert path.stat().st_size < MOST_BYTES, f"{path} has {path.stat().st_size} bytes"


if __name__ == "__main__":
    main()
