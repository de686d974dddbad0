"""`manyhands doctor`: what this machine has, and what is wrong."""

from pathlib import Path

import click

from manyhands.commands.options import common, options
from manyhands.doctor import examine


@click.command("doctor")
@options(common[:2])
def command(broker: str | None, runs: Path) -> int:
    """What this machine has, and what is wrong, each with its cure."""
    findings = list(examine(broker, runs))
    for finding in findings:
        mark = click.style("✓", fg="green") if finding.is_well else click.style("✗", fg="red")
        click.echo(f"{mark} {finding.what:<16} {finding.found}" + (f". {finding.cure}." if finding.cure else ""))
    return 0 if all(finding.is_well for finding in findings) else 1
