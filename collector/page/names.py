"""Names: what the jobs of a run under way are called, and when they were sent, read from its folder as they are sent."""

import json
from contextlib import suppress
from pathlib import Path


class Names:
    """Reads a growing `sent.jsonl`, each line once."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._at_byte = 0
        self.known: dict[str, str] = {}
        self.sent_s: dict[str, float] = {}

    def read(self) -> None:
        """Read what is new. Where the folder is not here, jobs are called by their ids."""
        try:
            with self._path.open("rb") as file:
                file.seek(self._at_byte)
                text = file.read()
        except OSError:
            return
        whole, _, _ = text.rpartition(b"\n")
        if not whole:
            return
        self._at_byte += len(whole) + 1
        for line in whole.split(b"\n"):
            with suppress(ValueError, LookupError, TypeError):  # no line of ours
                row = json.loads(line)
                self.known[row["job"]], self.sent_s[row["job"]] = row["name"], row["sent_s"]
