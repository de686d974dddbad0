"""The ideal: the batch through a model of the shop in which nothing costs anything but the work itself.

A discrete-event simulation of slots, hands (one pair a process), cores and group heads, first come, first served. What a
real run takes beyond it is what the queue, the broker, the pool and Python's scheduling cost, and nothing else.
"""

from collections.abc import Generator, Sequence
from typing import Any

import simpy

from collector.shape import Shape
from producer.job import Job, Step

Happening = Generator[simpy.Event, Any, None]


class Cores:
    """Cores that an operating system shares out evenly: each of `n` runners gets `min(1, count / n)` of one."""

    def __init__(self, env: simpy.Environment, count: float) -> None:
        self._env = env
        self._count = count
        self._left_s: dict[simpy.Event, float] = {}
        self._since_s = 0.0
        self._change = 0

    def work(self, seconds: float) -> simpy.Event:
        """An event that happens when `seconds` of one core have been given."""
        self._progress()
        done = self._env.event()
        self._left_s[done] = seconds
        self._plan()
        return done

    def _share(self) -> float:
        return min(1.0, self._count / len(self._left_s))

    def _progress(self) -> None:
        if self._left_s:
            given_s = (self._env.now - self._since_s) * self._share()
            self._left_s = {done: left_s - given_s for done, left_s in self._left_s.items()}
        self._since_s = self._env.now

    def _plan(self) -> None:
        """Wait for the next to be done; a plan is void when somebody comes before."""
        self._change += 1
        if self._left_s:
            next_done = min(self._left_s, key=self._left_s.__getitem__)
            after_s = max(0.0, self._left_s[next_done] / self._share())
            self._env.process(self._finish(next_done, after_s, self._change))

    def _finish(self, done: simpy.Event, after_s: float, change: int) -> Happening:
        yield self._env.timeout(after_s)
        if change == self._change:
            self._progress()
            del self._left_s[done]
            done.succeed()
            self._plan()


class Model:
    """The shop: jobs wait for a slot, then do their steps."""

    def __init__(self, shape: Shape) -> None:
        self.env = simpy.Environment()
        self._slots = simpy.Resource(self.env, shape.all_slots)
        self._machine = simpy.Resource(self.env, shape.machines)
        self._hands = [simpy.Resource(self.env, 1) for _ in range(shape.processes)]
        self._free = list(shape.slots_of_processes)
        self._in_the_air = [0] * shape.processes
        # Cores never run out where there is one for each slot.
        self._cores = Cores(self.env, shape.cores) if shape.all_slots > shape.cores else None

    def serve(self, job: Job) -> Happening:
        """One job from its arrival to its end."""
        yield self.env.timeout(job.arrives_s)
        with self._slots.request() as slot:
            yield slot
            barista = self._least_busy()
            self._take(barista, 1)
            for step in job.steps:
                yield from self._do(step, barista)
            self._take(barista, -1)

    def _least_busy(self) -> int:
        """Of those with a free slot, the barista with the fewest orders in the air."""
        free = [barista for barista, slots in enumerate(self._free) if slots]
        return min(free, key=self._in_the_air.__getitem__)

    def _take(self, barista: int, orders: int) -> None:
        self._in_the_air[barista] += orders
        self._free[barista] -= orders

    def _do(self, step: Step, barista: int) -> Happening:
        match step.kind:
            case "hands":
                with self._hands[barista].request() as hands:
                    yield hands
                    yield self._work(step.seconds)
            case "native":
                yield self._work(step.seconds)
            case "machine":
                with self._machine.request() as head:
                    yield head
                    yield self.env.timeout(step.seconds)
            case "wait":
                yield self.env.timeout(step.seconds)

    def _work(self, seconds: float) -> simpy.Event:
        return self._cores.work(seconds) if self._cores else self.env.timeout(seconds)


def ideal_s(jobs: Sequence[Job], shape: Shape) -> float:
    """The completion time in seconds without any overhead, for jobs in the order they are sent."""
    model = Model(shape)
    for job in jobs:
        model.env.process(model.serve(job))
    model.env.run()
    return float(model.env.now)
