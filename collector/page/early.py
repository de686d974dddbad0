"""The script that stands in the page itself, and its name in a Content-Security-Policy: no other may."""

from base64 import b64encode
from hashlib import sha256
from pathlib import Path

SCRIPT = (Path(__file__).parent / "static" / "early.js").read_text(encoding="utf-8")
SOURCE = f"'sha256-{b64encode(sha256(SCRIPT.encode()).digest()).decode()}'"
