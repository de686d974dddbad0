"""The conductor: gives one batch to a fleet or a twin, watches until the last job has ended, and keeps the evidence."""

import json
import time
from collections import Counter as Counted
from typing import Any, cast

import redis
from celery import Celery
from kombu.exceptions import BatchPublishError, OperationalError  # type: ignore[attr-defined]

from collector.fold import Ledger
from collector.folder import RunFolder
from collector.reader import JournalReader
from manyhands.announce import Announcer
from manyhands.fleet import Fleet
from manyhands.lab import Lab
from manyhands.plan import Plan
from manyhands.progress import Bar, say
from manyhands.record import Ran, manifest
from manyhands.twin import TwinProcess
from producer.broker import connect, public_url
from producer.clock import BrokerClock
from producer.errors import BadInputError, did_you_mean
from producer.message import DEAD_LETTERS_KEY, POOLS, WORKERS_KEY, Pool, machine_key, worker_key
from producer.send import Counter, Prepared, Sent
from workers.journal import PATIENCE_S, Entry

# Between two looks at the journal: long enough to cost nothing, short enough for a bar that grows.
LOOK_EVERY_S = 0.04
READY_TIMEOUT_S = 30.0

# A run in which nothing ends for this long is looked after: what dead workers held is put back, what is nowhere is sent again.
STALL_S = 2.0
MOST_TIMES_SENT_AGAIN = 3
INSPECT_TIMEOUT_S = 0.7

# Jobs that are sent between two looks: a large batch is seen to grow.
MOST_SENT_AT_ONCE = 200

# A broker that restarts is waited for as long as the workers' journals wait for it.
BROKER_GONE = (redis.ConnectionError, redis.TimeoutError, OperationalError, BatchPublishError)


class Watch:
    """A run while it is under way: takes entries, writes them down, and knows what is still to come."""

    def __init__(self, ran: Ran, bar: Bar) -> None:
        self.ran = ran
        self._bar = bar
        self.missing_before: set[str] = set()
        self.sent_again: Counted[str] = Counted()
        self.lost: set[str] = set()
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
        """Whether every job of the batch has ended, or is given up for lost."""
        return len(self.ran.ledger.final.keys() | self.lost) == len(self.ran.plan.jobs)

    def faint(self, name: str) -> set[str]:
        """A barista fainted; returns the jobs that were in those hands."""
        workers = [worker for worker in self.ran.ledger.workers if worker.partition("@")[0] == name]
        return {job for worker in workers for job in self.ran.ledger.faint(worker)}

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
        folder.write_json("manifest.json", manifest(ran, lab.broker))
        with Bar(plan.title, len(plan.jobs)) as bar:
            watch = Watch(ran, bar)
            _conduct_twin(watch, lab) if plan.is_twin else _conduct_fleet(watch, lab)
            watch.show(last=True)
    except KeyboardInterrupt:
        ran.interrupted = True
    folder.write_json("manifest.json", manifest(ran, lab.broker))
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
    counter = Counter(lab.broker.url, client, BrokerClock(client), ran.run, pool, plan.visibility_timeout_s(), plan.is_own)
    reader = JournalReader.from_now_on(client)
    try:
        if not lab.broker.embedded:
            refuse_company(lab.broker.url, pool)
        for key, text in plan.shelf.items():
            client.set(key, text, ex=86_400)
        prepared = counter.prepare(plan.jobs)
        counter.connect()
        with Fleet(plan, lab.broker.url, ran.folder.path, lab.guard, ran.run) as fleet:
            _wait_until_ready(watch, reader, fleet)
            _check_tasks(ran)
            announcer = Announcer(client, ran)
            announcer.opened()
            _serve(watch, reader, fleet, counter, prepared, announcer)
            _wait_until_acknowledged(counter)
            _keep_dead_letters(client, ran)
    except BROKER_GONE as error:
        ran.trouble = f"The broker was gone for {PATIENCE_S:g} s ({error})"
        say(f"{ran.trouble}: the run is not complete.")
    finally:
        if not lab.broker.embedded and not ran.trouble:
            _clear_away(client, counter, ran)
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


