"""Dead letters: messages that nobody could read, set aside with the reason, so that a worker lives on."""

import json
import time

import redis

from producer.message import DEAD_LETTERS_KEY

MOST_LETTERS = 1000


def set_aside(broker: redis.Redis, reason: str, message: object) -> None:
    """Keep a message that cannot be done; the newest `MOST_LETTERS` stay."""
    letter = {"reason": reason, "when_s": time.time(), "message": repr(message)[:4000]}
    with broker.pipeline(transaction=False) as pipeline:
        pipeline.lpush(DEAD_LETTERS_KEY, json.dumps(letter))
        pipeline.ltrim(DEAD_LETTERS_KEY, 0, MOST_LETTERS - 1)
        pipeline.execute()
