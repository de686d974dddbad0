"""The model of the shop: the event loop behind the ideal and the simulation.

A discrete-event simulation of slots, hands (one pair a process), cores and group heads, first come, first served. Who
was served is handed on at once: time grows with the jobs linearly, and nothing is kept of those that are over.
"""

from collections import deque
from collections.abc import Callable, Iterator, Sequence
from heapq import heappop, heappush
from typing import NamedTuple

from collector.clockwork import Clockwork, What
from collector.costs import NOTHING, Costs
from collector.hands import Hands
from collector.intake import Intake
from collector.line import Line, OneLine
from collector.sending import sending_times
from collector.shape import Shape
from producer.job import Job, Step
from workers.execution import PhaseKind

# A menu makes some hundreds; measured papers have one each.
MOST_PROGRAMS = 10_000

# A phase as the journal has it: kind, start, end, CPU seconds or None, group head or None.
Phase = tuple[PhaseKind, float, float, float | None, int | None]

# What a slot does next, and for how many seconds.
Program = tuple[tuple[Callable[[int, float], None], float], ...]


class Served(NamedTuple):
    """A job that was served: its number among those sent, the slot, and when. Times in s after the first was sent.

    `taken_s` is when a worker took its message, None where there is no queue.
    """

    job: int
    slot: int
    start_s: float
    end_s: float
    phases: list[Phase]
    taken_s: float | None


