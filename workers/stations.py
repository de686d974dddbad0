"""The stations of the shop: the barista's hands, and the waits where nobody is needed."""

import asyncio
import time

from workers.execution import phase

# About 20 microseconds of arithmetic between two looks at the clock: short against any step, long against a look.
SPINS = 400


def hands(cpu_s: float) -> None:
    """Burn `cpu_s` of this thread's own CPU clock, holding the GIL.

    Whoever shares the process has to take turns: on one barista the hands of eight orders queue for each other.
    """
    with phase("hands"):
        until_s = time.thread_time() + cpu_s
        while time.thread_time() < until_s:
            spin()


def spin() -> int:
    """A little pure Python work."""
    total = 0
    for number in range(SPINS):
        total += number
    return total


def wait(seconds: float) -> None:
    """Nobody is needed: a real wait, which lets the slot's thread or greenlet go."""
    with phase("wait"):
        time.sleep(seconds)


async def wait_async(seconds: float) -> None:
    """The same for a coroutine."""
    with phase("wait"):
        await asyncio.sleep(seconds)
