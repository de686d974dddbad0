"""The line: which of the jobs that have come is next, and who serves it."""

from collections import deque
from collections.abc import Callable, Sequence
from heapq import heapify, heappop, heappush
from itertools import accumulate
from typing import Protocol

from collector.shape import Shape

# Gives a job to a slot: `begin(job, slot)`.
Begin = Callable[[int, int], None]


class Line(Protocol):
    """Jobs are numbered in the order in which they are served."""

    def come(self, jobs: int) -> None:
        """So many jobs have come, all together."""

    def free(self, slot: int) -> None:
        """A slot has nothing to do any more."""


class OneLine:
    """One line for all: the next job goes to the barista with the fewest in the air as soon as there is a slot.

    `soon(what, who)` is asked to let something happen at this moment, after what is under way.
    """

    def __init__(self, shape: Shape, soon: Callable[[Callable[[int], None], int], None], begin: Begin) -> None:
        self._soon = soon
        self._begin = begin
        self._come = 0
        self._next = 0
        self._free_slots = shape.all_slots
        self._slots = deal(shape.slots_of_processes)
        self._process = [process for process, slots in enumerate(self._slots) for _ in slots]
        self._in_the_air = [0] * shape.processes
        self._fewest = [(0, process) for process in range(shape.processes)]

    def come(self, jobs: int) -> None:
        """So many jobs have come, all together."""
        self._come = jobs
        self._serve()

    def free(self, slot: int) -> None:
        """A slot has nothing to do any more."""
        process = self._process[slot]
        heappush(self._slots[process], slot)
        self._in_the_air[process] -= 1
        heappush(self._fewest, (self._in_the_air[process], process))
        self._free_slots += 1
        self._serve()

    def _serve(self) -> None:
        while self._free_slots and self._next < self._come:
            self._free_slots -= 1
            self._soon(self._give, self._next)
            self._next += 1

    def _give(self, job: int) -> None:
        process = self._with_fewest()
        slot = heappop(self._slots[process])
        self._in_the_air[process] += 1
        if self._slots[process]:
            heappush(self._fewest, (self._in_the_air[process], process))
        self._begin(job, slot)

    def _with_fewest(self) -> int:
        """The process with the fewest in the air. What the heap says may be out of date; some of it always holds."""
        fewest = self._fewest
        if len(fewest) > 4 * len(self._in_the_air) + 1000:
            fewest[:] = [(held, process) for process, held in enumerate(self._in_the_air) if self._slots[process]]
            heapify(fewest)
        while True:
            held, process = heappop(fewest)
            if held == self._in_the_air[process] and self._slots[process]:
                return process


class Trays:
    """A queue as Celery's workers see it: each takes one message after another, `prefetch` for each slot.

    Who waits longest at the counter gets the next. What is on a tray stays there, however long the slots before it take:
    a short order may be stuck behind a macchiato while another barista is idle. `take(worker)` is asked for the work of
    taking one: it is to call `taken` when the worker can take another, and `put` when the message is there.
    """

    def __init__(self, shape: Shape, prefetch: int, take: Callable[[int], None], begin: Begin) -> None:
        self._take = take
        self._begin = begin
        self._room = [slots * prefetch for slots in shape.slots_each]
        self._come = 0
        self._next = 0
        self._counter = deque(range(shape.workers))
        self._is_at_counter = [True] * shape.workers
        self._held = [0] * shape.workers
        self._coming: list[deque[int]] = [deque() for _ in range(shape.workers)]
        self._trays: list[deque[int]] = [deque() for _ in range(shape.workers)]
        self._slots = deal(shape.slots_each)
        self._worker = [worker for worker, slots in enumerate(self._slots) for _ in slots]

    def come(self, jobs: int) -> None:
        """So many jobs have come, all together."""
        self._come = jobs
        self._serve()

    def taken(self, worker: int) -> None:
        """The worker has a message, on its way to its tray, and is free for another."""
        self._is_at_counter[worker] = False
        self._look(worker)

    def coming(self, worker: int) -> int:
        """The job whose message is on its way to the worker's tray, the first of them."""
        return self._coming[worker][0]

    def put(self, worker: int) -> None:
        """The message is on the tray."""
        self._trays[worker].append(self._coming[worker].popleft())
        self._work(worker)

    def free(self, slot: int) -> None:
        """A slot has nothing to do any more."""
        worker = self._worker[slot]
        heappush(self._slots[worker], slot)
        self._held[worker] -= 1
        self._work(worker)
        self._look(worker)

    def _look(self, worker: int) -> None:
        if self._held[worker] < self._room[worker] and not self._is_at_counter[worker]:
            self._is_at_counter[worker] = True
            self._counter.append(worker)
            self._serve()

    def _serve(self) -> None:
        while self._counter and self._next < self._come:
            worker = self._counter.popleft()
            self._held[worker] += 1
            self._coming[worker].append(self._next)
            self._next += 1
            self._take(worker)

    def _work(self, worker: int) -> None:
        tray, slots = self._trays[worker], self._slots[worker]
        while tray and slots:
            self._begin(tray.popleft(), heappop(slots))


def deal(slots: Sequence[int]) -> list[list[int]]:
    """The numbers of the slots that each has, from 0 on; each list is a heap."""
    firsts = accumulate(slots, initial=0)
    return [list(range(first, first + count)) for first, count in zip(firsts, slots, strict=False)]
