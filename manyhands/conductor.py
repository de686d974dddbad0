"""The conductor: gives one batch to a fleet or a twin, watches until the last job has ended, and keeps the evidence."""

import shlex
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import redis
from celery import Celery

from collector.fold import Ledger, Row
from collector.folder import RunFolder
from collector.measures import Batch, summarise
from collector.reader import JournalReader
from collector.report import Told, report_html
from collector.tables import feedback_md, grades, grades_csv, tasks_csv
from collector.trace import trace
from manyhands import __version__
from manyhands.broker import Broker, embedded_broker
from manyhands.fleet import Fleet
from manyhands.guard import Guard
from manyhands.plan import Plan
from manyhands.progress import Bar, say
from manyhands.twin import TwinProcess
from producer.broker import connect, public_url
from producer.clock import BrokerClock
from producer.errors import BadInputError
from producer.job import Job, Step
from producer.message import POOLS, Pool, machine_key
from producer.send import Counter, Prepared, Sent
from workers.host import describe
from workers.journal import Entry

# Between two looks at the journal: long enough to cost nothing, short enough for a bar that grows.
LOOK_EVERY_S = 0.04
READY_TIMEOUT_S = 30.0

# A run in which nothing ends for this long is looked after: what dead workers held is put back, what is nowhere is sent again.
STALL_S = 2.0
INSPECT_TIMEOUT_S = 0.7


@dataclass(frozen=True, slots=True)
class Lab:
    """What runs share: a broker, and the guard over every process."""

    broker: Broker
    guard: Guard


@contextmanager
def open_lab(url: str | None) -> Iterator[Lab]:
    """A lab on the broker at `url`, or on an embedded one that ends with it.

    Raises:
        BadInputError: the broker cannot be used.
    """
    if url is not None:
        connect(url).close()
    with Guard() as guard:
        if url is not None:
            yield Lab(Broker(url, embedded=False), guard)
            return
        with embedded_broker(guard) as broker:
            yield Lab(broker, guard)


@dataclass(slots=True)
class Ran:
    """A run that is over, or was cut short (`interrupted`)."""

    plan: Plan
    run: str
    folder: RunFolder
    ledger: Ledger
    sent_s: dict[str, float] = field(default_factory=dict)
    enqueue_s: float = 0.0
    interrupted: bool = False
    summary: dict[str, Any] = field(default_factory=dict)
    started: datetime = field(default_factory=lambda: datetime.now().astimezone())

    @property
    def enqueue_rate_per_s(self) -> float | None:
        """Jobs handed to the queue in a second of sending; None where there is no queue."""
        return len(self.sent_s) / self.enqueue_s if self.enqueue_s else None

    @property
    def told(self) -> Told:
        """The run as reports tell it."""
        return Told(self.summary, self.ledger, min(self.sent_s.values(), default=0.0), self.plan.title)

    def steps(self) -> dict[str, tuple[Step, ...]]:
        """What each job cost in CPU seconds of its thread, step by step."""
        return {job: tuple(measured_steps(row)) for job, row in self.ledger.final.items()}


def measured_steps(row: Row) -> Iterator[Step]:
    """The steps that an execution turned out to have: its CPU time with the GIL and without."""
    for span in row.spans:
        if span.kind in ("hands", "native"):
            yield Step(span.kind, span.cpu_s or 0.0)


class Watch:
    """A run while it is under way: takes entries, writes them down, and knows what is still to come."""

    def __init__(self, ran: Ran, bar: Bar) -> None:
        self.ran = ran
        self._bar = bar
        self.missing_before: set[str] = set()
        self._ended_s = time.monotonic()

    def take(self, entries: list[Entry]) -> None:
        """Write entries down, then count them."""
        ours = [entry for entry in entries if self.ran.ledger.add(entry)]
        if ours:
            before = len(self.ran.ledger.final)
            self.ran.folder.append("journal.jsonl", ours)
            if len(self.ran.ledger.final) > before:
                self._ended_s = time.monotonic()
        self.show()

    def note_sent(self, sent: list[Sent]) -> None:
        """Write down what was handed to the queue, and when."""
        new = [each for each in sent if each.job.id not in self.ran.sent_s]
        self.ran.sent_s.update({each.job.id: each.sent_s for each in new})
        self.ran.folder.append("sent.jsonl", (sent_row(each) for each in new))

    def show(self, last: bool = False) -> None:
        """Move the bar."""
        ledger = self.ran.ledger
        self._bar.show(len(ledger.final), f"{len(ledger.begun)} in the air", last)

    @property
    def is_over(self) -> bool:
        """Whether every job of the batch has ended."""
        return len(self.ran.ledger.final) == len(self.ran.plan.jobs)

    def has_stalled(self) -> bool:
        """Whether nothing ended for a while; asked again only after another while."""
        if time.monotonic() - self._ended_s < STALL_S:
            return False
        self._ended_s = time.monotonic()
        return True


