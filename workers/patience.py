"""Patience: a broker that restarts is waited for."""

import time
from collections.abc import Callable
from typing import TypeVar

import redis

Answer = TypeVar("Answer")

# So long is a broker waited for before what was asked of it is given up.
PATIENCE_S = 60.0
RETRY_S = 0.1


def patiently(ask: Callable[[], Answer]) -> Answer:
    """What the broker answers to `ask`, which is asked again while the broker is away: twice must do no harm.

    Raises:
        redis.RedisError: the broker was away for longer than `PATIENCE_S`.
    """
    give_up_s = time.monotonic() + PATIENCE_S
    while True:
        try:
            return ask()
        except (redis.ConnectionError, redis.TimeoutError):
            if time.monotonic() > give_up_s:
                raise
            time.sleep(RETRY_S)
