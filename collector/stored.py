"""A run read back from its folder: everything that is drawn can be drawn again from there."""

import json
from pathlib import Path

from collector.fold import Ledger
from collector.folder import read_lines
from collector.report import Told
from producer.errors import BadInputError


def read_run(folder: Path) -> Told:
    """The run in a folder.

    Raises:
        BadInputError: there is no run, or not all of one.
    """
    try:
        manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
        summary = json.loads((folder / "summary.json").read_text(encoding="utf-8"))
        ledger = Ledger(manifest["run"])
        for entry in read_lines(folder / "journal.jsonl"):
            ledger.add(entry)
        first_s = min((row["sent_s"] for row in read_lines(folder / "sent.jsonl")), default=0.0)
        return Told(summary, ledger, first_s, manifest["title"])
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise BadInputError(folder, f"holds no run that can be read ({error!r})", "Name a folder in runs/") from None
