"""Runs the demo, and puts what it printed and what it drew where README.md shows them."""

import os
import re
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from collector.panels import panel
from collector.stored import read_run
from collector.svg import draw

ROOT = Path(__file__).parent.parent
README = ROOT / "README.md"
PICTURE = ROOT / "docs" / "pictures" / "lanes.svg"

# Of all the runs of the demo these three tell most in the least space.
SHOWN = ("coffee-solo-1x1-2", "coffee-threads-1x8-2", "coffee-prefork-1x3-2")


def main() -> None:
    """Make everything anew."""
    with TemporaryDirectory() as folder:
        command = [sys.executable, "-m", "manyhands", "demo", "--runs", folder]
        environment = {**os.environ, "COLUMNS": "100"}
        said = subprocess.run(command, env=environment, stdout=subprocess.PIPE, text=True, check=True).stdout
        [demo] = Path(folder).glob("*-demo")
        PICTURE.parent.mkdir(parents=True, exist_ok=True)
        PICTURE.write_text(draw([panel(read_run(demo / name)) for name in SHOWN]), encoding="utf-8")
    shown = "\n".join(line.rstrip() for line in said.partition("\nThe report")[0].splitlines()).strip()
    page = README.read_text(encoding="utf-8")
    block = f"<!-- demo -->\n```text\n{shown}\n```\n<!-- /demo -->"
    README.write_text(re.sub(r"<!-- demo -->.*<!-- /demo -->", lambda _: block, page, flags=re.DOTALL), encoding="utf-8")


if __name__ == "__main__":
    main()