def sent_row(sent: Sent) -> dict[str, Any]:
    """A line of `sent.jsonl`."""
    job = sent.job
    steps = [[step.kind, step.seconds] for step in job.steps]
    return {
        "job": job.id,
        "name": job.name,
        "task": job.task,
        "sent_s": sent.sent_s,
        "arrives_s": job.arrives_s,
        "steps": steps,
    }


def conduct(plan: Plan, lab: Lab, folder: RunFolder, run: str) -> Ran:
    """Run a plan. Where it is interrupted, what is known until then is returned, and nothing is left running.

    Raises:
        BadInputError: the workers do not start, or nothing can be written.
    """
    ran = Ran(plan, run, folder, Ledger(run))
    try:
        folder.write_json("manifest.json", manifest(ran, lab))
        with Bar(plan.title, len(plan.jobs)) as bar:
            watch = Watch(ran, bar)
            _conduct_twin(watch, lab) if plan.is_twin else _conduct_fleet(watch, lab)
            watch.show(last=True)
    except KeyboardInterrupt:
        ran.interrupted = True
    folder.write_json("manifest.json", manifest(ran, lab))
    return ran


def _conduct_twin(watch: Watch, lab: Lab) -> None:
    ran = watch.ran
    with TwinProcess(ran.plan, ran.run, ran.folder.path, lab.guard) as twin:
        while not watch.is_over:
            watch.take(twin.read())
            if ran.ledger.opened_s is not None and not ran.sent_s:
                watch.note_sent([Sent(job, ran.ledger.opened_s) for job in ran.plan.jobs])
            time.sleep(LOOK_EVERY_S)


def _conduct_fleet(watch: Watch, lab: Lab) -> None:
    ran, plan = watch.ran, watch.ran.plan
    client = connect(lab.broker.url)
    pool: Pool = next(pool for pool in POOLS if pool == plan.pool)
    counter = Counter(lab.broker.url, client, BrokerClock(client), ran.run, pool, plan.visibility_timeout_s())
    reader = JournalReader.from_now_on(client)
    try:
        if not lab.broker.embedded:
            refuse_company(lab.broker.url, pool)
        for key, text in plan.shelf.items():
            client.set(key, text, ex=86_400)
        prepared = counter.prepare(plan.jobs)
        counter.connect()
        with Fleet(plan, lab.broker.url, ran.folder.path, lab.guard) as fleet:
            _wait_until_ready(watch, reader, fleet)
            _serve(watch, reader, fleet, counter, prepared)
            _wait_until_acknowledged(counter)
    finally:
        if not lab.broker.embedded:
            _clear_away(client, counter, plan, ran.run)
        counter.close()
        client.close()


def refuse_company(url: str, pool: Pool) -> None:
    """A run is measured on the workers it started: others on the same queue would take some of its jobs.

    Raises:
        BadInputError: somebody else serves the queue.
    """
    app = Celery(broker=url, set_as_current=False)
    try:
        queues = app.control.inspect(timeout=INSPECT_TIMEOUT_S).active_queues() or {}
    finally:
        app.close()
    others = [worker for worker, served in queues.items() if any(queue["name"] == pool for queue in served)]
    if others:
        cure = "Stop it, or choose another pool or another database of the broker"
        raise BadInputError(public_url(url), f"{', '.join(sorted(others))} serves the queue {pool!r} there already", cure)


def _wait_until_ready(watch: Watch, reader: JournalReader, fleet: Fleet) -> None:
    give_up_s = time.monotonic() + READY_TIMEOUT_S
    while len(watch.ran.ledger.workers) < watch.ran.plan.workers:
        watch.take(reader.read())
        for name in fleet.dead():
            raise fleet.broken(name)
        if time.monotonic() > give_up_s:
            raise BadInputError(
                "the fleet", f"is not ready after {READY_TIMEOUT_S:g} s", f"See the logs in {watch.ran.folder.path}"
            )
        time.sleep(LOOK_EVERY_S / 4)


def _serve(watch: Watch, reader: JournalReader, fleet: Fleet, counter: Counter, prepared: list[Prepared]) -> None:
    """Send jobs as they arrive, and watch until the last has ended."""
    started_s = time.monotonic()
    waiting = prepared
    while not watch.is_over:
        now_s = time.monotonic() - started_s
        due = [each for each in waiting if each.job.arrives_s <= now_s]
        if due:
            before_s = time.monotonic()
            watch.note_sent(counter.send(due))
            watch.ran.enqueue_s += time.monotonic() - before_s
            waiting = waiting[len(due) :]
        watch.take(reader.read())
        for name in fleet.replace_dead():
            say(f"{name} fainted; another takes the place. What was in those hands comes back when its time is up.")
        if watch.has_stalled():
            _look_after(watch, counter, prepared, waiting)
        next_s = waiting[0].job.arrives_s - (time.monotonic() - started_s) if waiting else LOOK_EVERY_S
        time.sleep(max(0.0, min(LOOK_EVERY_S, next_s)))


