"""The command: `manyhands`."""

import json
import os
import sys
import tempfile
import traceback
from collections.abc import Callable, Sequence
from difflib import get_close_matches
from pathlib import Path
from typing import Any, TypeVar

import click

from collector.measures import EXIT_CODES, Verdict
from manyhands import __version__
from manyhands.compare import compare
from manyhands.demo import demo
from manyhands.doctor import examine
from manyhands.lab import open_lab
from manyhands.plan import OUR_APP, TWINS
from manyhands.progress import say
from manyhands.record import Ran
from manyhands.run import measure_alone, plan_of, run_plan
from manyhands.show import show_run, show_table
from manyhands.work import DEFAULT_ORDERS, DEFAULT_SPEED, Work, arriving, coffee, own_tasks, papers
from producer.errors import BadInputError
from producer.menu import MENU_FILE
from producer.message import POOLS
from workers.grader import GRADERS
from workers.host import cores
from workers.rubric import RUBRIC_FILE

# Exit codes, the mildest first: a failure is certain, an unknown may be none.
SEVERITY = (0, 3, 1)

MOST_WORKERS = 64
MOST_SLOTS = 1000
USAGE = 2

WORKS = ("coffee", "papers")
FilePath = click.Path(path_type=Path)

common = [
    click.option(
        "--broker",
        "broker",
        envvar="MANYHANDS_BROKER_URL",
        metavar="URL",
        help="A Redis of your own; without it one is started, and stopped after.",
    ),
    click.option(
        "--runs",
        type=FilePath,
        default=Path("runs"),
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
        type=click.IntRange(1, 1000),
        default=2,
        show_default=True,
        help="Group heads of the espresso machine, shared by all.",
    ),
    click.option(
        "--speed",
        type=click.FloatRange(0.01, 100_000),
        default=DEFAULT_SPEED,
        show_default=True,
        help="Coffee-seconds in one real second.",
    ),
    click.option("--seed", type=int, default=1, show_default=True, help="The same seed makes the same orders and arrivals."),
    click.option(
        "--rate",
        type=click.FloatRange(0.001, 100_000),
        help="Customers a second, one by one (Poisson).  [default: all at once]",
    ),
    click.option(
        "--workers",
        type=click.IntRange(1, MOST_WORKERS),
        default=1,
        show_default=True,
        help="Worker processes of Celery: baristas.",
    ),
    click.option(
        "--slots",
        type=click.IntRange(1, MOST_SLOTS),
        help="Slots of each worker.  [default: 8 for coffee, the cores for papers, 1 for solo]",
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


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110})
@click.version_option(__version__, prog_name="manyhands")
def command() -> None:
    """Shows, on a real task queue, when concurrency helps, when parallelism helps, and what holds a system back."""


@command.command("run")
@options(
    batch,
    [
        click.option("--pool", type=click.Choice(POOLS), default="threads", show_default=True, help="How a worker runs jobs."),
        click.option(
            "--prefetch",
            type=click.IntRange(1, 1000),
            help="Messages a worker takes for each slot.  [default: 1; 2 under gevent]",
        ),
        click.option(
            "--args", "args_file", type=FilePath, help="For a task of your own: a line of JSON arguments for each job."
        ),
    ],
    common,
)
def run_command(
    pool: str, prefetch: int | None, args_file: Path | None, broker: str | None, runs: Path, as_json: bool, **given: Any
) -> int:
    """One batch on one pool.

    WORK is coffee [ORDERS.csv], papers [FOLDER], or a task of your own: my.module:app/my.task --args ARGS.jsonl
    """
    app, work = _read_own(given, args_file) if "/" in given["work"] else (OUR_APP, _read_work(**given))
    if pool == "solo" and (given["slots"] or 1) > 1:
        raise BadInputError(
            "--slots",
            f"is {given['slots']}, and solo does one job after another",
            "Leave it out, or choose another pool",
        )
    if pool == "gevent" and prefetch == 1:
        raise BadInputError("--prefetch", "is 1, with which Celery's gevent pool stalls", "Give 2 or more")
    slots = 1 if pool == "solo" else given["slots"] or _default_slots(work)
    with open_lab(broker) as lab:
        if work.name == "papers":
            say("Measuring each paper alone, to know what the run could come to")
            work, measured = measure_alone(work, lab, runs)
            if measured.interrupted:
                return _end([measured], as_json, single=True)
        ran = run_plan(plan_of(work, pool, given["workers"], slots, prefetch, app), lab, runs)
    if not as_json:
        show_run(ran.summary, str(ran.folder.path), ran.enqueue_rate_per_s)
        _show_failures(ran)
    return _end([ran], as_json, single=True)


@command.command("compare")
@options(
    batch,
    [click.option("--pools", metavar="P,P", help="Only these.  [default: all pools and the plain twins]")],
    common,
)
def compare_command(pools: str | None, broker: str | None, runs: Path, as_json: bool, **given: Any) -> int:
    """One batch on every pool and on the plain twins: one table."""
    if given["work"] == "coffee" and given["orders"] is None and given["source"] is None:
        given["orders"] = DEFAULT_ORDERS // 2
    if given["rate"] is not None:
        raise BadInputError("--rate", "makes arrivals open, and a comparison is of closed batches", "Leave it out, or use run")
    work = _read_work(**given)
    with open_lab(broker) as lab:
        comparison = compare(work, _read_pools(pools), given["slots"] or _default_slots(work), given["workers"], lab, runs)
    if not as_json:
        show_table(comparison.title, comparison.summaries)
        click.echo(f"{comparison.folder / 'report.html'}")
    return _end(comparison.rans, as_json)


