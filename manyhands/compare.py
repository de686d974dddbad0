"""`manyhands compare`: one batch, every pool and the plain twins, one table."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from collector.folder import RunFolder
from manyhands.announce import announce_closed
from manyhands.folder_report import folder_html
from manyhands.lab import Lab
from manyhands.plan import SINGLE, TWINS, Plan
from manyhands.record import Ran, conclude
from manyhands.run import measure_alone, plan_of, stamp
from manyhands.simulate import carry_out
from manyhands.staffing import worked
from manyhands.work import Work, default_slots


@dataclass(slots=True)
class Comparison:
    """Runs of one batch, in the order they were made."""

    title: str
    folder: Path
    rans: list[Ran]

    @property
    def summaries(self) -> list[dict[str, Any]]:
        """Their summaries."""
        return [ran.summary for ran in self.rans]

    @property
    def interrupted(self) -> bool:
        """Whether it was cut short."""
        return any(ran.interrupted for ran in self.rans)


def plans_of(work: Work, pools: Sequence[str], slots: int | None, workers: int | None) -> list[Plan]:
    """A plan for each of `pools`: `workers × slots` where a pool takes more than one, `1 × 1` where it does not."""
    return [plan_of(work, pool, *_size(work, pool, workers, slots)) for pool in pools]


def compare(work: Work, plans: Sequence[Plan], lab: Lab, runs: Path) -> Comparison:
    """Give one batch to each plan's pool, in a folder of their own."""
    with RunFolder.create(runs, f"{stamp()}-compare-{work.name}") as folder:
        comparison = Comparison(f"{len(work.jobs)} {'papers' if work.name == 'papers' else 'orders'}", folder.path, [])
        run_all(comparison, work, worked(plans, lab), lab)
        write_comparison(folder, comparison, [])
    return comparison


def _size(work: Work, pool: str, workers: int | None, slots: int | None) -> tuple[int | None, int | None]:
    if pool in SINGLE:
        return 1, 1
    if pool in TWINS:  # a plain program has no workers, but as many processes as they would have slots
        slots = slots or default_slots(work)
        return 1, (workers or 1) * slots if pool == "multiprocessing" else slots
    return workers, slots


def run_all(comparison: Comparison, work: Work, plans: Sequence[Plan], lab: Lab) -> None:
    """Run the plans, one after another, until one is interrupted.

    The first that does one job after another tells what the batch takes sequentially. Where nobody knows what the
    jobs ask for they are measured alone first; where that was the whole batch, it is the sequential program's run.
    """
    sequential_s, plans = None, list(plans)
    if not work.is_known:
        work, measured = measure_alone(work, lab, comparison.folder)
        is_asked_for = plans[:1] and plans[0].pool == "sequential" and not plans[0].simulated
        if measured.interrupted or (is_asked_for and len(measured.plan.jobs) == len(work.jobs)):
            comparison.rans.append(measured)
            sequential_s = measured.summary["completion_s"]
            plans = [] if measured.interrupted else plans[1:]
    for plan in plans:
        ran = run_within(replace(plan, jobs=work.jobs), lab, comparison.folder)
        comparison.rans.append(ran)
        if sequential_s is None and plan.pool in SINGLE:  # what all are held against is held against itself too
            sequential_s = ran.completion_s
        conclude(ran, sequential_s=sequential_s)
        announce_closed(lab.broker.url, ran)
        if ran.interrupted:
            return


def run_within(plan: Plan, lab: Lab, parent: Path, name: str = "") -> Ran:
    """Run a plan in a folder inside that of the comparison."""
    # What is known when it runs only: in a lab, how many workers are there, and how many slots they have.
    slots = "" if lab.present_only and plan.any_slots else f"x{plan.slots}"
    size = "" if plan.everyone else f"-{plan.workers}{slots}"
    made = f"{plan.work}-{plan.pool}{size}-{plan.machines}"
    with RunFolder.create(parent, name or made) as folder:
        return carry_out(plan, lab, folder, f"{parent.name}.{folder.path.name}")


def write_comparison(folder: RunFolder, comparison: Comparison, said: Sequence[str]) -> None:
    """One summary and one report for all of them."""
    kept = {"title": comparison.title, "said": list(said), "runs": comparison.summaries}
    folder.write_json("summary.json", kept)
    folder.write("report.html", folder_html(kept, [ran.told for ran in comparison.rans]))
