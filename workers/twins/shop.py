"""The shop of the plain twins: the stations of the real one, with no queue and no broker."""

import asyncio
import time
from collections.abc import Callable
from multiprocessing import current_process, get_context, parent_process
from typing import Any

from producer.clock import BrokerClock
from producer.message import COFFEE_TASK
from workers import coffee
from workers.execution import Execution, current, phase
from workers.instrument import ended, reason
from workers.journal import Entry
from workers.papers import Shelf, grade_message
from workers.slots import Slots
from workers.stations import hands, wait_async

Job = dict[str, Any]
Report = Callable[[Entry], None]


class WallClock:
    """This machine's own time, asked like a broker's."""

    def time(self) -> tuple[int, int]:
        """Seconds and microseconds since 1970."""
        return divmod(time.time_ns() // 1000, 1_000_000)


class LocalMachine:
    """An espresso machine for threads and processes of one computer."""

    def __init__(self, heads: int) -> None:
        context = get_context("fork")
        self._free = context.Semaphore(heads)
        self._taken = context.Array("b", heads)

    def pull(self, seconds: float) -> None:
        """Wait for a group head, hold it for `seconds`."""
        with phase("machine_wait"):
            self._free.acquire()
            head = self._take()
        try:
            with phase("machine", head):
                time.sleep(seconds)
        finally:
            self._taken[head] = 0
            self._free.release()

    def _take(self) -> int:
        """The lowest head that nobody holds; there is one, for whoever passed the semaphore."""
        with self._taken.get_lock():
            head: int = self._taken[:].index(0)
            self._taken[head] = 1
            return head


class Shop:
    """Serves one job at a time for whoever calls: a loop, a thread, a process or a coroutine."""

    def __init__(self, heads: int, shelf: Shelf) -> None:
        self.clock = BrokerClock(WallClock())
        self._slots = Slots()
        self._machine = LocalMachine(heads)
        self._async_heads = asyncio.Semaphore(heads)
        self._async_numbers = Slots()
        self._shelf = shelf

    def serve(self, job: Job) -> Entry:
        """Do one job; returns its entry, as a worker would leave it in the journal."""
        execution, token = self._begin(job)
        try:
            told = {"kind": "done", "result": self._do(job)}
        except Exception as error:  # a bad paper must not stop the others
            told = {"kind": "failed", "reason": reason(error)}
        return self._end(job, execution, token, told)

    async def serve_async(self, job: Job) -> Entry:
        """The same for a coroutine."""
        execution, token = self._begin(job)
        try:
            told = {"kind": "done", "result": await self._do_async(job)}
        except Exception as error:
            told = {"kind": "failed", "reason": reason(error)}
        return self._end(job, execution, token, told)

    def _do(self, job: Job) -> Any:
        if job["task"] == COFFEE_TASK:
            return coffee.make(coffee.read_steps(*job["args"]), self._machine)
        paper, rubric = job["args"]
        return grade_message(paper, rubric, self._shelf)

    async def _do_async(self, job: Job) -> Any:
        if job["task"] != COFFEE_TASK:
            return self._do(job)
        for step in coffee.read_steps(*job["args"]):
            match step.kind:
                case "hands":
                    hands(step.seconds)
                case "machine":
                    await self._pull_async(step.seconds)
                case "wait":
                    await wait_async(step.seconds)
        return None

    async def _pull_async(self, seconds: float) -> None:
        with phase("machine_wait"):
            await self._async_heads.acquire()
        head = self._async_numbers.take()
        try:
            with phase("machine", head):
                await asyncio.sleep(seconds)
        finally:
            self._async_numbers.give_back(head)
            self._async_heads.release()

    def _begin(self, job: Job) -> tuple[Execution, Any]:
        slot = self._slots.take() if in_main_process() else own_slot()
        execution = Execution(job["id"], slot, self.clock.now_s)
        return execution, current.set(execution)

    def _end(self, job: Job, execution: Execution, token: Any, told: Entry) -> Entry:
        execution.end()
        current.reset(token)
        if in_main_process():
            self._slots.give_back(execution.slot)
        return {**told, "job": job["id"], "task": job["task"], "attempt": 1, **ended(execution)}


def in_main_process() -> bool:
    """Whether this is the program itself, not a process of its pool."""
    return parent_process() is None


def own_slot() -> int:
    """The slot of a process of a pool: its number, which is the last of its name, from 0."""
    return int(current_process().name.rpartition("-")[2]) - 1
