"""The conductor: gives one batch to a fleet or a twin, watches until the last job has ended, and keeps the evidence."""

import json
import time
from contextlib import AbstractContextManager, nullcontext
from typing import cast

import redis
from kombu.exceptions import BatchPublishError, OperationalError  # type: ignore[attr-defined]

from collector.fold import Ledger
from collector.folder import RunFolder
from collector.reader import JournalReader
from collector.roster import Present, present
from manyhands.announce import Announcer
from manyhands.lab import Lab
from manyhands.plan import Plan
from manyhands.progress import Bar, say
from manyhands.record import Ran, manifest
from manyhands.staff import Staff
from manyhands.staffing import find_staff
from manyhands.turn import Turn
from manyhands.twin import TwinProcess
from manyhands.watch import Watch
from producer.broker import connect
from producer.clock import BrokerClock
from producer.errors import BadInputError, did_you_mean
from producer.message import DEAD_LETTERS_KEY, POOLS, WORKERS_KEY, Pool, machine_key, worker_key
from producer.send import Counter, Prepared, Sent
from workers.patience import PATIENCE_S

# Between two looks at the journal: long enough to cost nothing, short enough for a bar that grows.
LOOK_EVERY_S = 0.04
READY_TIMEOUT_S = 30.0

MOST_TIMES_SENT_AGAIN = 3

# Jobs that are sent between two looks: a large batch is seen to grow.
MOST_SENT_AT_ONCE = 200

# A broker that restarts is waited for as long as the workers' journals wait for it.
BROKER_GONE = (redis.ConnectionError, redis.TimeoutError, OperationalError, BatchPublishError)


def conduct(plan: Plan, lab: Lab, folder: RunFolder, run: str) -> Ran:
    """Run a plan. Where it is interrupted, what is known until then is returned, and nothing is left running.

    Raises:
        BadInputError: the workers do not start, or nothing can be written.
    """
    ran = Ran(plan, run, folder, Ledger(run))
    try:
        folder.write_json("manifest.json", manifest(ran, lab.broker))
        with _turn(lab, run), Bar(plan.title, len(plan.jobs)) as bar:
            watch = Watch(ran, bar)
            _conduct_twin(watch, lab) if plan.is_twin else _conduct_pool(watch, lab)
            watch.show(last=True)
    except KeyboardInterrupt:
        ran.interrupted = True
    folder.write_json("manifest.json", manifest(ran, lab.broker))
    return ran


def _turn(lab: Lab, run: str) -> AbstractContextManager[object]:
    """Nobody else runs on a broker that is ours alone."""
    return nullcontext() if lab.broker.embedded else Turn(lab.broker.url, run)


def _conduct_twin(watch: Watch, lab: Lab) -> None:
    ran = watch.ran
    with TwinProcess(ran.plan, ran.run, ran.folder.path, lab.guard) as twin:
        while not watch.is_over:
            watch.take(twin.read())
            if ran.ledger.opened_s is not None and not ran.sent_s:
                watch.note_sent([Sent(job, ran.ledger.opened_s) for job in ran.plan.jobs])
            time.sleep(LOOK_EVERY_S)


def _conduct_pool(watch: Watch, lab: Lab) -> None:
    client = connect(lab.broker.url)
    try:
        staff = find_staff(watch.ran, lab, client)
        watch.meet(staff)
        _conduct_staff(watch, staff, lab, client)
    finally:
        client.close()


