"""`manyhands compare`: one batch, every pool and the plain twins."""

from pathlib import Path
from typing import Any

import click

from manyhands.commands.options import batch, check_fleet, common, fleet, options, read_work, simulation
from manyhands.compare import compare, plans_of
from manyhands.lab import open_lab, place_of
from manyhands.plan import TWINS
from manyhands.show import end, show_table
from manyhands.work import DEFAULT_ORDERS
from producer.errors import BadInputError
from producer.message import POOLS


@click.command("compare")
@options(
    batch,
    fleet,
    [click.option("--pools", metavar="P,P", help="Only these.  [default: all pools and the plain twins]")],
    simulation,
    common,
)
def command(
    pools: str | None, simulate: bool, cores: float | None, broker: str | None, runs: Path, as_json: bool, **given: Any
) -> int:
    """One batch on every pool and on the plain twins: one table."""
    if given["work"] == "coffee" and given["orders"] is None and given["source"] is None:
        given["orders"] = DEFAULT_ORDERS // 2
    if given["rate"] is not None:
        raise BadInputError("--rate", "makes arrivals open, and a comparison is of closed batches", "Leave it out, or use run")
    check_fleet(given["workers"], given["slots"], simulate, cores)
    work = read_work(**given)
    plans = plans_of(work, _read_pools(pools), given["slots"], given["workers"])
    with open_lab(broker, simulate) as lab:
        comparison = compare(work, [plan.as_simulated(cores) for plan in plans] if simulate else plans, lab, runs)
    if not as_json:
        show_table(comparison.title, comparison.summaries)
        click.echo(place_of(comparison.folder))
    return end(comparison.rans, as_json)


def _read_pools(pools: str | None) -> list[str]:
    known: list[str] = [*TWINS, *POOLS]
    chosen = known if pools is None else [pool.strip() for pool in pools.split(",")]
    for pool in chosen:
        if pool not in known:
            raise BadInputError("--pools", f"{pool!r} is none", "Known: " + ", ".join(known))
    return chosen
