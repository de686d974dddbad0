"""Joining: this machine becomes a worker of a lab, on this computer or elsewhere.

    python -m workers redis://:PASSWORD@HOST:6379/0 --pool prefork --slots 4 --name ana

needs no more than a worker does; `manyhands join` is the same.
"""

import os
import re
import sys
import time
from itertools import count
from pathlib import Path
from typing import NoReturn
from urllib.parse import urlsplit

import click
import redis

from producer.broker import connect, is_its_own, public_url, with_tls
from producer.clock import BrokerClock, check_clock
from producer.errors import BadInputError
from producer.message import POOLS, WORKERS_KEY, name_key, worker_key
from workers import settings
from workers.host import cores
from workers.names import barista

MOST_SLOTS = 1000
DEFAULT_SLOTS = 8

# A worker's name is kept for it until its presence does that.
NAME_TTL_S = 20

# Who was killed is on the roster for a while, and may want to come back under the same name.
NAME_TIMEOUT_S = 8.0
LOOK_EVERY_S = 0.25

# Who joins without a name is called after a barista from here on: the first ones are left to who gives their own, `ana`.
FIRST_UNNAMED = 8

NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,31}")


@click.command("join")
@click.argument("url", required=False)
@click.option("--pool", type=click.Choice(POOLS), required=True, help="How it runs jobs, and the queue that it works.")
@click.option("--slots", type=click.IntRange(1, MOST_SLOTS), help="Jobs in the air.  [default: 8; prefork: the cores; solo: 1]")
@click.option("--name", metavar="NAME", help="A name that nobody has in the lab.  [default: a barista's that is free]")
@click.option(
    "--prefetch", type=click.IntRange(1, 1000), help="Messages that it takes for each slot.  [default: 1; 2 under gevent]"
)
@click.option(
    "--ca",
    envvar="MANYHANDS_CA",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="For rediss://: the certificate that the broker's must come from.",
)
def command(url: str | None, pool: str, slots: int | None, name: str | None, prefetch: int | None, ca: Path | None) -> NoReturn:
    """Make this machine a worker of the lab whose broker is at URL.

    Without URL it is taken from MANYHANDS_BROKER_URL. Ctrl-C, or SIGTERM: what is in the air is finished, what was taken
    in advance is given back.
    """
    slots, prefetch = _checked(pool, slots, prefetch)
    if url is not None:
        _hide(url)
    url = with_tls(settings.broker_url(), ca)
    if ca is not None and is_its_own(url, ca):
        url += "&ssl_check_hostname=false"
    settings.keep_broker_url(url)
    settings.suit_who_joins()
    broker = connect(url, f"Is the lab up, is this its port for {urlsplit(url).scheme}://, and is it open to this machine?")
    try:
        check_clock(BrokerClock(broker), settings.visibility_timeout_s())
        name = _take_name(broker, url, name)
    finally:
        broker.close()
    print(f"{name} joins {public_url(url)}: {pool}, {slots} slots.", file=sys.stderr, flush=True)
    # Events, which Flower counts.
    _become([sys.executable, *worker_arguments("workers", pool, slots, f"{name}@%h", prefetch), "-E"])


def worker_arguments(app: str, pool: str, slots: int, name: str, prefetch: int | None) -> list[str]:
    """What Python is given to be a Celery worker of a run or a lab.

    Nobody to get to know and no gossip: a stock worker takes four times as long to its first job. No banner: who joins has
    said so in one line, and a class looks for others in the log of a lab.
    """
    arguments = ["-m", "celery", "--quiet", "-A", app, "worker", "-P", pool, "-c", str(slots), "-Q", pool, "-n", name]
    arguments += ["--without-mingle", "--without-gossip", "-l", "WARNING"]
    return arguments if prefetch is None else [*arguments, "--prefetch-multiplier", str(prefetch)]


def _checked(pool: str, slots: int | None, prefetch: int | None) -> tuple[int, int | None]:
    if pool == "solo" and (slots or 1) > 1:
        raise BadInputError("--slots", f"is {slots}, and solo does one job after another", "Leave it out")
    if pool == "gevent" and prefetch == 1:
        raise BadInputError("--prefetch", "is 1, with which Celery's gevent pool stalls", "Give 2 or more")
    usual = {"solo": 1, "prefork": max(1, int(cores()))}.get(pool, DEFAULT_SLOTS)
    return slots or usual, settings.GEVENT_PREFETCH if pool == "gevent" and prefetch is None else prefetch


def _hide(url: str) -> None:
    """Everybody on this machine can read a command line: begin again with the URL, and so its password, in the environment.

    Returns where there is no secret in it.
    """
    settings.keep_broker_url(url)
    if public_url(url) != url:
        context = click.get_current_context()
        given = {name: value for name, value in context.params.items() if name != "url" and value is not None}
        options = [word for name, value in given.items() for word in (f"--{name}", str(value))]
        _become([sys.executable, "-m", "workers", *options])


def _become(command_line: list[str]) -> NoReturn:
    sys.stderr.flush()
    os.execv(command_line[0], command_line)  # noqa: S606  # a process of its own would be one more to be stopped


def _take_name(broker: redis.Redis, url: str, name: str | None) -> str:
    """The name, for this worker alone; a free one where none is given.

    Raises:
        BadInputError: it cannot be a name, or somebody else has it.
    """
    if name is None:
        return next(free for free in map(barista, count(FIRST_UNNAMED)) if _is_free(broker, free))
    if not NAME.fullmatch(name):
        raise BadInputError("--name", f"is {name!r}", "Give up to 32 letters, digits, dots, dashes and underscores")
    give_up_s, said_before = time.monotonic() + NAME_TIMEOUT_S, _who_has(broker, name)
    while not _is_free(broker, name):
        # Who says something else each second lives.
        if time.monotonic() > give_up_s or (said_before and _who_has(broker, name) not in ([], said_before)):
            raise BadInputError("--name", f"{name!r} works at {public_url(url)} already", "Choose another")
        time.sleep(LOOK_EVERY_S)
    return name


def _is_free(broker: redis.Redis, name: str) -> bool:
    """Whether nobody has the name; it is ours from then on."""
    return not _who_has(broker, name) and bool(broker.set(name_key(name), "1", nx=True, ex=NAME_TTL_S))


def _who_has(broker: redis.Redis, name: str) -> list[bytes]:
    """What those of this name said last, who are on the roster."""
    workers: set[bytes] = broker.smembers(WORKERS_KEY)  # type: ignore[assignment]  # it is no coroutine here
    same = [worker_key(worker.decode()) for worker in workers if worker.decode().partition("@")[0] == name]
    said: list[bytes | None] = broker.mget(same) if same else []  # type: ignore[assignment]
    return [text for text in said if text is not None]


def main() -> int:
    """Run the command; returns an exit code where it does not become a worker."""
    try:
        command(standalone_mode=False)
    except click.exceptions.Exit as error:
        return error.exit_code
    except click.ClickException as error:
        print(f"workers: {' '.join(error.format_message().split())} See `python -m workers --help`.", file=sys.stderr)
    except BadInputError as error:
        print(f"workers: {error}", file=sys.stderr)
    except (click.Abort, KeyboardInterrupt):
        print("Interrupted", file=sys.stderr)
    return 2