def _conduct_staff(watch: Watch, staff: Staff, lab: Lab, client: redis.Redis) -> None:
    ran, plan = watch.ran, staff.plan
    pool: Pool = next(pool for pool in POOLS if pool == plan.pool)
    counter = Counter(lab.broker.url, client, BrokerClock(client), ran.run, pool, plan.visibility_timeout_s(), plan.is_own)
    reader = JournalReader.from_now_on(client)
    try:
        _prepare_broker(client, counter, plan)
        prepared = counter.prepare(plan.jobs)
        counter.connect()
        with staff:
            _wait_until_ready(watch, reader, staff)
            _check_tasks(ran)
            announcer = Announcer(client, ran)
            announcer.opened()
            _serve(watch, reader, staff, counter, prepared, announcer, client)
            announcer.served()
            _wait_until_acknowledged(counter)
            _keep_dead_letters(client, ran)
    except BROKER_GONE as error:
        ran.trouble = f"The broker was gone for {PATIENCE_S:g} s ({error})"
        say(f"{ran.trouble}: the run is not complete.")
    finally:
        watch.meet(staff)
        if not lab.broker.embedded and not ran.trouble:
            _clear_away(client, counter, ran, staff)
        counter.close()


def _prepare_broker(client: redis.Redis, counter: Counter, plan: Plan) -> None:
    """Put on the shelf what the jobs look up, and take away what a conductor that was killed left in the queue."""
    for key, text in plan.shelf.items():
        client.set(key, text, ex=86_400)
    strays = counter.withdraw_strays()
    if strays:
        say(f"{strays} orders of a run that is over were in the queue: taken away.")


def _wait_until_ready(watch: Watch, reader: JournalReader, staff: Staff) -> None:
    give_up_s = time.monotonic() + READY_TIMEOUT_S
    while len(watch.ran.ledger.workers) < staff.size:
        watch.take([*reader.read(), *staff.ready()])
        staff.check()
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
    staff: Staff,
    counter: Counter,
    prepared: list[Prepared],
    announcer: Announcer,
    client: redis.Redis,
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
            watch.take([*reader.read(), *staff.ready()])
            for gone in staff.fainted():
                counter.give_back(watch.faint(gone))
            if staff.has_casualties:
                staff.recover(counter, watch.ran.ledger.final)
            if watch.has_stalled():
                staff.recover(counter, watch.ran.ledger.final)
                _look_after(watch, counter, prepared, waiting, present(client))
            answered_s = time.monotonic()
        except BROKER_GONE:
            if time.monotonic() - answered_s > PATIENCE_S:
                raise
            time.sleep(LOOK_EVERY_S * 10)
        next_s = waiting[0].job.arrives_s - (time.monotonic() - started_s) if waiting else LOOK_EVERY_S
        time.sleep(max(0.0, min(LOOK_EVERY_S, next_s)))


def _look_after(
    watch: Watch, counter: Counter, prepared: list[Prepared], waiting: list[Prepared], workers: list[Present]
) -> None:
    """Send again what neither ended nor is held by anybody.

    A message is nowhere for a moment between queue and worker, and so is one that ended and is not in our ledger yet:
    hence nothing is sent again unless it is missing twice, a stall apart. What vanishes again and again is lost, and so is
    what was acknowledged before it was done: who chose that chose not to have it again.
    """
    in_the_air = watch.in_the_air(workers)
    settled = counter.held() | {each.job.id for each in waiting} | watch.ran.ledger.final.keys() | in_the_air | watch.lost
    missing = {each.job.id for each in prepared} - settled
    again = missing & watch.missing_before
    watch.missing_before = missing - again
    most_times = MOST_TIMES_SENT_AGAIN if watch.ran.plan.acknowledges_late else 0
    watch.lost |= {job for job in again if watch.sent_again[job] >= most_times}
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


def _clear_away(client: redis.Redis, counter: Counter, ran: Ran, staff: Staff) -> None:
    """Leave nothing of the run on a broker that is not ours. What was in the air is taken back with it."""
    machine, ended = machine_key(ran.run), list(ran.ledger.workers) if staff.is_ours else []
    try:
        counter.withdraw()
        client.delete(machine, f"{machine}:line", *ran.plan.shelf, *map(worker_key, ended))
        client.srem(WORKERS_KEY, "", *ended)
    except redis.RedisError as error:
        say(f"The broker is gone ({error}); what this run left there could not be cleared away.")
