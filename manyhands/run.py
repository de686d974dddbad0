"""`manyhands run`: one batch, one pool."""

from dataclasses import replace
from datetime import datetime
from pathlib import Path

from collector.folder import RunFolder
from manyhands.announce import announce_closed
from manyhands.lab import Lab
from manyhands.plan import OUR_APP, SINGLE, Plan
from manyhands.record import Ran, conclude
from manyhands.simulate import carry_out
from manyhands.work import Work, alone, arriving, content, default_slots, with_steps
from workers.host import cores


def stamp() -> str:
    """The time, as folders are named after it."""
    return f"{datetime.now():%Y%m%d-%H%M%S}"


def plan_of(
    work: Work,
    pool: str,
    workers: int | None,
    slots: int | None,
    prefetch: int | None = None,
    app: str = OUR_APP,
    predicted_s: float | None = None,
) -> Plan:
    """The plan to give work to a pool, or to a twin, on this machine.

    Where nobody says how many `workers`, it is all that are there, or one that is started; where nobody says how many
    `slots`, as many as those who are there have, or what suits the work.
    """
    return Plan(
        work=work.name,
        jobs=work.jobs,
        pool=pool,  # type: ignore[arg-type]  # the command offers no others
        workers=workers or 1,
        slots=slots or (1 if pool in SINGLE else default_slots(work)),
        machines=work.machines,
        cores=cores(),
        seed=work.seed,
        prefetch=prefetch,
        shelf=work.shelf,
        app=app,
        settings=work.settings,
        everyone=workers is None,
        any_slots=slots is None,
        predicted_s=predicted_s,
    )


def run_plan(plan: Plan, lab: Lab, runs: Path) -> Ran:
    """Run a plan in a folder of its own, and write what it came to."""
    name = f"{stamp()}-{plan.work.replace('/', '.')}-{plan.pool}"
    with RunFolder.create(runs, name) as folder:
        ran = carry_out(plan, lab, folder, folder.path.name)
        conclude(ran)
    announce_closed(lab.broker.url, ran)
    return ran


def measure_alone(work: Work, lab: Lab, runs: Path) -> tuple[Work, Ran]:
    """What each different paper costs in CPU time, alone on an idle core: they are graded one after another."""
    single = arriving(replace(work, jobs=alone(work)), None, 0)
    plan = plan_of(single, "sequential", 1, 1)
    with RunFolder.create(runs, f"{stamp()}-{work.name}-alone") as folder:
        ran = carry_out(plan, lab, folder, folder.path.name)
        contents = {job.id: content(job) for job in single.jobs}
        steps = {contents[job]: taken for job, taken in ran.steps().items()}
        conclude(ran, jobs=with_steps(single, steps).jobs, sequential_s=ran.completion_s)
    return with_steps(work, steps), ran
