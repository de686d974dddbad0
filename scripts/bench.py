"""The figures: each a ratio within one run, interleaved with the others, repeated; medians with their spread.

Caveats. What is compared shares one machine, and so do the broker, the conductor and the workers: on two cores they
take time from each other, as they do on a laptop. Ratios to the ideal hold the batch's demands against what the clock
says; a paper's demands are measured in the same repeat, alone on an idle core. Counts are checked beside the times: a
repeat in which a job is lost, failed or repeated counts for nothing and ends the bench. What it cannot show: more than
this machine's cores, a network, and a machine that is busy with something else.
"""

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

import click
from bench_page import PageBench
from celery import Celery

from collector.folder import RunFolder
from manyhands.conductor import conduct
from manyhands.fleet import Fleet
from manyhands.lab import Lab, open_lab
from manyhands.plan import Plan
from manyhands.record import Ran, conclude
from manyhands.run import measure_alone, plan_of
from manyhands.work import Work, coffee, papers
from producer.broker import connect
from producer.clock import BrokerClock
from producer.job import Job, Step
from producer.message import COFFEE_TASK, JOURNAL_KEY, POOLS, UNACKED_OPTIONS, Pool
from producer.send import Counter
from workers.host import cores, describe
from workers.settings import JOURNAL_VARIABLE

ROOT = Path(__file__).parent.parent
CORES = max(2, int(cores()))
ENQUEUED = 3000


@dataclass(frozen=True)
class Figure:
    """Something that is measured: its target is the most (or, with `at_least`, the least) that it should be."""

    name: str
    words: str
    target: float
    at_least: bool = False
    unit: str = "×"


FIGURES = [
    Figure("coffee-threads", "coffee, 40 orders, threads × 8: completion over ideal", 1.08),
    Figure("coffee-gevent", "coffee, 40 orders, gevent × 8: completion over ideal", 1.08),
    Figure("waits-threads", "400 waits of 100 ms, threads × 50, prefetch 2: over ideal", 1.06),
    Figure("waits-threads-1", "400 waits of 100 ms, threads × 50, prefetch 1: over ideal", 1.12),
    Figure("waits-gevent", "400 waits of 100 ms, gevent × 50: over ideal", 1.10),
    Figure("papers-prefork", f"papers, prefork × {CORES}, python grader: over ideal", 1.10),
    Figure("papers-threads", f"papers on threads × {CORES} against sequential, python grader", 1.15),
    Figure("papers-native", f"papers on threads × {CORES} against sequential, native grader", 1.6, at_least=True),
    Figure("enqueue", "enqueue rate over a loop of task.delay", 2.5, at_least=True),
    Figure("journal", "run time with the journal over without, 40 orders", 1.03),
    *(Figure(f"ready-{pool}", f"one local worker, {pool}: ready after", 0.6, unit="s") for pool in POOLS),
    *(Figure(f"stopped-{pool}", f"one local worker, {pool}: stopped after", 1.5, unit="s") for pool in POOLS),
    Figure("demo", "manyhands demo, set-up done", 60, unit="s"),
    Figure("page-entries", "entries from Redis to the run's folder, one a writing, none dropped", 20_000, True, "a second"),
    Figure("page-frame", "page: a frame of 20,000 bars in view, 2,000 lanes, median", 16, unit="ms"),
    Figure("page-frame-p95", "page: the same, 95th percentile", 33, unit="ms"),
    Figure("page-latency", "page: journal entry written to on the page, p99 at 50 jobs a second", 250, unit="ms"),
    Figure("page-paint", "page: first paint on loopback", 300, unit="ms"),
    Figure("page-weight", "page: weight of page, script and style", 150, unit="KB"),
    Figure("page-memory", "page: memory of the collector after a run of 100,000 jobs", 300, unit="MB"),
    Figure("page-idle-visits", "page: what 360 visits to an idle lab, in three hours, leave in its memory", 8, unit="MB"),
    Figure("page-idle-looks", "page: what 21,600 looks at an idle stream, three hours, leave in its memory", 8, unit="MB"),
    Figure("page-opens", "page: a run of 100,000 jobs is opened within", 10, unit="s"),
    Figure("report-made", "report of 10,000 jobs: made in", 5, unit="s"),
    Figure("report-read", "report of 10,000 jobs: can be read after", 1.5, unit="s"),
]


