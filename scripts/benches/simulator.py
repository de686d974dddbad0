"""The simulator against what it simulates, and what it costs: `scripts/bench simulator [--repeats N] [--largest N]`.

Each configuration of each exercise without a fault is run for real and simulated, with the same jobs: none is left out. Then a
batch of ever more orders goes through the model alone, on 1,000 workers with 10 slots each.

Caveats. The real run is the median of some repeats on a machine that does nothing else; papers are measured anew in each
round. The sizes are of the model with all its phases: what a journal of a million entries costs to write comes on top.
"""

import resource
import sys
import time
from collections.abc import Iterator
from dataclasses import replace
from multiprocessing import get_context
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

import click

from collector.costs import COSTS
from collector.folder import RunFolder
from collector.model import Shop
from manyhands.distance import far_away
from manyhands.exercise import exercises
from manyhands.exercise_work import plan_for
from manyhands.exercising import Measured
from manyhands.lab import Lab, open_lab
from manyhands.plan import Plan
from manyhands.record import conclude
from manyhands.run import plan_of
from manyhands.simulate import carry_out
from manyhands.work import coffee

TARGET = 0.05
SIZES = (10_000, 100_000, 1_000_000)
WORKERS, SLOTS = 1000, 10
SEED = 1


@click.command()
@click.option("--repeats", default=3, show_default=True, type=click.IntRange(1, 100), help="Real runs of each configuration.")
@click.option("--largest", default=SIZES[-1], show_default=True, help="No batch of more orders than this.")
@click.option("--only", type=click.Choice(["real", "sizes"]), help="Only this table.")
def main(repeats: int, largest: int, only: str | None) -> None:
    """Print both tables as Markdown."""
    if only != "sizes":
        print("\n".join(against_reality(repeats)))
    if only != "real":
        print("\n".join(sizes([size for size in SIZES if size <= largest])))


def against_reality(repeats: int) -> list[str]:
    """A row for each configuration of each exercise without a fault."""
    took: dict[tuple[str, str], list[tuple[float, float, float]]] = {}
    with TemporaryDirectory(prefix="manyhands-bench-") as folder, open_lab(None) as lab:
        for number in range(repeats):
            for exercise, name, plan, away_s in plans(lab, Path(folder)):
                with far_away(lab, away_s) as away:
                    real_s = completion_s(plan, away, Path(folder))
                simulated_s = completion_s(plan.as_simulated(), lab, Path(folder))
                took.setdefault((exercise, name), []).append((real_s, simulated_s, simulated_s / real_s - 1))
                print(f"repeat {number + 1} of {repeats}: {exercise} {name}", file=sys.stderr, flush=True)
    lines = ["| exercise | run | real | simulated | off by | least to most | within 5 % |", "|---|---|---|---|---|---|---|"]
    for (exercise, name), rows in took.items():
        real_s, simulated_s, off = (median(column) for column in zip(*rows, strict=True))
        spread = f"{min(row[2] for row in rows):+.1%} to {max(row[2] for row in rows):+.1%}"
        reached = "yes" if abs(off) <= TARGET else "no"
        lines.append(f"| {exercise} | {name} | {real_s:.2f} s | {simulated_s:.2f} s | {off:+.1%} | {spread} | {reached} |")
    return lines


def plans(lab: Lab, folder: Path) -> Iterator[tuple[str, str, Plan, float]]:
    """Exercise, name and plan of everything without a fault, and how far away the broker is, in s one way."""
    measured = Measured(lab, folder)
    for exercise in exercises():
        for configuration in exercise.configurations:
            setting = configuration.setting
            if setting.faints_with is None:
                work, _ = measured.know(setting, exercise.menu, SEED)
                yield exercise.name, configuration.name, plan_for(setting, work), setting.away_ms / 1000


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
    lines = ["| orders | pool | model | each order | memory | orders made in |", "|---|---|---|---|---|---|"]
    for pool in ("threads", "gevent", "prefork"):
        for count in counts:
            with get_context("spawn").Pool(1) as process:
                made_s, model_s, memory_bytes = process.apply(serve, (count, pool))
            each_us = model_s / count * 1e6
            row = (
                f"{count:,}",
                pool,
                f"{model_s:.1f} s",
                f"{each_us:.0f} µs",
                f"{memory_bytes / 1e6:,.0f} MB",
                f"{made_s:.1f} s",
            )
            lines.append("| " + " | ".join(row) + " |")
            print(lines[-1], file=sys.stderr, flush=True)
    return lines


def serve(count: int, pool: str) -> tuple[float, float, int]:
    """Orders made in, orders served in (s), and the most memory meanwhile (bytes)."""
    began_s = time.perf_counter()
    work = coffee(None, count, machines=WORKERS)
    made_s = time.perf_counter() - began_s
    plan = replace(plan_of(work, pool, WORKERS, SLOTS), cores=float(WORKERS))
    costs = COSTS[pool]
    began_s = time.perf_counter()
    served = sum(1 for _ in Shop(plan.jobs, plan.shape, costs, costs.prefetch).serve())
    model_s = time.perf_counter() - began_s
    assert served == count
    return made_s, model_s, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024


if __name__ == "__main__":
    main()
