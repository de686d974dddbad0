"""`manyhands demo`: the stories on this machine, one table, one report, and in words what was seen."""

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from collector.folder import RunFolder
from collector.why import why
from manyhands.compare import Comparison, run_all, write_comparison
from manyhands.lab import Lab
from manyhands.run import plan_of, stamp
from manyhands.work import coffee, papers
from producer.orders import MORNING_FILE
from workers.host import cores

ORDERS = 24
PAPERS = 14
SPEED = 240.0
IN_THE_AIR = 8
BARISTAS = 3

# From here on a difference is one that a person would call faster.
FASTER = 1.25


@dataclass(slots=True)
class Demo:
    """The comparisons of the demo, and what was seen."""

    folder: Path
    comparisons: list[Comparison]
    said: list[str]


def demo(lab: Lab, runs: Path) -> Demo:
    """Coffee one by one, juggled, side by side, around one machine; papers on threads and processes, with both graders."""
    with RunFolder.create(runs, f"{stamp()}-demo") as folder:
        made = Demo(folder.path, [], [])
        for tell in (_coffee, _papers, _native_papers):
            comparison = tell(lab, folder.path)
            made.comparisons.append(comparison)
            if comparison.interrupted:
                break
        everything = Comparison(
            "Many hands: what was seen on this machine", folder.path, [r for c in made.comparisons for r in c.rans]
        )
        if not everything.interrupted:
            made.said = what_was_seen([comparison.summaries for comparison in made.comparisons])
        write_comparison(folder, everything, made.said)
    return made


def _coffee(lab: Lab, folder: Path) -> Comparison:
    work = coffee(MORNING_FILE, ORDERS, speed=SPEED, machines=2)
    single = coffee(MORNING_FILE, ORDERS, speed=SPEED, machines=1)
    comparison = Comparison(f"Coffee: {ORDERS} orders", folder, [])
    plans = [
        plan_of(work, "solo", 1, 1),
        plan_of(work, "threads", 1, IN_THE_AIR),
        plan_of(work, "gevent", 1, IN_THE_AIR),
        plan_of(work, "prefork", 1, BARISTAS),
        plan_of(work, "threads", BARISTAS, IN_THE_AIR),
    ]
    run_all(comparison, work, plans, lab)
    if not comparison.interrupted:
        last = Comparison("", folder, [])
        run_all(last, single, [plan_of(single, "threads", BARISTAS, IN_THE_AIR)], lab)
        comparison.rans += last.rans
    return comparison


def _papers(lab: Lab, folder: Path) -> Comparison:
    return _graded(lab, folder, "python", ["sequential", "threads", "prefork"])


def _native_papers(lab: Lab, folder: Path) -> Comparison:
    return _graded(lab, folder, "native", ["sequential", "threads"])


def _graded(lab: Lab, folder: Path, grader: str, pools: list[str]) -> Comparison:
    work = replace(papers(None, PAPERS, grader=grader), name="papers")
    slots = max(2, int(cores()))
    comparison = Comparison(f"Papers: {PAPERS} essays, {grader} grader", folder, [])
    run_all(comparison, work, [plan_of(work, pool, 1, 1 if pool == "sequential" else slots) for pool in pools], lab)
    return comparison


def what_was_seen(tables: list[list[dict[str, Any]]]) -> list[str]:
    """What the figures say, in words, story by story. Each verb is chosen by its figure, not by what is expected."""
    (solo, juggling, green, side_by_side, three, one_machine), (_, threads, processes), (_, native) = tables
    juggled, greened, helped = (_gain(solo, other) for other in (juggling, green, side_by_side))
    graded, processed, released = (other["speedup"] or 0.0 for other in (threads, processes, native))
    air, papers_at_once = juggling["slots"], threads["slots"]
    juggling_coffee = (
        f"Juggling {_helps(juggled)} the coffee. One barista with {air} orders in the air was {juggled:.1f} times as fast "
        f"as one order after another on threads, and {greened:.1f} times on gevent: while the milk steams, hands are free."
    )
    juggling_papers = (
        f"Juggling {_helps(graded)} the papers. One teacher with {papers_at_once} papers at once was {graded:.1f} times as "
        "fast as one after another: grading takes the hands all the time, and Python has one pair a process, the GIL."
    )
    more_hands = (
        f"More hands: {_help(helped)} the coffee, {_help(processed)} the papers. {side_by_side['slots']} baristas side by "
        f"side were {helped:.1f} times as fast, {processes['slots']} teachers {processed:.1f} times."
    )
    air, heads, two_s, one_s = three["slots"], three["machines"], three["completion_s"], one_machine["completion_s"]
    machine = (
        f"One espresso machine {_stops(one_s / two_s)}. {three['workers']} baristas with {air} orders each in the air took "
        f"{two_s:.1f} s around {heads} group heads and {one_s:.1f} s around one. {why(one_machine)}"
    )
    is_seen = released >= FASTER > graded
    lesson = "CPU-bound is not GIL-bound." if is_seen else "Whether the GIL binds is not to be seen here."
    not_gil_bound = (
        f"{lesson} With a grader that lets the GIL go the same threads were {released:.1f} times as "
        f"fast as one after another; with the one that holds it, {graded:.1f} times."
    )
    return [juggling_coffee, juggling_papers, more_hands, machine, not_gil_bound]


def _gain(slow: dict[str, Any], fast: dict[str, Any]) -> float:
    return (slow["completion_s"] or 0.0) / (fast["completion_s"] or 1.0)


def _stops(gain: float) -> str:
    return "stops everyone" if gain >= FASTER else "stops nobody"


def _helps(gain: float) -> str:
    return "helps" if gain >= FASTER else "does not help"


def _help(gain: float) -> str:
    return "they help" if gain >= FASTER else "they do not help"
