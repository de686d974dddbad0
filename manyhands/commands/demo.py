"""`manyhands demo`: the stories on this machine."""

from pathlib import Path

import click

from manyhands.commands.options import common, options
from manyhands.demo import demo
from manyhands.lab import open_lab
from manyhands.show import end, show_table


@click.command("demo")
@options(common[1:])
def command(runs: Path, as_json: bool) -> int:
    """The stories on this machine, in under a minute: one table, one report.

    It brings its own broker and workers, since it compares this machine with itself.
    """
    with open_lab(None) as lab:
        made = demo(lab, runs)
    if not as_json:
        for comparison in made.comparisons:
            show_table(comparison.title, comparison.summaries)
        for sentence in made.said:
            click.echo(click.wrap_text(f"• {sentence}", 100, subsequent_indent="  "))
        click.echo(f"\nThe report, with every lane: {made.folder / 'report.html'}")
    return end([ran for comparison in made.comparisons for ran in comparison.rans], as_json)
