"""Flower's settings: a password, and a history that outlives it."""

from pathlib import Path

port = 5555
basic_auth = [f"lab:{Path('/keys/flower').read_text(encoding='ascii')}"]
persistent = True
db = "/flower/flower"
state_save_interval = 5_000  # in ms: little is lost where it is killed
enable_events = True
