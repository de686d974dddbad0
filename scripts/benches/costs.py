"""The numbers of `collector/costs.py`, measured on this machine: `scripts/bench costs`.

    busy    completion of 600 empty tasks on 8 slots, for each: what one worker cannot do faster
    gap     between two tasks of 10 ms on one slot
    wake    what a wait of 5 ms takes beyond 5 ms
    send    the producer's time for each of the 600, in pipelines of 20
    noted   what the instrument adds to an empty task, with solo: two parts before the job, three after
    trips   the same with a broker 20 ms away: `take` is between the starts of two empty tasks on 8 slots, `take + finish`
            the gap on one slot, `take + first` from the sending until the first starts

From these: under threads, gevent and solo `busy = take + begin + finish`, since they share one pair of hands; under prefork
`busy = take`. `hop` is what is left of `gap`. Under solo `take` cannot be told from `finish`, which is 1. Caveats. Half a
millisecond on two cores: the median of some rounds, two digits.
"""

from collections.abc import Iterable
from itertools import pairwise
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

import click
from bench import Bench

from collector.fold import Row
from manyhands.distance import far_away
from manyhands.lab import open_lab
from manyhands.plan import Plan
from manyhands.record import Ran
from manyhands.work import Work
from producer.job import Job, Kind, Step
from producer.message import COFFEE_TASK, POOLS

EMPTY, TIMED, FAR = 600, 100, 40
AWAY_S = 0.02


@click.command()
@click.option("--repeats", default=3, show_default=True, type=click.IntRange(1, 20))
def main(repeats: int) -> None:
    """Print a line for each pool, as `collector/costs.py` has it."""
    with TemporaryDirectory(prefix="manyhands-bench-") as folder, open_lab(None) as lab:
        bench = Bench(lab, Path(folder))
        noted_s = median(_noted_s(bench) for _ in range(repeats))
        lives = [dict(bench.life()) for _ in range(repeats)]
        for pool in POOLS:
            send_s, busy_s, gap_s, wake_s = (
                median(column) for column in zip(*(_measure(bench, pool) for _ in range(repeats)), strict=True)
            )
            take_s = busy_s if pool == "prefork" else busy_s - noted_s
            hop_s = max(0.0, gap_s - take_s - noted_s)
            figures = (send_s, take_s, hop_s, noted_s * 0.4, noted_s * 0.6, wake_s)
            micros = ", ".join(f"{figure * 1e6:.0f}e-6" for figure in figures)
            ready_s = median(life[f"ready-{pool}"] for life in lives)
            trips = ", ".join(f"{times:.1f}" for times in _trips(bench, pool))
            print(f'"{pool}": Costs({micros}, {ready_s:.2f}, trips=Trips({trips}, 3))', flush=True)
        # A plain program has no queue.
        wake_s = median(_wake_s(bench, "sequential") for _ in range(repeats))
        print(f'"sequential": Costs(wake_s={wake_s * 1e6:.0f}e-6)')
        bench.broker.close()


def _measure(bench: Bench, pool: str) -> tuple[float, float, float, float]:
    """What sending takes, what is busy, the gap and the wake, in s."""
    busy = bench.run(_plan(pool, EMPTY, [("wait", 0.0)], 1 if pool == "solo" else 8))
    gap = bench.run(_plan(pool, TIMED, [("hands", 0.01)], 1))
    gap_s = median(_gaps_s(_in_order(gap)))
    return busy.enqueue_s / EMPTY, (busy.completion_s or 0.0) / EMPTY, gap_s, _wake_s(bench, pool)


def _wake_s(bench: Bench, pool: str) -> float:
    """What a short wait takes beyond itself, in s."""
    wake = bench.run(_plan(pool, TIMED, [("wait", 0.005)], 1))
    return median(_walls_s(wake.ledger.final.values())) - 0.005


def _trips(bench: Bench, pool: str) -> tuple[float, float, float]:
    """Round trips: take, finish and first. The chores of each second are no part of a median."""
    with far_away(bench.lab, AWAY_S) as lab:
        far = Bench(lab, bench.runs)
        one = far.run(_plan(pool, FAR, [("hands", 0.01)], 1))
        many = far.run(_plan(pool, FAR, [("wait", 0.0)], 1 if pool == "solo" else 8))
        far.broker.close()
    both = median(_gaps_s(_in_order(one))) / (2 * AWAY_S)
    starts_s = [row.start_s for row in _in_order(many)]
    take = both - 1 if pool == "solo" else median(after - before for before, after in pairwise(starts_s)) / (2 * AWAY_S)
    first = (starts_s[0] - min(many.sent_s.values())) / (2 * AWAY_S) - take
    return take, both - take, first


def _noted_s(bench: Bench) -> float:
    """What the instrument adds to a task."""
    plan = _plan("solo", EMPTY, [("wait", 0.0)], 1)
    with_s, without_s = (bench.drain(plan, journal) for journal in ("on", "off"))
    return (with_s - without_s) / EMPTY


def _plan(pool: str, count: int, steps: list[tuple[Kind, float]], slots: int) -> Plan:
    asked = tuple(Step(kind, seconds) for kind, seconds in steps)
    args = [{"steps": [[kind, seconds] for kind, seconds in steps]}]
    work = Work("coffee", [Job(str(number), "empty", COFFEE_TASK, args, asked) for number in range(count)], 1, None)
    return Plan("coffee", work.jobs, pool, 1, slots, cores=2.0, prefetch=1)  # type: ignore[arg-type]  # one of POOLS


def _in_order(ran: Ran) -> list[Row]:
    return sorted(ran.ledger.final.values(), key=lambda row: row.start_s)


def _gaps_s(rows: Iterable[Row]) -> list[float]:
    return [after.start_s - before.end_s for before, after in pairwise(rows)]


def _walls_s(rows: Iterable[Row]) -> list[float]:
    return [row.end_s - row.start_s for row in rows]


if __name__ == "__main__":
    main()
