"""`manyhands scale`: one batch on more and more workers."""

import json
from pathlib import Path
from typing import Any

import click

from manyhands.commands.options import (
    MOST_SLOTS,
    batch,
    check_fleet,
    check_pool,
    common,
    options,
    pool_options,
    read_work,
    simulation,
)
from manyhands.lab import open_lab, place_of
from manyhands.progress import say
from manyhands.run import measure_alone, plan_of
from manyhands.scale import scale
from manyhands.show import end
from manyhands.show_curve import show_curve
from producer.errors import BadInputError

REPEATS = 3


@click.command("scale")
@options(
    batch,
    pool_options,
    [
        click.option(
            "--workers", metavar="N,N", required=True, help="Worker counts, such as 1,2,4,8. Four or more make a law."
        ),
        click.option("--slots", type=click.IntRange(1, MOST_SLOTS), help="Slots of each worker."),
        click.option(
            "--repeats",
            type=click.IntRange(1, 100),
            help=f"Runs with each count; their median counts.  [default: {REPEATS}; 1 where it is simulated]",
        ),
    ],
    simulation,
    common,
)
def command(
    workers: str,
    repeats: int | None,
    pool: str,
    prefetch: int | None,
    simulate: bool,
    cores: float | None,
    broker: str | None,
    runs: Path,
    as_json: bool,
    **given: Any,
) -> int:
    """One closed batch on more and more workers: the scaling curve, its law, and where it ends.

    WORK is coffee [ORDERS.csv] or papers [FOLDER].
    """
    counts = read_counts(workers)
    if given["rate"] is not None:
        raise BadInputError(
            "--rate", "makes arrivals open, and a scaling curve is of closed batches", "Leave it out, or use run"
        )
    check_pool(pool, given["slots"], prefetch)
    check_fleet(max(counts), given["slots"], simulate, cores)
    work = read_work(**given)
    with open_lab(broker, simulate) as lab:
        if not work.is_known:
            say("Measuring each paper alone, to know what the runs could come to")
            work, measured = measure_alone(work, lab, runs)
            if measured.interrupted:
                return end([measured], as_json)
        plan = plan_of(work, pool, counts[0], given["slots"], prefetch)
        plan = plan.as_simulated(cores) if simulate else plan
        scaling = scale(plan, counts, repeats or (1 if simulate else REPEATS), given["seed"], lab, runs)
    if as_json:
        click.echo(json.dumps(scaling.as_json(), indent=2))
    elif scaling.curve:
        show_curve(scaling.title, scaling.curve, scaling.said)
        click.echo(place_of(scaling.folder))
    return end(scaling.rans, as_json=False) if scaling.rans else 3


def read_counts(workers: str) -> list[int]:
    """The worker counts of `--workers`, fewest first.

    Raises:
        BadInputError: they are no numbers, or fewer than two.
    """
    cure = "Give two or more counts, such as 1,2,4,8"
    try:
        counts = sorted({int(count) for count in workers.split(",")})
    except ValueError:
        raise BadInputError("--workers", f"is {workers!r}", cure) from None
    if counts[0] < 1 or len(counts) < 2:
        raise BadInputError("--workers", f"is {workers!r}", cure)
    return counts