class Bench:
    """One lab, in which everything is measured."""

    def __init__(self, lab: Lab, runs: Path) -> None:
        self.lab = lab
        self.runs = runs
        self.broker = connect(lab.broker.url)
        self._number = 0

    def run(self, plan: Plan, sequential_s: float | None = None) -> Ran:
        """A run in which nothing may go wrong."""
        self._number += 1
        with RunFolder.create(self.runs, f"bench-{self._number}") as folder:
            ran = conduct(plan, self.lab, folder, folder.path.name)
            conclude(ran, sequential_s=sequential_s)
        sent = len(plan.jobs)
        expected = {"sent": sent, "done": sent, "failed": 0, "lost": 0, "repeated": 0}
        if ran.summary["jobs"] != expected:
            sys.exit(f"{plan.title}: {ran.summary['jobs']} is not {expected}; {ran.folder.path}")
        return ran

    def coffee(self) -> Iterator[tuple[str, float]]:
        """40 orders of the sample menu, as `manyhands run coffee` makes them."""
        for pool in ("threads", "gevent"):
            yield f"coffee-{pool}", self.run(plan_of(coffee(None, 40), pool, 1, 8)).summary["ratio"]

    def waits(self) -> Iterator[tuple[str, float]]:
        """400 orders of one wait of 100 ms."""
        steps = (Step("wait", 0.1),)
        jobs = [Job(str(number), "wait", COFFEE_TASK, [{"steps": [["wait", 0.1]]}], steps) for number in range(400)]
        work = Work("coffee", jobs, machines=1, seed=None)
        for name, pool, prefetch in (("threads", "threads", 2), ("threads-1", "threads", 1), ("gevent", "gevent", None)):
            yield f"waits-{name}", self.run(plan_of(work, pool, 1, 50, prefetch)).summary["ratio"]

    def papers(self) -> Iterator[tuple[str, float]]:
        """The sample class, each paper once."""
        known, alone = measure_alone(papers(None, None), self.lab, self.runs)
        yield "papers-prefork", self.run(plan_of(known, "prefork", 1, CORES)).summary["ratio"]
        sequential_s = alone.summary["completion_s"]
        yield "papers-threads", self.run(plan_of(known, "threads", 1, CORES), sequential_s).summary["speedup"]
        known, alone = measure_alone(papers(None, None, grader="native"), self.lab, self.runs)
        sequential_s = alone.summary["completion_s"]
        yield "papers-native", self.run(plan_of(known, "threads", 1, CORES), sequential_s).summary["speedup"]

    def enqueue(self) -> Iterator[tuple[str, float]]:
        """The same orders sent by our counter, and by a loop of `delay` in a stock app without a result backend."""
        jobs = (coffee(None, ENQUEUED)).jobs
        counter = Counter(self.lab.broker.url, self.broker, BrokerClock(self.broker), "bench", "solo", 60)
        counter.connect()
        ours_s = timed(lambda: counter.send(counter.prepare(jobs)))
        self._expect_queued(len(jobs))
        app = Celery(broker=self.lab.broker.url, set_as_current=False)
        app.conf.task_default_queue = "solo"
        task = app.task(name=COFFEE_TASK, ignore_result=True)(nothing)
        task.delay(*jobs[0].args)
        self.broker.delete("solo")
        delay_s = timed(lambda: [task.delay(*job.args) for job in jobs])
        self._expect_queued(len(jobs))
        app.close()
        counter.close()
        yield "enqueue", delay_s / ours_s

    def journal(self) -> Iterator[tuple[str, float]]:
        """The same 40 orders with instrumentation and without, timed from outside: until nothing is queued or held."""
        plan = plan_of(coffee(None, 40), "threads", 1, 8)
        with_s = self.drain(plan, "on")
        self.broker.delete(JOURNAL_KEY)
        without_s = self.drain(plan, "off")
        assert self.broker.xlen(JOURNAL_KEY) == 0
        yield "journal", with_s / without_s

    def life(self) -> Iterator[tuple[str, float]]:
        """One worker: from its launch until it takes orders, from being asked to go until it is gone."""
        for pool in POOLS:
            plan = plan_of(coffee(None, 1), pool, 1, 1 if pool == "solo" else CORES)
            before = self.broker.xlen(JOURNAL_KEY)
            started_s = time.monotonic()
            with Fleet(plan, self.lab.broker.url, self.runs, self.lab.guard, "bench") as fleet:
                while self.broker.xlen(JOURNAL_KEY) == before:
                    time.sleep(0.002)
                yield f"ready-{pool}", time.monotonic() - started_s
                # It lives for a moment, so that it is not stopped while it still starts.
                time.sleep(0.5)
                yield f"stopped-{pool}", timed(fleet.stop)

    def demo(self) -> Iterator[tuple[str, float]]:
        """The command as a user types it."""
        command = [sys.executable, "-m", "manyhands", "demo", "--runs", str(self.runs / "demo")]
        yield "demo", timed(lambda: subprocess.run(command, check=True, capture_output=True))

    def drain(self, plan: Plan, journal: str) -> float:
        """How long a plan takes from its first send until nothing is queued or held, with the journal on or off."""
        pool: Pool = next(pool for pool in POOLS if pool == plan.pool)
        with ExitStack() as stack:
            stack.enter_context(environment(JOURNAL_VARIABLE, journal))
            stack.enter_context(Fleet(plan, self.lab.broker.url, self.runs, self.lab.guard, "bench"))
            counter = Counter(self.lab.broker.url, self.broker, BrokerClock(self.broker), "bench", pool, 60)
            stack.callback(counter.close)
            self._wait_for_a_consumer(counter, pool)
            prepared = counter.prepare(plan.jobs)
            started_s = time.perf_counter()
            counter.send(prepared)
            self._wait_until_empty(pool)
            return time.perf_counter() - started_s

    def _wait_for_a_consumer(self, counter: Counter, pool: Pool) -> None:
        """Without a journal nobody says that the worker is ready: it is when it has done something."""
        counter.send(counter.prepare([Job("first", "first", COFFEE_TASK, [{"steps": [["hands", 0.01]]}])]))
        self._wait_until_empty(pool)

    def _wait_until_empty(self, pool: Pool) -> None:
        empty_looks = 0
        while empty_looks < 3:  # a message is nowhere for a moment on its way from queue to worker
            empty_looks = 0 if self.broker.llen(pool) or self.broker.hlen(UNACKED_OPTIONS["unacked_key"]) else empty_looks + 1
            time.sleep(0.002)

    def _expect_queued(self, count: int) -> None:
        assert self.broker.llen("solo") == count
        self.broker.delete("solo")


