"""`manyhands run`: one batch on one pool."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import click

from manyhands.commands.options import (
    FilePath,
    NumberRange,
    batch,
    check_fleet,
    check_pool,
    common,
    fleet,
    options,
    pool_options,
    read_work,
    simulation,
)
from manyhands.lab import open_lab, place_of
from manyhands.plan import OUR_APP
from manyhands.progress import say
from manyhands.run import measure_alone, plan_of, run_plan
from manyhands.show import end, show_failures, show_run
from manyhands.work import Work, arriving, own_tasks
from producer.errors import BadInputError


@click.command("run")
@options(
    batch,
    fleet,
    pool_options,
    [
        click.option(
            "--args", "args_file", type=FilePath, help="For a task of your own: a line of JSON arguments for each job."
        ),
        click.option(
            "--predict",
            "predicted_s",
            type=NumberRange(0, 1_000_000),
            metavar="SECONDS",
            help="How long you expect it to take: told beside how long it took.",
        ),
        click.option("--question", metavar="WORDS", help="What the run is to answer: it stands at the head of its report."),
    ],
    simulation,
    common,
)
def command(
    pool: str,
    prefetch: int | None,
    args_file: Path | None,
    predicted_s: float | None,
    question: str | None,
    simulate: bool,
    cores: float | None,
    broker: str | None,
    runs: Path,
    as_json: bool,
    **given: Any,
) -> int:
    """One batch on one pool.

    WORK is coffee [ORDERS.csv], papers [FOLDER], or a task of your own: my.module:app/my.task --args ARGS.jsonl
    """
    check_fleet(given["workers"], given["slots"], simulate, cores)
    app, work = _read_own(given, args_file) if "/" in given["work"] else (OUR_APP, read_work(**given))
    check_pool(pool, given["slots"], prefetch)
    if simulate and app != OUR_APP:
        raise BadInputError("--simulate", "is for coffee and papers: nobody knows what your task asks for", "Leave it out")
    with open_lab(broker, simulate) as lab:
        if work.name == "papers":
            say("Measuring each paper alone, to know what the run could come to")
            work, measured = measure_alone(work, lab, runs)
            if measured.interrupted:
                return end([measured], as_json, single=True)
        plan = replace(
            plan_of(work, pool, given["workers"], given["slots"], prefetch, app, predicted_s), question=question or None
        )
        ran = run_plan(plan.as_simulated(cores) if simulate else plan, lab, runs)
    if not as_json:
        show_run(ran.summary, place_of(ran.folder.path), ran.enqueue_rate_per_s)
        show_failures(ran)
    return end([ran], as_json, single=True)


def _read_own(given: dict[str, Any], args_file: Path | None) -> tuple[str, Work]:
    app, _, task = given["work"].partition("/")
    if args_file is None:
        raise BadInputError(
            "--args",
            f"is missing, and nobody knows what to give {task}",
            "Name a file with a line of JSON arguments for each job",
        )
    return app, arriving(own_tasks(task, args_file), given["rate"], given["seed"])