@command.command("demo")
@options(common)
def demo_command(broker: str | None, runs: Path, as_json: bool) -> int:
    """The stories on this machine, in under a minute: one table, one report."""
    with open_lab(broker) as lab:
        made = demo(lab, runs)
    if not as_json:
        for comparison in made.comparisons:
            show_table(comparison.title, comparison.summaries)
        for sentence in made.said:
            click.echo(click.wrap_text(f"• {sentence}", 100, subsequent_indent="  "))
        click.echo(f"\nThe report, with every lane: {made.folder / 'report.html'}")
    return _end([ran for comparison in made.comparisons for ran in comparison.rans], as_json)


@command.command("doctor")
@options(common[:2])
def doctor_command(broker: str | None, runs: Path) -> int:
    """What this machine has, and what is wrong, each with its cure."""
    findings = list(examine(broker, runs))
    for finding in findings:
        mark = click.style("✓", fg="green") if finding.is_well else click.style("✗", fg="red")
        click.echo(f"{mark} {finding.what:<16} {finding.found}" + (f". {finding.cure}." if finding.cure else ""))
    return 0 if all(finding.is_well for finding in findings) else 1


def _read_work(work: str, source: Path | None, **given: Any) -> Work:
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


def _read_own(given: dict[str, Any], args_file: Path | None) -> tuple[str, Work]:
    app, _, task = given["work"].partition("/")
    if args_file is None:
        raise BadInputError(
            "--args",
            f"is missing, and nobody knows what to give {task}",
            "Name a file with a line of JSON arguments for each job",
        )
    return app, arriving(own_tasks(task, args_file), given["rate"], given["seed"])


def _read_pools(pools: str | None) -> list[str]:
    known: list[str] = [*TWINS, *POOLS]
    chosen = known if pools is None else [pool.strip() for pool in pools.split(",")]
    for pool in chosen:
        if pool not in known:
            raise BadInputError("--pools", f"{pool!r} is none", "Known: " + ", ".join(known))
    return chosen


def _default_slots(work: Work) -> int:
    return max(2, int(cores())) if work.name == "papers" else 8


def _show_failures(ran: Ran, most: int = 10) -> None:
    failed = [row for row in ran.ledger.final.values() if row.outcome == "failed"]
    for row in failed[:most]:
        click.echo(f"failed: {row.job}: {row.reason}")
    if len(failed) > most:
        click.echo(f"and {len(failed) - most} more, in {ran.folder.path / 'tasks.csv'}")


def _end(rans: Sequence[Ran], as_json: bool, single: bool = False) -> int:
    """Print JSON where it is asked for. The worst verdict is the command's."""
    if as_json:
        summaries = [ran.summary for ran in rans]
        click.echo(json.dumps(summaries[0] if single else {"runs": summaries}, indent=2))
    if any(ran.interrupted for ran in rans):
        say("Interrupted: everything was stopped, and what is known until then is in the run's folder.")
    verdicts: list[Verdict] = [ran.summary.get("verdict", "unknown") for ran in rans]
    return max((EXIT_CODES[verdict] for verdict in verdicts), key=SEVERITY.index)


def run_command_line() -> int:  # noqa: PLR0911  # a way out for each kind of end
    """Run the command, and return its exit code.

    An error is one line, and an unexpected one tells where its traceback was written.
    """
    try:
        code = command(standalone_mode=False)
        sys.stdout.flush()
        return int(code or 0)
    except click.exceptions.Exit as error:
        return error.exit_code
    except click.ClickException as error:
        say(f"manyhands: {usage_line(error)}")
        return USAGE
    except BadInputError as error:
        say(f"manyhands: {error}")
        return USAGE
    except (click.Abort, KeyboardInterrupt):
        say("Interrupted")
        return EXIT_CODES["unknown"]
    except BrokenPipeError:
        # Whoever read our output is gone: nothing more to say.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return EXIT_CODES["unknown"]
    except Exception as error:  # the last resort of the command
        say(f"manyhands: unexpected {type(error).__name__}: {error}. The full traceback is in {_write_crash()}.")
        return EXIT_CODES["fail"]


def usage_line(error: click.ClickException) -> str:
    """A mistake in what was typed, in one line: what, and the cure."""
    what = " ".join(error.format_message().split())
    if (
        isinstance(error, click.BadParameter)
        and isinstance(error.param, click.Option)
        and isinstance(error.param.type, click.Choice)
    ):
        given = what.rpartition("': '")[2].partition("'")[0]
        close = get_close_matches(given, [str(choice) for choice in error.param.type.choices], n=1)
        what += f" Did you mean {close[0]!r}?" if close else ""
    context = error.ctx if isinstance(error, click.UsageError) else None
    return f"{what} See `{context.command_path if context else 'manyhands'} --help`."


def _write_crash() -> str:
    with tempfile.NamedTemporaryFile("w", prefix="manyhands-crash-", suffix=".txt", delete=False, encoding="utf-8") as file:
        file.write(traceback.format_exc())
    return file.name