class Shop:
    """The shop with its fleet, open for one batch of jobs, in the order in which they are sent.

    With costs of nothing it is the ideal: one line for all. With `prefetch` workers take messages from a queue, so many for
    each of their slots.
    """

    def __init__(self, jobs: Sequence[Job], shape: Shape, costs: Costs = NOTHING, prefetch: int | None = None) -> None:
        self.sent_s = sending_times(jobs, costs.send_s)
        self._jobs = jobs
        self._costs = costs
        self._programs: dict[int, Program] = {}
        self._served: list[Served] = []
        self._come = 0
        self._hands = Hands(shape, costs.gil)
        self._clock: Clockwork = self._hands
        self._taken_s: dict[int, float] = {}
        self._line = self._make_line(shape, prefetch)
        self._is_one_thread = shape.one_thread
        self._heads = list(range(shape.machines))
        self._machine_line: deque[int] = deque()

        slots = shape.all_slots
        self._process = [process for process, count in enumerate(shape.slots_of_processes) for _ in range(count)]
        self._job = [0] * slots
        self._program: list[Program] = [()] * slots
        self._then: list[What] = [self._waited] * slots
        self._step = [0] * slots
        self._seconds = [0.0] * slots
        self._since_s = [0.0] * slots
        self._start_s = [0.0] * slots
        self._head = [-1] * slots
        self._phases: list[list[Phase]] = [[] for _ in range(slots)]

    def serve(self) -> Iterator[Served]:
        """Serve all, and tell of each as it ends."""
        if self._jobs:
            self._arrive(0)
        served = self._served
        while self._clock.run(served):
            yield from served
            served.clear()

    def _make_line(self, shape: Shape, prefetch: int | None) -> Line:
        if prefetch is None:
            return OneLine(shape, self._clock.soon, self._begin)
        return Intake(shape, self._costs, prefetch, self._hands, self._begin, self._taken_s).trays

    def _arrive(self, _: int) -> None:
        come, sent_s, now_s = self._come, self.sent_s, self._clock.now_s
        while come < len(sent_s) and sent_s[come] <= now_s:
            come += 1
        self._come = come
        if come < len(sent_s):
            self._clock.after(sent_s[come] - now_s, self._arrive, 0)
        self._line.come(come)

    def _begin(self, job: int, slot: int) -> None:
        self._job[slot] = job
        self._program[slot] = self._compile(self._jobs[job].steps)
        self._step[slot] = 0
        self._start_s[slot] = self._clock.now_s
        self._phases[slot] = []
        self._go_on(slot)

    def _go_on(self, slot: int) -> None:
        act, seconds = self._program[slot][self._step[slot]]
        self._step[slot] += 1
        self._seconds[slot] = seconds
        self._since_s[slot] = self._clock.now_s
        act(slot, seconds)

    def _compile(self, steps: tuple[Step, ...]) -> Program:
        """What a slot does for a job; the same for all jobs that share their steps, of which few are remembered."""
        program = self._programs.get(id(steps))
        if program is None:
            if len(self._programs) > MOST_PROGRAMS:
                self._programs.clear()
            program = self._programs[id(steps)] = tuple(self._compiled(steps))
        return program

    def _compiled(self, steps: tuple[Step, ...]) -> Iterator[tuple[Callable[[int, float], None], float]]:
        costs = self._costs
        native = self._ask_hands_natively if self._is_one_thread else self._ask_core
        acts = {"hands": self._ask_hands, "native": native, "machine": self._ask_head, "wait": self._wait}
        # Whoever begins with hands does not let go of them before: a thread gives up the GIL where it waits.
        keeps = bool(costs.gil and costs.begin_s and steps and steps[0].kind == "hands")
        if costs.begin_s:
            yield self._prepare if keeps else self._spend, costs.begin_s
            yield self._start, 0.0
        for number, step in enumerate(steps):
            yield self._keep_hands if keeps and number == 0 else acts[step.kind], step.seconds
        yield self._end, 0.0
        if costs.finish_s:
            yield self._spend, costs.finish_s
        yield self._leave, 0.0

    # What a slot does. Each of these ends in the next step of the program, at once or in a while.

    def _wait(self, slot: int, seconds: float) -> None:
        self._clock.after(seconds, self._wait_over, slot)

    def _wait_over(self, slot: int) -> None:
        self._wake(slot, self._waited)

    def _waited(self, slot: int) -> None:
        self._note(slot, "wait", None)
        self._go_on(slot)

    def _wake(self, slot: int, then: What) -> None:
        """Whoever waited needs the hands for a moment to notice that it is over."""
        if self._costs.wake_s:
            self._then[slot] = then
            self._hands.hold(self._process[slot], self._costs.wake_s, self._awake, slot)
        else:
            then(slot)

    def _awake(self, slot: int) -> None:
        self._hands.let_go(self._process[slot])
        self._then[slot](slot)

    def _start(self, slot: int, _: float) -> None:
        self._start_s[slot] = self._clock.now_s
        self._go_on(slot)

    def _end(self, slot: int, _: float) -> None:
        job, now_s = self._job[slot], self._clock.now_s
        taken_s = self._taken_s.pop(job, None)
        self._served.append(Served(job, slot, self._start_s[slot], now_s, self._phases[slot], taken_s))
        self._go_on(slot)

    def _leave(self, slot: int, _: float) -> None:
        if away_s := self._costs.trip_s * self._costs.trips.finish:
            self._clock.after(away_s, self._line.free, slot)
        else:
            self._line.free(slot)

    def _ask_hands(self, slot: int, seconds: float) -> None:
        self._hands.hold(self._process[slot], seconds, self._handled, slot)

    def _handled(self, slot: int) -> None:
        self._hands.let_go(self._process[slot])
        self._note(slot, "hands", self._seconds[slot])
        self._go_on(slot)

    def _keep_hands(self, slot: int, seconds: float) -> None:
        self._hands.keep(self._process[slot], seconds, self._handled, slot)

    def _prepare(self, slot: int, seconds: float) -> None:
        self._hands.hold(self._process[slot], seconds, self._go_on, slot)

    def _spend(self, slot: int, seconds: float) -> None:
        self._hands.hold(self._process[slot], seconds, self._spent, slot)

    def _spent(self, slot: int) -> None:
        self._hands.let_go(self._process[slot])
        self._go_on(slot)

    def _ask_core(self, slot: int, seconds: float) -> None:
        self._hands.work(seconds, self._worked, slot)

    def _worked(self, slot: int) -> None:
        self._note(slot, "native", self._seconds[slot])
        self._go_on(slot)

    def _ask_hands_natively(self, slot: int, seconds: float) -> None:
        self._hands.hold(self._process[slot], seconds, self._handled_natively, slot)

    def _handled_natively(self, slot: int) -> None:
        self._hands.let_go(self._process[slot])
        self._worked(slot)

    def _ask_head(self, slot: int, _: float) -> None:
        if self._heads:
            self._head[slot] = heappop(self._heads)
            self._clock.soon(self._has_head, slot)
        else:
            self._machine_line.append(slot)

    def _has_head(self, slot: int) -> None:
        self._wake(slot, self._pull)

    def _pull(self, slot: int) -> None:
        self._note(slot, "machine_wait", None)
        self._since_s[slot] = self._clock.now_s
        self._clock.after(self._seconds[slot], self._pull_over, slot)

    def _pull_over(self, slot: int) -> None:
        self._wake(slot, self._pulled)

    def _pulled(self, slot: int) -> None:
        head = self._head[slot]
        if self._machine_line:
            after = self._machine_line.popleft()
            self._head[after] = head
            self._clock.soon(self._has_head, after)
        else:
            heappush(self._heads, head)
        self._note(slot, "machine", None, head)
        self._go_on(slot)

    def _note(self, slot: int, kind: PhaseKind, cpu_s: float | None, head: int | None = None) -> None:
        self._phases[slot].append((kind, self._since_s[slot], self._clock.now_s, cpu_s, head))
