"""The muster: which of the workers who are there a plan asks for, and what becomes of the plan. Rosters in, choices out."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, replace

from collector.roster import Present
from manyhands.plan import Plan
from producer.errors import BadInputError
from workers.journal import Entry


def at_queue(rows: Iterable[Present], queue: str) -> list[Present]:
    """Those who were started to serve a queue for whatever run comes."""
    return [row for row in rows if queue in row.queues and not row.fleet and not row.is_leaving]


def choose(plan: Plan, rows: Sequence[Present], cure: Callable[[int], str]) -> list[Present]:
    """Those of the workers at the queue that a plan asks for.

    Raises:
        BadInputError: there are not as many, with what `cure` says of the number that is wanted.
    """
    able = [row for row in rows if knows(plan, row)]
    if not able:
        known = ", ".join(sorted({job.task for job in plan.jobs}))
        cured = f"Start one whose app has it: celery -A {plan.app} worker -I workers.instrument -P {plan.pool} -Q {plan.pool}"
        raise BadInputError(known, f"nobody who works on {plan.pool} knows it", cured)
    fitting = [row for row in able if fits(plan, row)]
    wanted = 1 if plan.everyone else plan.workers
    if len(fitting) < wanted:
        asked = f"{wanted} on {plan.pool} asked for" + _asked_for(plan)
        they = ", ".join(f"{row.name} with {row.slots} slots" for row in able)
        raise BadInputError("workers", f"{asked}, and there are {len(fitting)} (of {they})", cure(wanted))
    return fitting if plan.everyone else fitting[: plan.workers]


def knows(plan: Plan, row: Present) -> bool:
    """Whether the worker has all tasks of the plan."""
    return {job.task for job in plan.jobs} <= set(row.tasks)


def fits(plan: Plan, row: Present) -> bool:
    """Whether the worker can do the plan's jobs, and has the slots and the prefetch that are asked for."""
    return knows(plan, row) and (plan.any_slots or row.slots == plan.slots) and plan.prefetch in (None, row.prefetch)


def _asked_for(plan: Plan) -> str:
    slots = "" if plan.any_slots else f" with {plan.slots} slots"
    return slots + ("" if plan.prefetch is None else f" and a prefetch of {plan.prefetch}")


def crewed(plan: Plan, crew: Sequence[Present]) -> Plan:
    """The plan with these workers: their slots, their cores, and how long they may hold a message."""
    each = tuple(row.slots for row in crew)
    return replace(
        plan,
        workers=len(crew),
        slots=max(each),
        each=each if len(set(each)) > 1 else (),
        cores=cores_of(crew),
        may_hold_s=max(row.visibility_timeout_s for row in crew),
    )


def cores_of(crew: Iterable[Present]) -> float:
    """Cores under all of them: containers on one computer share its cores, and none has more than it may use.

    For example two workers with 2 cores allowed each on a computer with 2 have 2 in all, on two such computers 4.
    """
    allowed: dict[str, float] = {}
    there: dict[str, int] = {}
    for row in crew:
        allowed[row.computer] = allowed.get(row.computer, 0.0) + row.cores
        there[row.computer] = row.computer_cores
    return sum(min(cores, there[computer]) for computer, cores in allowed.items())


def ready_entry(row: Present, run: str) -> Entry:
    """The entry `ready` of a worker that began before the run, from the roster."""
    told = {key: value for key, value in asdict(row).items() if key not in ("holds", "consuming", "since")}
    return {**told, "kind": "ready", "fleet": run, "writer": f"roster/{row.worker}/{row.since}", "seq": 1}
