"""`manyhands serve`: the page."""

import os
from pathlib import Path

import click

from manyhands.commands.options import common, options
from manyhands.lab import open_lab
from manyhands.progress import say


@click.command("serve")
@options(
    [
        click.option(
            "--host",
            default="127.0.0.1",
            show_default=True,
            help="Listen here; anything but this machine asks for a password (MANYHANDS_PAGE_PASSWORD, or one is made up).",
        ),
        click.option(
            "--port", type=click.IntRange(0, 65535), default=8080, show_default=True, help="0 takes any that is free."
        ),
    ],
    common[:2],
)
def command(host: str, port: int, broker: str | None, runs: Path) -> int:
    """The page: watch runs as they happen, start them, and look at those so far."""
    # Imported here: the other commands do not wait for a web server.
    from manyhands.serve import PASSWORD_VARIABLE, address_of, listen_at, page_rules, serve  # noqa: PLC0415

    rules = page_rules(host, os.environ)
    with listen_at(host, port) as listener, open_lab(broker) as lab:
        runs.mkdir(parents=True, exist_ok=True)
        say(f"The page is at {address_of(listener)} (Ctrl-C ends it)")
        if rules.password is not None and rules.password != os.environ.get(PASSWORD_VARIABLE):
            say(f"Its password, with any user name: {rules.password}")
        serve(lab, runs.resolve(), listener, rules)
    return 0