def nothing(order: object) -> None:
    """A task that is sent and never run."""


def timed(act: Callable[[], object]) -> float:
    """How long it takes, in seconds."""
    before_s = time.perf_counter()
    act()
    return time.perf_counter() - before_s


@contextmanager
def environment(name: str, value: str) -> Iterator[None]:
    """An environment variable, for as long as this lasts."""
    before = os.environ.get(name)
    os.environ[name] = value
    try:
        yield
    finally:
        os.environ.pop(name) if before is None else os.environ.update({name: before})


MEASURES = ("coffee", "waits", "papers", "enqueue", "journal", "life", "demo")

# These need a Chromium, so they are asked for by name: `scripts/bench --only folder --only page --only memory --only report`.
PAGE_MEASURES = ("folder", "page", "memory", "report")


@click.command()
@click.option("--only", multiple=True, type=click.Choice((*MEASURES, *PAGE_MEASURES)), help="Only these.")
@click.option("--repeats", default=5, show_default=True, type=click.IntRange(1, 100))
@click.option("--write", is_flag=True, help="Write docs/figures.md.")
def main(only: tuple[str, ...], repeats: int, write: bool) -> None:
    """Measure, and say what was reached."""
    values: dict[str, list[float]] = {}
    with TemporaryDirectory(prefix="manyhands-bench-") as folder, open_lab(None) as lab:
        bench = Bench(lab, Path(folder))
        page_bench = PageBench(lab, bench.broker, Path(folder))
        for repeat in range(repeats):
            for measure in only or MEASURES:
                if measure == "demo" and repeat > 0 and not only:
                    continue  # a minute each; its spread says little
                for name, value in getattr(page_bench if measure in PAGE_MEASURES else bench, measure)():
                    values.setdefault(name, []).append(value)
                    print(f"repeat {repeat + 1} of {repeats}: {name} {value:.3f}", file=sys.stderr, flush=True)
        bench.broker.close()
    table = as_table(values)
    print(table)
    if write:
        (ROOT / "docs" / "figures.md").write_text(as_page(table, repeats), encoding="utf-8")


def as_table(values: dict[str, list[float]]) -> str:
    """The figures as a Markdown table."""
    lines = ["| figure | target | median | least to most | reached |", "|---|---|---|---|---|"]
    for figure in FIGURES:
        measured = values.get(figure.name)
        if measured:
            middle = median(measured)
            reached = middle >= figure.target if figure.at_least else middle <= figure.target
            sign = "≥" if figure.at_least else "≤"
            spread = f"{min(measured):.3f} to {max(measured):.3f} ({len(measured)})"
            row = (figure.words, f"{sign} {figure.target:g} {figure.unit}", f"{middle:.3f}", spread, "yes" if reached else "no")
            lines.append("| " + " | ".join(row) + " |")
    return "\n".join(lines)


def as_page(table: str, repeats: int) -> str:
    """The page of the figures."""
    machine = describe()
    where = f"{machine['cores']:g} cores, {machine['system']}, Python {machine['python']}"
    packages = ", ".join(f"{name} {version}" for name, version in machine["packages"].items())
    return (
        f"# Figures\n\nMade by `scripts/bench --write`: {repeats} repeats, interleaved, on {where} ({packages}).\n\n{table}\n\n"
        f"{(__doc__ or '').partition('Caveats. ')[2]}"
    )


if __name__ == "__main__":
    main()
