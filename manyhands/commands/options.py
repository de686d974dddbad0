"""Options that several commands share, and the work that they come to."""

from collections.abc import Callable, Sequence
from math import isnan
from pathlib import Path
from typing import Any, TypeVar

import click

from manyhands.work import (
    DEFAULT_MACHINES,
    DEFAULT_ORDERS,
    DEFAULT_SPEED,
    MACHINES_VARIABLE,
    MOST_MACHINES,
    Work,
    arriving,
    coffee,
    default_machines,
    papers,
)
from producer.errors import BadInputError
from producer.menu import MENU_FILE
from producer.message import POOLS
from workers.grader import GRADERS
from workers.rubric import RUBRIC_FILE
from workers.settings import given_broker_url

MOST_WORKERS = 64
MOST_SIMULATED_WORKERS = 100_000
MOST_SLOTS = 1000
MOST_SIMULATED_SLOTS = 1_000_000

WORKS = ("coffee", "papers")
FilePath = click.Path(path_type=Path)
SEED = click.IntRange(0)


class NumberRange(click.FloatRange):
    """A range of numbers. Not-a-number is in none: it is neither too small nor too large."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """The number that was typed."""
        number = super().convert(value, param, ctx)
        if isnan(number):
            self.fail(f"{value!r} is not a number.", param, ctx)
        return number


common = [
    click.option(
        "--broker",
        "broker",
        default=given_broker_url,
        metavar="URL",
        help="A Redis of your own; without it one is started, and stopped after.",
    ),
    click.option(
        "--runs",
        type=FilePath,
        default=Path("runs"),
        envvar="MANYHANDS_RUNS",
        show_default=True,
        help="The folder that keeps a folder for each run.",
    ),
    click.option("--json", "as_json", is_flag=True, help="Print JSON and nothing else."),
]
batch = [
    click.argument("work"),
    click.argument("source", required=False, type=FilePath),
    click.option(
        "--orders",
        type=click.IntRange(1, 100_000),
        help=f"How many orders.  [default: {DEFAULT_ORDERS} (compare: {DEFAULT_ORDERS // 2}), or all of the file]",
    ),
    click.option(
        "--papers",
        "paper_count",
        type=click.IntRange(1, 100_000),
        help="How many papers; the folder's over and over, if it has fewer.",
    ),
    click.option("--menu", type=FilePath, default=MENU_FILE, help="Another menu.toml."),
    click.option("--rubric", type=FilePath, default=RUBRIC_FILE, help="Another rubric.toml."),
    click.option(
        "--grader",
        type=click.Choice(list(GRADERS)),
        default="python",
        show_default=True,
        help="python holds the GIL, native lets it go; same marks.",
    ),
    click.option(
        "--machines",
        type=click.IntRange(1, MOST_MACHINES),
        default=default_machines,
        show_default=f"{DEFAULT_MACHINES}, or {MACHINES_VARIABLE}",
        help="Group heads of the espresso machine, shared by all.",
    ),
    click.option(
        "--speed",
        type=NumberRange(0.01, 100_000),
        default=DEFAULT_SPEED,
        show_default=True,
        help="Coffee-seconds in one real second.",
    ),
    click.option("--seed", type=SEED, default=1, show_default=True, help="The same seed makes the same orders and arrivals."),
    click.option(
        "--rate",
        type=NumberRange(0.001, 100_000),
        help="Customers a second, one by one (Poisson).  [default: all at once]",
    ),
]
fleet = [
    click.option(
        "--workers",
        type=click.IntRange(1, MOST_SIMULATED_WORKERS),
        help="Worker processes of Celery: baristas.  [default: all that are there, or 1 that is started]",
    ),
    click.option(
        "--slots",
        type=click.IntRange(1, MOST_SLOTS),
        help="Slots of each worker.  [default: those of who is there, or 8 for coffee, the cores for papers]",
    ),
]
pool_options = [
    click.option("--pool", type=click.Choice(POOLS), default="threads", show_default=True, help="How a worker runs jobs."),
    click.option(
        "--prefetch",
        type=click.IntRange(1, 1000),
        help="Messages a worker takes for each slot.  [default: 1; 2 under gevent]",
    ),
]
simulation = [
    click.option(
        "--simulate", is_flag=True, help="Through a model, with what a task was measured to cost: no broker, no worker."
    ),
    click.option(
        "--cores",
        type=NumberRange(0.1, 1_000_000),
        help="Cores of the simulated machines together.  [default: those of this machine]",
    ),
]


Command = TypeVar("Command", bound=Callable[..., Any])


def options(*groups: Sequence[Any]) -> Callable[[Command], Command]:
    """Adds groups of options to a command, in this order."""

    def add(command: Command) -> Command:
        for option in reversed([option for group in groups for option in group]):
            command = option(command)
        return command

    return add


def read_work(work: str, source: Path | None, **given: Any) -> Work:
    """The work that the options of `batch` ask for.

    Raises:
        BadInputError: they do not go together, or a file that they name cannot be used.
    """
    if work not in WORKS:
        raise BadInputError("work", f"is {work!r}", "Choose coffee or papers, or my.module:app/my.task with --args FILE")
    for option, given_to, value in (("--orders", "coffee", given["orders"]), ("--papers", "papers", given["paper_count"])):
        if value is not None and work != given_to:
            raise BadInputError(option, f"says how many for {given_to}, and this is {work}", "Leave it out")
    if work == "coffee":
        made = coffee(source, given["orders"], given["menu"], given["speed"], given["machines"], given["seed"])
    else:
        made = papers(source, given["paper_count"], given["rubric"], given["grader"])
    return arriving(made, given["rate"], given["seed"])


def check_pool(pool: str, slots: int | None, prefetch: int | None) -> None:
    """Refuse what a pool cannot do.

    Raises:
        BadInputError: solo with several slots, or gevent with a prefetch of one.
    """
    if pool == "solo" and (slots or 1) > 1:
        raise BadInputError(
            "--slots", f"is {slots}, and solo does one job after another", "Leave it out, or choose another pool"
        )
    if pool == "gevent" and prefetch == 1:
        raise BadInputError("--prefetch", "is 1, with which Celery's gevent pool stalls", "Give 2 or more")


def check_fleet(workers: int | None, slots: int | None, simulate: bool, cores: float | None) -> None:
    """Refuse a fleet that is too large for one machine, or for the model.

    Raises:
        BadInputError: it is.
    """
    if not simulate and cores is not None:
        raise BadInputError("--cores", "are those of simulated machines", "Add --simulate, or leave it out")
    if not simulate and (workers or 1) > MOST_WORKERS:
        raise BadInputError("--workers", f"is {workers}, and {MOST_WORKERS} is the most", "Add --simulate, or give fewer")
    if (workers or 1) * (slots or 1) > MOST_SIMULATED_SLOTS:
        cure = f"Give at most {MOST_SIMULATED_SLOTS:,} slots in all"
        raise BadInputError("--workers", f"{workers or 1} with {slots or 1} slots each are too many to simulate", cure)
