"""The simulator: the same batch through the model of the shop, with what a task was measured to cost, in place of a fleet."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import accumulate, islice
from typing import Any, TypeVar

from collector.costs import COSTS
from collector.fold import Ledger
from collector.folder import RunFolder
from collector.model import Served, Shop
from collector.shape import Shape
from manyhands.broker import NO_BROKER
from manyhands.conductor import conduct
from manyhands.lab import Lab
from manyhands.plan import Plan
from manyhands.progress import Bar
from manyhands.record import Ran, manifest
from manyhands.watch import sent_row
from producer.errors import BadInputError
from producer.job import Job
from producer.send import Sent
from workers.journal import Entry
from workers.names import barista

Thing = TypeVar("Thing")

HOST = "simulated"

# What the native grader takes longer beside another than alone, fitted to runs on two threads of two cores: it is as
# fast as cache and memory feed it, and cores share those. The grader in Python takes no longer in a process of its own.
BESIDE = 0.05

# What a paper's hands take longer where threads take turns at them, fitted to the same: probably since the work goes with the
# GIL to another core, whose cache has to be filled anew. Hands that only count lose nothing.
IN_TURNS = 0.06

# Entries that are written, and counted, at once.
AT_ONCE = 1000


def carry_out(plan: Plan, lab: Lab, folder: RunFolder, run: str) -> Ran:
    """Run a plan, or simulate it, as it says."""
    return simulate(plan, folder, run) if plan.simulated else conduct(plan, lab, folder, run)


def simulate(plan: Plan, folder: RunFolder, run: str) -> Ran:
    """Run a plan in the model: no broker, no worker, the same files. Times begin with the launch of the fleet, at 0.

    Raises:
        BadInputError: nobody knows what the jobs ask for, or nothing can be written.
    """
    jobs = sorted(plan.jobs, key=lambda job: job.arrives_s)
    if not all(job.steps for job in jobs):
        raise BadInputError("--simulate", "needs to know what each job asks for", "Leave it out, and run what nobody knows")
    ran = Ran(plan, run, folder, Ledger(run))
    try:
        with Bar(plan.title, len(jobs)) as bar:
            _simulate(ran, jobs, bar)
    except KeyboardInterrupt:
        ran.interrupted = True
    folder.write_json("manifest.json", manifest(ran, NO_BROKER))
    return ran


def _simulate(ran: Ran, jobs: Sequence[Job], bar: Bar) -> None:
    plan = ran.plan
    costs = replace(COSTS[plan.pool], trip_s=2 * plan.away_s)
    asked = beside(jobs, plan.shape) if plan.work == "papers" else jobs
    prefetch = (plan.prefetch or costs.prefetch) if costs.prefetch else None
    shop = Shop(asked, plan.shape, costs, prefetch)
    fleet = Crew(plan, ran.run, prefetches=prefetch != 1)
    ran.enqueue_s = costs.send_s * len(jobs)
    ran.sent_s = {job.id: costs.ready_s + sent_s for job, sent_s in zip(jobs, shop.sent_s, strict=True)}
    ran.folder.append("sent.jsonl", (sent_row(Sent(job, ran.sent_s[job.id])) for job in jobs))
    _write(ran, fleet.ready(costs.ready_s), bar)
    _write(ran, (entry for served in shop.serve() for entry in fleet.told(jobs[served.job], served, costs.ready_s)), bar)
    bar.show(len(ran.ledger.final), "served", last=True)


def beside(jobs: Sequence[Job], shape: Shape) -> list[Job]:
    """Jobs whose steps were measured alone, with what they take where several run at a time."""
    if shape.one_thread or min(shape.all_slots, shape.cores) <= 1:
        return list(jobs)
    longer: dict[str, float] = {"native": 1 + BESIDE}
    if max(shape.slots_of_processes) > 1:
        longer["hands"] = 1 + IN_TURNS
    return [
        replace(job, steps=tuple(replace(step, seconds=step.seconds * longer.get(step.kind, 1)) for step in job.steps))
        for job in jobs
    ]


def _write(ran: Ran, entries: Iterable[Entry], bar: Bar) -> None:
    for some in in_batches(entries):
        ran.folder.append("journal.jsonl", some)
        for entry in some:
            ran.ledger.add(entry)
        bar.show(len(ran.ledger.final), "served")


def in_batches(things: Iterable[Thing]) -> Iterator[list[Thing]]:
    """Lists of `AT_ONCE` of them, the last of the rest."""
    left = iter(things)
    while some := list(islice(left, AT_ONCE)):
        yield some


class Crew:
    """The workers of a simulated fleet, who write a journal as real ones do."""

    def __init__(self, plan: Plan, run: str, *, prefetches: bool) -> None:
        self._plan = plan
        self._prefetches = prefetches
        self._run = run
        slots = plan.shape.slots_each
        self._names = [f"{barista(number)}@{HOST}" for number in range(len(slots))]
        self._firsts = list(accumulate(slots, initial=0))
        self._worker = [worker for worker, count in enumerate(slots) for _ in range(count)]
        self._seq = [0] * len(slots)

    def ready(self, at_s: float) -> Iterator[Entry]:
        """All of them take orders."""
        plan = self._plan
        machine = {"host": HOST, "cores": plan.cores}
        for worker, slots in enumerate(plan.shape.slots_each):
            about = {"pool": plan.pool, "slots": slots, "clock_offset_s": 0.0, "clock_round_trip_s": 0.0, "machine": machine}
            yield self._entry("ready", worker, fleet=self._run, at=at_s, **about)

    def told(self, job: Job, served: Served, first_s: float) -> Iterator[Entry]:
        """What the worker of a job tells of it; the model's time begins with the first that was sent."""
        worker = self._worker[served.slot]
        # As a worker does: of one that takes a message only when it has a slot for it, this is not worth an entry.
        if served.taken_s is not None and self._prefetches:
            yield self._entry("taken", worker, run=self._run, job=job.id, at=first_s + served.taken_s)
        yield self._entry(
            "done",
            worker,
            run=self._run,
            job=job.id,
            task=job.task,
            attempt=1,
            slot=served.slot - self._firsts[worker],
            start=first_s + served.start_s,
            end=first_s + served.end_s,
            phases=[[kind, first_s + start_s, first_s + end_s, *rest] for kind, start_s, end_s, *rest in served.phases],
            result=None,
        )

    def _entry(self, kind: str, worker: int, **values: Any) -> Entry:
        self._seq[worker] += 1
        name = self._names[worker]
        by = {"worker": name, "host": HOST, "pid": worker + 1, "writer": name}
        return {**by, "kind": kind, "seq": self._seq[worker], **values}
