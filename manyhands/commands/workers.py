"""`manyhands workers`: who is here."""

import json
from dataclasses import asdict

import click

from collector.roster import present
from manyhands.commands.options import common, options
from manyhands.lab import reach
from manyhands.show import show_workers
from producer.errors import BadInputError


@click.command("workers")
@options([common[0], common[2]])
def command(broker: str | None, as_json: bool) -> int:
    """Who is here: the workers of a lab, with their pools, slots and cores."""
    if broker is None:
        raise BadInputError("--broker", "is missing: an embedded broker has no workers but a run's", "Name the lab's")
    client = reach(broker)
    try:
        here = present(client)
    finally:
        client.close()
    if as_json:
        click.echo(json.dumps([asdict(worker) for worker in here], indent=2))
    else:
        show_workers(here)
    return 0
