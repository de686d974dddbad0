"""Staffing: who does a run. Those who are there, or a fleet that is started for it."""

from collections.abc import Sequence

import redis
from celery import Celery

from collector.roster import present
from manyhands.crew import Crew
from manyhands.fleet import Fleet
from manyhands.lab import Lab, scale_command
from manyhands.muster import at_queue, choose
from manyhands.plan import Plan
from manyhands.progress import say
from manyhands.record import Ran
from manyhands.staff import Staff
from producer.broker import connect, public_url
from producer.errors import BadInputError

INSPECT_TIMEOUT_S = 0.7


def find_staff(ran: Ran, lab: Lab, broker: redis.Redis) -> Staff:
    """The workers that a plan asks for: on a broker that is not ours alone those who are there, if there are any.

    Raises:
        BadInputError: there are fewer than it asks for, a lab has none, or somebody serves the queue unseen.
    """
    plan, url = ran.plan, lab.broker.url
    if not lab.broker.embedded:
        there = at_queue(present(broker), plan.pool)
        refuse_company(url, plan.pool, {row.worker for row in there})
        if there:
            in_lab = lab.present_only and plan.any_slots and plan.prefetch is None
            return Crew(plan, url, broker, ran.run, choose(plan, there, lambda count: cure(plan, count, in_lab)))
        if lab.present_only:
            raise BadInputError(plan.pool, "nobody works that queue", cure(plan, plan.workers, in_lab=True))
    return Fleet(plan, url, ran.folder.path, lab.guard, ran.run)


def worked(plans: Sequence[Plan], lab: Lab) -> list[Plan]:
    """The plans that somebody can do: in a lab a pool that nobody works is left out, and that is said."""
    if not lab.present_only:
        return list(plans)
    client = connect(lab.broker.url)
    try:
        here = present(client)
    finally:
        client.close()
    idle = {plan.pool for plan in plans if not plan.is_twin and not at_queue(here, plan.pool)}
    for pool in sorted(idle):
        say(f"{pool}: left out, since nobody works that queue.")
    return [plan for plan in plans if plan.pool not in idle]


def cure(plan: Plan, count: int, in_lab: bool) -> str:
    """What to type so that `count` workers are there; those of a lab of containers have slots and prefetch of their own."""
    prefetch = "" if plan.prefetch is None else f" --prefetch {plan.prefetch}"
    join = f"manyhands join URL --pool {plan.pool} --slots {plan.slots}{prefetch}"
    scaled = f"{scale_command(plan.pool, count)}, or " if in_lab else ""
    return f"Start {'one' if count == 1 else 'them'}: {scaled}{join}"


def refuse_company(url: str, pool: str, known: set[str]) -> None:
    """A run is measured on workers that are `known`: others on the same queue would take some of its jobs unseen.

    Raises:
        BadInputError: somebody else serves the queue.
    """
    app = Celery(broker=url, set_as_current=False)
    try:
        queues = app.control.inspect(timeout=INSPECT_TIMEOUT_S).active_queues() or {}
    finally:
        app.close()
    serving = {worker for worker, served in queues.items() if any(queue["name"] == pool for queue in served)}
    others = sorted(serving - known)
    if others:
        cure = "Stop it, give it -I workers.instrument, or choose another pool or another database of the broker"
        raise BadInputError(public_url(url), f"{', '.join(others)} serves the queue {pool!r} there already", cure)