def _check_tasks(ran: Ran) -> None:
    """A task that the workers do not know would be dropped by each of them.

    Raises:
        BadInputError: there is no such task in the app.
    """
    known = {task for entry in ran.ledger.workers.values() for task in entry.get("tasks", ())}
    for task in {job.task for job in ran.plan.jobs} - known:
        raise BadInputError(f"app {ran.plan.app}", f"has no task {task!r}", did_you_mean(task, known))


def _serve(
    watch: Watch,
    reader: JournalReader,
    fleet: Fleet,
    counter: Counter,
    prepared: list[Prepared],
    announcer: Announcer,
) -> None:
    """Send jobs as they arrive, and watch until the last has ended. A broker that is away for a while is waited for."""
    started_s = answered_s = time.monotonic()
    waiting = prepared
    while not watch.is_over:
        try:
            now_s = time.monotonic() - started_s
            due = [each for each in waiting[:MOST_SENT_AT_ONCE] if each.job.arrives_s <= now_s]
            if due:
                before_s = time.monotonic()
                watch.note_sent(counter.send(due))
                watch.ran.enqueue_s += time.monotonic() - before_s
                waiting = waiting[len(due) :]
            announcer.sent()
            watch.take(reader.read())
            for name in fleet.replace_dead():
                say(f"{name} fainted; another takes the place, and the orders that were in the air.")
                counter.give_back(watch.faint(name))
            if watch.has_stalled():
                _look_after(watch, counter, prepared, waiting)
            answered_s = time.monotonic()
        except BROKER_GONE:
            if time.monotonic() - answered_s > PATIENCE_S:
                raise
            time.sleep(LOOK_EVERY_S * 10)
        next_s = waiting[0].job.arrives_s - (time.monotonic() - started_s) if waiting else LOOK_EVERY_S
        time.sleep(max(0.0, min(LOOK_EVERY_S, next_s)))


def _look_after(watch: Watch, counter: Counter, prepared: list[Prepared], waiting: list[Prepared]) -> None:
    """Put back what dead workers held too long; send again what neither ended nor is held by anybody.

    A message is nowhere for a moment between queue and worker, and so is one that ended and is not in our ledger yet:
    hence nothing is sent again unless it is missing twice, a stall apart. What vanishes again and again is lost.
    """
    counter.restore()
    ledger = watch.ran.ledger
    in_the_air = {entry["job"] for entry in ledger.begun.values()}
    settled = counter.held() | {each.job.id for each in waiting} | ledger.final.keys() | in_the_air | watch.lost
    missing = {each.job.id for each in prepared} - settled
    again = missing & watch.missing_before
    watch.missing_before = missing - again
    watch.lost |= {job for job in again if watch.sent_again[job] >= MOST_TIMES_SENT_AGAIN}
    again -= watch.lost
    if again:
        say(f"{len(again)} jobs are nowhere: sent again")
        watch.sent_again.update(again)
        counter.send(each for each in prepared if each.job.id in again)


def _keep_dead_letters(client: redis.Redis, ran: Ran) -> None:
    """What nobody could read stays with the run; an embedded broker is gone in a moment."""
    letters = cast("list[bytes]", client.lrange(DEAD_LETTERS_KEY, 0, -1))
    if letters:
        ran.folder.append("dead-letters.jsonl", (json.loads(letter) for letter in letters))
        say(f"{len(letters)} messages could not be read: {ran.folder.path / 'dead-letters.jsonl'}")


def _wait_until_acknowledged(counter: Counter) -> None:
    """The last entry is written just before its message is acknowledged."""
    give_up_s = time.monotonic() + 1.0
    while counter.held() and time.monotonic() < give_up_s:
        time.sleep(LOOK_EVERY_S / 4)


def _clear_away(client: redis.Redis, counter: Counter, ran: Ran) -> None:
    """Leave nothing of the run on a broker that is not ours. What was in the air is taken back with it."""
    machine, workers = machine_key(ran.run), list(ran.ledger.workers)
    try:
        counter.withdraw()
        client.delete(machine, f"{machine}:line", *ran.plan.shelf, *map(worker_key, workers))
        client.srem(WORKERS_KEY, *workers, "")
    except redis.RedisError as error:
        say(f"The broker is gone ({error}); what this run left there could not be cleared away.")
