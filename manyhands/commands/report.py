"""`manyhands report`: a report again, or two runs compared."""

import json
from pathlib import Path

import click

from collector.measures import EXIT_CODES
from manyhands.commands.options import FilePath, options
from manyhands.commands.options import common as common_options
from manyhands.report import report
from producer.errors import BadInputError


@click.command("report")
@click.argument("names", metavar="RUN [RUN]", nargs=-1, required=True)
@options(
    common_options[1:],
    [click.option("--out", type=FilePath, help="Where to write it.  [default: in the run's folder]")],
)
def command(names: tuple[str, ...], runs: Path, as_json: bool, out: Path | None) -> int:
    """The report of a run made again from its folder, or two runs side by side.

    RUN is a folder, a name in the runs folder, or latest.
    """
    if len(names) > 2:
        raise BadInputError("report", f"is of one run or of two, and these are {len(names)}", "Name one or two")
    made = report(runs, list(names), out)
    if as_json:
        click.echo(json.dumps({"report": str(made.path), "said": made.said, "runs": made.summaries}, indent=2))
    else:
        for line in made.said:
            click.echo(line)
        click.echo(str(made.path))
    return EXIT_CODES["pass"]
