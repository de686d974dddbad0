"""What is shown on the terminal: one run, or a table of several, or JSON of either; and the exit code that they come to."""

import json
from collections.abc import Sequence
from typing import Any

import click
from rich import box
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from collector.figures.paints import PAINTS
from collector.measures import EXIT_CODES, Verdict
from collector.roster import Present
from collector.shape import size, slots_each
from collector.why import why
from manyhands.progress import say
from manyhands.record import Ran

NOTHING = "–"

# Exit codes, the mildest first: a failure is certain, an unknown may be none.
SEVERITY = (0, 3, 1)


def show_run(summary: dict[str, Any], folder: str, enqueue_rate_per_s: float | None) -> None:
    """A run in some lines, the answer first."""
    console = Console(highlight=False)
    jobs = summary["jobs"]
    others = ", ".join(f"{jobs[kind]} {kind}" for kind in ("failed", "lost", "repeated"))
    console.print(f"[bold]{summary['verdict']}[/]  {jobs['done']} of {jobs['sent']} done, {others}")
    table = Table(box=None, show_header=False, padding=(0, 2, 0, 0))
    for name, value, meaning in (
        ("completion", seconds(summary["completion_s"]), "from the first send to the last finished job"),
        ("ideal", seconds(summary["ideal_s"]), "the same batch with no overhead at all"),
        ("over ideal", times(summary["ratio"], 3), "what queue, broker, pool and Python cost"),
        ("bound", seconds(summary["bound_s"]), "the least that the laws allow"),
        ("speedup", times(summary["speedup"]), "against one after another"),
        ("held back by", summary["held_back_by"] or NOTHING, ""),
    ):
        table.add_row(name, f"[bold]{value}[/]", f"[dim]{meaning}[/]")
    console.print(table)
    console.print(why(summary))
    went = summary["where_time_went_s"]
    whole_s = sum(went.values()) or 1.0
    parts = sorted(((spent_s / whole_s, PAINTS[kind].words) for kind, spent_s in went.items()), reverse=True)
    console.print(
        "[dim]Where the time went: " + ", ".join(f"{words} {part:.0%}" for part, words in parts if part >= 0.005) + "[/]"
    )
    if enqueue_rate_per_s is not None:
        console.print(f"[dim]Sent at {enqueue_rate_per_s:,.0f} jobs a second.[/]")
    console.print(f"[dim]{escape(folder)}[/]", soft_wrap=True)


def show_table(title: str, summaries: Sequence[dict[str, Any]]) -> None:
    """Several runs of one batch, a line each."""
    console = Console(highlight=False)
    # Eighty columns hold the widest name and every figure whole.
    table = plain_table(title)
    has_machine = any(summary["work"] == "coffee" for summary in summaries)
    table.add_column("pool", no_wrap=True)
    for name in ("size", *(("heads",) if has_machine else ()), "completion", "speedup", "ideal", "over\nideal"):
        table.add_column(name, justify="right", no_wrap=True)
    table.add_column("held back by", overflow="fold")
    for summary in summaries:
        troubled = summary["verdict"] != "pass"
        table.add_row(
            summary["pool"],
            size(slots_each(summary)),
            *((str(summary["machines"]),) if has_machine else ()),
            seconds(summary["completion_s"]),
            times(summary["speedup"]),
            seconds(summary["ideal_s"]),
            times(summary["ratio"]),
            (summary["held_back_by"] or NOTHING) + (f" ({summary['verdict']})" if troubled else ""),
        )
    console.print(table)


def show_workers(here: Sequence[Present]) -> None:
    """Who is here, a line each."""
    if not here:
        click.echo("Nobody is here.")
        return
    table = plain_table()
    for name in ("worker", "pool"):
        table.add_column(name, overflow="fold")
    for name in ("slots", "cores", "clock"):
        table.add_column(name, justify="right", no_wrap=True)
    table.add_column("is at", no_wrap=True)
    for worker in here:
        clock = f"{worker.clock_offset_s:+z.3f} s"
        table.add_row(worker.worker, worker.pool, str(worker.slots), f"{worker.cores:g}", clock, doing(worker))
    Console(highlight=False).print(table)


def doing(worker: Present) -> str:
    """What a worker is at."""
    if worker.is_leaving:
        return "leaving"
    if worker.holds:
        return f"{len(worker.holds)} job{'s' if len(worker.holds) > 1 else ''}"
    return "rest" if worker.consuming else "standing by"


def plain_table(title: str | None = None) -> Table:
    """A table with one rule under its head, as narrow as its columns: eighty columns must hold it."""
    return Table(
        title=title,
        title_justify="left",
        title_style="bold",
        box=box.SIMPLE_HEAD,
        padding=(0, 1),
        collapse_padding=True,
        pad_edge=False,
    )


def seconds(value: float | None) -> str:
    """Seconds, as precise as they matter."""
    return NOTHING if value is None else f"{value:.2f} s"


def times(value: float | None, digits: int = 2) -> str:
    """A ratio."""
    return NOTHING if value is None else f"{value:.{digits}f} ×"


def show_failures(ran: Ran, most: int = 10) -> None:
    """The jobs that failed, a line each."""
    failed = [row for row in ran.ledger.final.values() if row.outcome == "failed"]
    for row in failed[:most]:
        click.echo(f"failed: {row.job}: {row.reason}")
    if len(failed) > most:
        click.echo(f"and {len(failed) - most} more, in {ran.folder.path / 'tasks.csv'}")


def end(rans: Sequence[Ran], as_json: bool, single: bool = False) -> int:
    """Print JSON where it is asked for. The worst verdict is the command's."""
    if as_json:
        summaries = [ran.summary for ran in rans]
        click.echo(json.dumps(summaries[0] if single else {"runs": summaries}, indent=2))
    if any(ran.interrupted for ran in rans):
        say("Interrupted: everything was stopped, and what is known until then is in the run's folder.")
    verdicts: list[Verdict] = [ran.summary.get("verdict", "unknown") for ran in rans]
    return max((EXIT_CODES[verdict] for verdict in verdicts), key=SEVERITY.index)
