"""What is shown of a scaling curve on the terminal: a table with a small curve beside it, and what it says."""

from collections.abc import Sequence

import click
from rich.console import Console

from collector.ends import text_curve
from collector.scaling import Curve
from manyhands.show import NOTHING, plain_table, seconds, times


def show_curve(title: str, curve: Curve, said: Sequence[str]) -> None:
    """The points of a curve, a line each, and where it ends."""
    # Eighty columns hold it whole.
    table = plain_table(title)
    for name in ("workers", "completion", "interval", "speedup", "ideal", "each"):
        table.add_column(name, justify="right", no_wrap=True)
    table.add_column("┊ ideal", no_wrap=True)
    for point, bar in zip(curve.points, text_curve(curve), strict=True):
        table.add_row(
            str(point.workers),
            seconds(point.completion_s),
            f"{point.low_s:.2f}–{point.high_s:.2f}" if len(point.completions_s) > 1 else NOTHING,
            times(point.speedup),
            times(point.ideal_speedup),
            f"{point.efficiency:.0%}",
            bar,
        )
    Console(highlight=False).print(table)
    for sentence in said:
        click.echo(click.wrap_text(f"• {sentence}", 100, subsequent_indent="  "))