def _look_after(watch: Watch, counter: Counter, prepared: list[Prepared], waiting: list[Prepared]) -> None:
    """Put back what dead workers held too long; send again what neither ended nor is held by anybody.

    A message is nowhere for a moment between queue and worker, and so is one that ended and is not in our ledger yet:
    hence nothing is sent again unless it is missing twice, a stall apart.
    """
    counter.restore()
    later = {each.job.id for each in waiting}
    settled = (
        counter.held() | later | watch.ran.ledger.final.keys() | {entry["job"] for entry in watch.ran.ledger.begun.values()}
    )
    missing = {each.job.id for each in prepared} - settled
    again = missing & watch.missing_before
    watch.missing_before = missing - again
    if again:
        say(f"{len(again)} jobs are nowhere: sent again")
        counter.send(each for each in prepared if each.job.id in again)


def _wait_until_acknowledged(counter: Counter) -> None:
    """The last entry is written just before its message is acknowledged."""
    give_up_s = time.monotonic() + 1.0
    while counter.held() and time.monotonic() < give_up_s:
        time.sleep(LOOK_EVERY_S / 4)


def _clear_away(client: redis.Redis, counter: Counter, plan: Plan, run: str) -> None:
    """Leave nothing of the run on a broker that is not ours. What was in the air is taken back with it."""
    try:
        counter.withdraw()
        client.delete(machine_key(run), machine_key(run) + ":line", *plan.shelf)
    except redis.RedisError as error:
        say(f"The broker is gone ({error}); what this run left there could not be cleared away.")


def manifest(ran: Ran, lab: Lab) -> dict[str, Any]:
    """Everything that is needed to repeat a run, and the machines it ran on."""
    plan = ran.plan
    return {
        "run": ran.run,
        "title": plan.title,
        "manyhands": __version__,
        "command": shlex.join(["manyhands", *map(without_secret, sys.argv[1:])]),
        "started": ran.started.isoformat(timespec="seconds"),
        "broker": "embedded" if lab.broker.embedded else public_url(lab.broker.url),
        "seed": plan.seed,
        "settings": {
            "work": plan.work,
            "pool": plan.pool,
            "workers": plan.workers,
            "slots": plan.slots,
            "machines": plan.machines,
            "prefetch": plan.prefetch,
            "visibility_timeout_s": plan.visibility_timeout_s(),
            **plan.settings,
        },
        "conductor": describe(),
        "workers": {name: {key: entry.get(key) for key in WORKER_KEYS} for name, entry in ran.ledger.workers.items()},
        "enqueue_rate_per_s": ran.enqueue_rate_per_s,
        "interrupted": ran.interrupted,
        "evidence_missing": ran.ledger.missing,
    }


def without_secret(argument: str) -> str:
    """An argument of the command line as it may be kept: a URL without its password."""
    option, equals, value = argument.partition("=") if argument.startswith("--") else ("", "", argument)
    return option + equals + public_url(value) if "://" in value else argument


WORKER_KEYS = ("host", "pid", "pool", "slots", "clock_offset_s", "clock_round_trip_s", "machine")


def conclude(ran: Ran, jobs: Sequence[Job] | None = None, sequential_s: float | None = None) -> dict[str, Any]:
    """Write what a run came to: summary, tables, trace, report. `jobs` tell demands that were measured meanwhile.

    An interrupt in the middle of it is obeyed after it: half a run folder is of no use, and all of it takes a moment.
    """
    try:
        return _conclude(ran, jobs, sequential_s)
    except KeyboardInterrupt:
        ran.interrupted = True
        return _conclude(ran, jobs, sequential_s)


def _conclude(ran: Ran, jobs: Sequence[Job] | None, sequential_s: float | None) -> dict[str, Any]:
    plan, folder = ran.plan, ran.folder
    batch = Batch(ran.run, plan.work, plan.pool, plan.seed, jobs or plan.jobs, plan.shape)
    ran.summary = summarise(batch, ran.ledger, ran.sent_s, sequential_s)
    folder.write_json("summary.json", ran.summary)
    folder.write("tasks.csv", tasks_csv(plan.jobs, ran.ledger, ran.sent_s))
    names = {job.id: job.name for job in plan.jobs}
    folder.write_json("trace.json", trace(ran.ledger, names, min(ran.sent_s.values(), default=0.0)))
    graded = grades(ran.ledger, plan.jobs)
    if graded:
        folder.write("grades.csv", grades_csv(graded))
        folder.write("feedback.md", feedback_md(graded))
    folder.write("report.html", report_html(plan.title, [ran.told.why], [ran.told], made_with()))
    return ran.summary


def made_with() -> str:
    """What a report says of its maker."""
    machine = describe()
    where = f"Python {machine['python']}, {machine['system']}, {machine['cores']:g} cores"
    return f"Many Hands {__version__}, {where}, {datetime.now():%Y-%m-%d %H:%M}"
