"""The simulator against what it simulates, and what it costs: `scripts/bench simulator [--write] [--repeats N]`.

Each configuration of each exercise without a fault is run for real and simulated, with the same jobs: none is left out. Then a
batch of ever more orders goes through the model alone, on 1,000 workers with 10 slots each.

The command's share is measured too: what a run keeps and draws costs more than the model.

Caveats. The real run is the median of some repeats on a machine that does nothing else. What papers cost changes from minute
to minute with the clock rate of the cores: each of their runs stands between two measurements of the papers alone, is compared
with the mean of what is simulated with either, and is repeated five times a round. The sizes are of the model with all its
phases.
The fleets are as many tasks of one second as there are slots: what the producer and the workers take beside the work.
"""

import re
import resource
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from functools import partial
from multiprocessing import get_context
from pathlib import Path
from statistics import mean
from tempfile import TemporaryDirectory

import click

from collector.costs import COSTS
from collector.folder import RunFolder
from collector.model import Shop
from collector.shape import Shape
from manyhands.course import exercises
from manyhands.distance import far_away
from manyhands.exercise import Exercise
from manyhands.exercise_work import plan_for, work_of
from manyhands.lab import Lab, open_lab
from manyhands.plan import Plan
from manyhands.record import conclude
from manyhands.run import measure_alone, plan_of
from manyhands.simulate import carry_out
from manyhands.work import Work, coffee
from producer.job import Job, Step
from producer.message import COFFEE_TASK
from workers.host import describe

TARGET = 0.05
SIZES = (10_000, 100_000, 1_000_000)
# The command makes no more at once.
MOST_BY_COMMAND = 100_000
WORKERS, SLOTS = 1000, 10
SEED = 1
# How often papers are run in each round.
PAPER_TIMES = 5
FLEETS = (10, 1000, 100_000)

DOCS = Path(__file__).parents[2] / "docs"
PAGES = (DOCS / "simulator.md", DOCS / "scale.md")
BLOCK = re.compile(r"(<!-- (\w+) -->\n)(.*?)(<!-- / -->)", re.DOTALL)


@click.command()
@click.option("--repeats", default=3, show_default=True, type=click.IntRange(1, 100), help="Real runs of each configuration.")
@click.option("--largest", default=SIZES[-1], show_default=True, help="No batch of more orders than this.")
@click.option("--only", type=click.Choice(["real", "sizes", "fleets"]), help="Only this table.")
@click.option(
    "--exercise",
    "names",
    type=click.Choice([each.name for each in exercises()]),
    multiple=True,
    help="Only the rows of this one, and of others that are named so; the rest of the table stays.",
)
@click.option("--write", is_flag=True, help="Write docs/simulator.md and docs/scale.md.")
def main(repeats: int, largest: int, only: str | None, names: tuple[str, ...], write: bool) -> None:
    """Print the tables as Markdown."""
    tables: dict[str, Callable[[], list[str]]] = {
        "real": partial(against_reality, repeats, [each for each in exercises() if not names or each.name in names]),
        "sizes": partial(sizes, [size for size in SIZES if size <= largest]),
        "fleets": fleets,
    }
    made = {name: "\n".join(table()) + "\n" for name, table in tables.items() if only in (None, name)}
    print("\n".join(made.values()))
    for page in PAGES if write else ():
        text = page.read_text(encoding="utf-8")
        page.write_text(
            BLOCK.sub(lambda found: found[1] + _renewed(found[3], made.get(found[2], ""), bool(names)) + found[4], text),
            encoding="utf-8",
        )


def _renewed(table: str, made: str, rows_only: bool) -> str:
    """What was made in place of a table, or of those of its rows that begin with the same two cells."""
    if not (made and rows_only):
        return made or table
    rows = {tuple(line.split("|")[1:3]): line for line in made.splitlines() if line.startswith("| ")}
    return "".join(rows.get(tuple(line.split("|")[1:3]), line) + "\n" for line in table.splitlines())


def against_reality(repeats: int, chosen: Sequence[Exercise]) -> list[str]:
    """A row for each configuration of some exercises that has no fault."""
    machine = describe()
    where = f"{machine['cores']:g} cores, {machine['system']}, Python {machine['python']}"
    took: dict[tuple[str, str], list[tuple[float, float]]] = {}
    with TemporaryDirectory(prefix="manyhands-bench-") as folder, open_lab(None) as lab:
        for number in range(repeats):
            for exercise, name, real_s, simulated_s in seen(chosen, lab, Path(folder)):
                took.setdefault((exercise, name), []).append((real_s, simulated_s))
                both = f"{real_s:.3f} s, simulated {simulated_s:.3f} s"
                print(f"repeat {number + 1} of {repeats}: {exercise} {name} {both}", file=sys.stderr, flush=True)
    lines = [f"Medians of {repeats} rounds, of papers {PAPER_TIMES * repeats}, on {where}.", ""]
    lines += ["| exercise | run | real | simulated | off by | least to most | within 5 % |", "|---|---|---|---|---|---|---|"]
    for (exercise, name), rows in took.items():
        real_s, simulated_s = middle(rows)
        offs = [row[1] / row[0] - 1 for row in rows]
        spread = f"{min(offs):+.1%} to {max(offs):+.1%}"
        off = simulated_s / real_s - 1
        reached = "yes" if abs(off) <= TARGET else "no"
        lines.append(f"| {exercise} | {name} | {real_s:.2f} s | {simulated_s:.2f} s | {off:+.1%} | {spread} | {reached} |")
    return lines


