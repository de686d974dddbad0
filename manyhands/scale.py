"""`manyhands scale`: one closed batch on more and more workers, and the curve that they make."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from collector.ends import by_workers, where_it_ends
from collector.folder import RunFolder
from collector.scaling import Curve, scaling_curve
from manyhands.announce import announce_closed
from manyhands.compare import run_within
from manyhands.folder_report import folder_html
from manyhands.lab import Lab
from manyhands.plan import Plan
from manyhands.record import Ran, conclude
from manyhands.repeats import middle, shuffled, warm_up
from manyhands.run import stamp
from workers.host import cpu_limit, describe


@dataclass(slots=True)
class Scaling:
    """The runs of a scaling exercise in the order they were made, and their curve: None where there is no run to draw."""

    title: str
    folder: Path
    rans: list[Ran]
    curve: Curve | None = None

    @property
    def medians(self) -> list[Ran]:
        """The run of each worker count whose completion time is the median, fewest workers first."""
        whole = [ran for ran in self.rans if ran.completion_s is not None]
        counts = sorted({ran.plan.workers for ran in whole})
        return [middle([ran for ran in whole if ran.plan.workers == count]) for count in counts]

    @property
    def said(self) -> list[str]:
        """Where the curve ends, and why."""
        if self.curve is None:
            return []
        medians = self.medians
        return [*where_it_ends(self.curve, {ran.plan.workers: ran.summary for ran in medians}), where_it_ran(medians[-1].plan)]

    def as_json(self) -> dict[str, Any]:
        """`summary.json`, and what `--json` prints."""
        curve = self.curve.as_json() if self.curve else None
        return {
            "title": self.title,
            "said": self.said,
            "shown": [ran.run for ran in self.medians],
            "runs": [ran.summary for ran in self.rans],
            "curve": curve,
            "machine": describe(),
        }


def scale(plan: Plan, counts: Sequence[int], repeats: int, seed: int, lab: Lab, runs: Path) -> Scaling:
    """Run a plan with each of these worker counts, `repeats` times, in an order that `seed` shuffles.

    A simulated plan is the same every time: it needs no warm-up.

    Raises:
        BadInputError: there are not so many workers, or nothing can be written.
    """
    with RunFolder.create(runs, f"{stamp()}-scale-{plan.work}-{plan.pool}") as folder:
        scaling = Scaling(f"{plan.work}, {plan.pool}, {len(plan.jobs)} jobs", folder.path, [])
        warm = plan.simulated or warm_up(replace(plan, workers=max(counts)), lab, folder.path)
        for workers in shuffled(counts, repeats, seed) if warm else ():
            ran = run_within(replace(plan, workers=workers, everyone=False), lab, folder.path)
            conclude(ran)
            announce_closed(lab.broker.url, ran)
            scaling.rans.append(ran)
            if ran.interrupted:
                break
        _write(folder, scaling, seed)
    return scaling


def where_it_ran(plan: Plan) -> str:
    """The cores that there were, and whether a cgroup limits them."""
    cores = f"{plan.cores:g} core{'s' if plan.cores != 1 else ''}"
    if plan.simulated:
        return f"Simulated on {cores}."
    limit = cpu_limit()
    return f"Measured on {cores}, " + ("without a cgroup's limit." if limit is None else f"with a cgroup's limit of {limit:g}.")


def _write(folder: RunFolder, scaling: Scaling, seed: int) -> None:
    """The curve, one summary and one report for all runs."""
    medians = scaling.medians
    if medians:
        repeats = by_workers([ran.summary for ran in scaling.rans if ran.completion_s is not None])
        completions_s = {workers: [each["completion_s"] for each in some] for workers, some in repeats.items()}
        scaling.curve = scaling_curve(completions_s, {ran.plan.workers: ran.summary["ideal_s"] for ran in medians}, seed)
        folder.write_json("curve.json", scaling.curve.as_json())
    kept = scaling.as_json()
    folder.write_json("summary.json", kept)
    folder.write("report.html", folder_html(kept, [ran.told for ran in scaling.rans]))
