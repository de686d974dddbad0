"""Turns: runs on one broker happen one after another, or each would measure the others."""

import json
import platform
import threading
import time
from contextlib import suppress
from types import TracebackType
from typing import Any, Self, cast
from uuid import uuid4

import redis

from manyhands.progress import say
from producer.broker import connect
from producer.message import TURN_KEY

# A conductor that died has its turn for so long, and one that lives asks for more in time.
TTL_S = 6.0
RENEW_EVERY_S = 1.0
LOOK_EVERY_S = 0.2

# KEYS: the turn. ARGV: ours, as JSON, and its lifetime in milliseconds. Returns whose it is.
_TAKE = """
local holder = redis.call('GET', KEYS[1])
if holder and holder ~= ARGV[1] then return holder end
redis.call('SET', KEYS[1], ARGV[1], 'PX', ARGV[2])
return ARGV[1]
"""
_RETURN = "if redis.call('GET', KEYS[1]) == ARGV[1] then redis.call('DEL', KEYS[1]) end"


class Turn:
    """The turn of one run. A context manager: waits for it, and keeps it by a thread of its own."""

    def __init__(self, url: str, run: str) -> None:
        self._broker = connect(url)
        self._ours = json.dumps({"run": run, "host": platform.node(), "token": uuid4().hex})
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._keep, name="turn", daemon=True)

    def __enter__(self) -> Self:
        told = ""
        try:
            while (holder := self._take()) != self._ours:
                if holder != told:
                    told = holder
                    say(f"Waiting for {whose(holder)} to end: runs on one broker take turns.")
                time.sleep(LOOK_EVERY_S)
        except BaseException:
            self._return()
            raise
        self._thread.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._over.set()
        self._thread.join()
        self._return()

    def _take(self) -> str:
        holder: Any = self._broker.eval(_TAKE, 1, TURN_KEY, self._ours, str(int(TTL_S * 1000)))
        return cast("bytes", holder).decode()

    def _keep(self) -> None:
        while not self._over.wait(RENEW_EVERY_S):
            with suppress(redis.RedisError):  # a broker that restarts is asked again
                self._take()

    def _return(self) -> None:
        with suppress(redis.RedisError):
            self._broker.eval(_RETURN, 1, TURN_KEY, self._ours)
        self._broker.close()


def whose(holder: str) -> str:
    """A turn in words."""
    try:
        told = json.loads(holder)
        return f"run {told['run']} on {told['host']}"
    except (ValueError, TypeError, KeyError):
        return "another run"