def middle(rows: list[tuple[float, float]]) -> tuple[float, float]:
    """Real and simulated (s) of the run that is off by the median; of the two in the middle, their means."""
    by_off = sorted(rows, key=lambda row: row[1] / row[0])
    half = (len(rows) - 1) // 2
    real_s, simulated_s = (mean(column) for column in zip(*by_off[half : len(rows) - half], strict=True))
    return real_s, simulated_s


def seen(chosen: Sequence[Exercise], lab: Lab, folder: Path) -> Iterator[tuple[str, str, float, float]]:
    """Exercise and configuration of everything without a fault, and what it took for real and simulated (s)."""
    for exercise in chosen:
        modelled = [each for each in exercise.configurations if each.setting.faints_with is None]
        # The papers of the exercise, with what they cost alone a moment ago.
        alone: dict[str, Work] = {}
        for configuration in modelled * (PAPER_TIMES if modelled[0].setting.work == "papers" else 1):
            setting = configuration.setting
            work = work_of(setting, exercise.menu, SEED)
            known = [work]
            if setting.work == "papers":
                known = [alone.get(setting.grader) or measure_alone(work, lab, folder)[0]]
            with far_away(lab, setting.away_ms / 1000) as away:
                real_s = completion_s(plan_for(setting, known[0]), away, folder)
            if setting.work == "papers":
                alone[setting.grader] = measure_alone(work, lab, folder)[0]
                known.append(alone[setting.grader])
            simulated_s = mean(completion_s(plan_for(setting, each).as_simulated(), lab, folder) for each in known)
            yield exercise.name, configuration.name, real_s, simulated_s


def completion_s(plan: Plan, lab: Lab, folder: Path) -> float:
    """What a plan takes; nothing may go wrong."""
    with RunFolder.create(folder, "bench") as made:
        ran = carry_out(plan, lab, made, made.path.name)
        conclude(ran)
    sent = len(plan.jobs)
    if ran.completion_s is None or ran.summary["jobs"] != {"sent": sent, "done": sent, "failed": 0, "lost": 0, "repeated": 0}:
        sys.exit(f"{plan.title}: {ran.summary['jobs']}")
    return ran.completion_s


def sizes(counts: list[int]) -> list[str]:
    """A row for each size of batch, each in a process of its own, so that memory is its own."""
    lines = [
        "| orders | pool | model | each order | memory | by the command | its memory |",
        "|---|---|---|---|---|---|---|",
    ]
    for pool in ("threads", "gevent", "prefork"):
        for count in counts:
            model_s, memory_bytes = _alone(serve, count, pool)
            row = [f"{count:,}", pool, f"{model_s:.1f} s", f"{model_s / count * 1e6:.0f} µs", f"{memory_bytes / 1e6:,.0f} MB"]
            if count <= MOST_BY_COMMAND:
                took_s, memory_bytes = _alone(command, count, pool)
                row += [f"{took_s:.0f} s", f"{memory_bytes / 1e6:,.0f} MB"]
            else:
                row += ["–", "–"]
            lines.append("| " + " | ".join(row) + " |")
            print(lines[-1], file=sys.stderr, flush=True)
    return lines


def _alone(measure: Callable[[int, str], tuple[float, int]], count: int, pool: str) -> tuple[float, int]:
    with get_context("spawn").Pool(1) as process:
        return process.apply(measure, (count, pool))


def fleets() -> list[str]:
    """A row for each number of workers, with 8 slots each and a task of 1 s for each slot."""
    lines = ["| workers | tasks | done after | sent after | time of the model |", "|---|---|---|---|---|"]
    costs = COSTS["threads"]
    for workers in FLEETS:
        jobs = [Job(str(number), "", COFFEE_TASK, [], (Step("wait", 1.0),)) for number in range(8 * workers)]
        shop = Shop(jobs, Shape(workers, 8, forks=False, cores=float(workers), machines=1), costs, costs.prefetch)
        began_s = time.perf_counter()
        done_s = max(served.end_s for served in shop.serve())
        took_s = time.perf_counter() - began_s
        row = (f"{workers:,}", f"{len(jobs):,}", f"{done_s:.2f} s", f"{shop.sent_s[-1]:.2f} s", f"{took_s:.1f} s")
        lines.append("| " + " | ".join(row) + " |")
    return lines


def serve(count: int, pool: str) -> tuple[float, int]:
    """Orders served by the model in (s), and the most memory meanwhile (bytes), the orders' own included."""
    plan = replace(plan_of(coffee(None, count, machines=WORKERS), pool, WORKERS, SLOTS), cores=float(WORKERS))
    costs = COSTS[pool]
    began_s = time.perf_counter()
    served = sum(1 for _ in Shop(plan.jobs, plan.shape, costs, costs.prefetch).serve())
    model_s = time.perf_counter() - began_s
    assert served == count
    return model_s, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024


def command(count: int, pool: str) -> tuple[float, int]:
    """The same by the command, which keeps and draws it: how long (s), and its most memory (bytes)."""
    fleet = ["--pool", pool, "--workers", str(WORKERS), "--slots", str(SLOTS), "--cores", str(WORKERS)]
    with TemporaryDirectory(prefix="manyhands-bench-") as runs:
        batch = ["coffee", "--orders", str(count), "--machines", str(WORKERS), "--simulate", "--runs", runs]
        began_s = time.perf_counter()
        subprocess.run([sys.executable, "-m", "manyhands", "run", *batch, *fleet], check=True, capture_output=True)
        took_s = time.perf_counter() - began_s
    return took_s, resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss * 1024


if __name__ == "__main__":
    main()
