"""An exercise, run: its configurations one after another in one folder, and the claims judged by what was seen."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

from collector.folder import RunFolder
from collector.little import littles_law
from collector.scaling import Curve, scaling_curve
from manyhands.announce import announce_closed
from manyhands.company import Company
from manyhands.course import FOLDER_MARK
from manyhands.distance import far_away
from manyhands.exercise import Configuration, Exercise, Setting
from manyhands.exercise_claims import judge_claim
from manyhands.exercise_work import plan_for, work_of
from manyhands.exercised import Exercised
from manyhands.faint import Faint, fainting
from manyhands.figure import CURVE, facts_of
from manyhands.folder_report import folder_html
from manyhands.lab import Lab
from manyhands.record import Ran, conclude
from manyhands.repeats import middle, shuffled, warm_up
from manyhands.run import measure_alone, stamp
from manyhands.simulate import carry_out
from manyhands.work import Work
from producer.broker import connect
from producer.errors import BadInputError
from producer.job import Job
from producer.menu import Menu
from workers.host import cores, cores_of_computer
from workers.till import Till


def run_exercise(
    exercise: Exercise, predicted: float | None, seed: int, lab: Lab, runs: Path, simulated: bool = False
) -> Exercised:
    """Run all configurations of an exercise, or simulate them, until one is interrupted, and judge its claims.

    Where each is run several times chance says in which order, and the one whose completion time is the median stands for all.

    Raises:
        BadInputError: it is to be simulated, and has what the model knows nothing of.
    """
    if simulated:
        check_modelled(exercise)
    with RunFolder.create(runs, f"{stamp()}{FOLDER_MARK}{exercise.name}") as folder:
        exercised = Exercised(exercise, seed, predicted, simulated, folder.path)
        if _is_warm(exercised, lab):
            _run_all(exercised, lab)
        _judge(exercised)
        _write(folder, exercised)
    return exercised


def check_modelled(exercise: Exercise) -> None:
    """Refuse to simulate what the model knows nothing of.

    Raises:
        BadInputError: sales are lost in it, or a barista faints.
    """
    if not exercise.is_modelled:
        what = f"knows nothing of what happens in {exercise.name}"
        raise BadInputError("--simulate", what, "Leave it out, and see it happen")


class Measured:
    """What each paper costs alone, measured once and kept for the runs of the same papers that follow."""

    def __init__(self, lab: Lab, folder: Path) -> None:
        self._lab = lab
        self._folder = folder
        self._known: dict[tuple[str, int], Work] = {}

    def know(self, setting: Setting, menu: Menu, seed: int) -> tuple[Work, Ran | None]:
        """The work of a setting with what its jobs ask for, and the run that told it, if there was one just now."""
        if setting.work != "papers":
            return work_of(setting, menu, seed), None
        same = setting.grader, setting.papers
        if same in self._known:
            return self._known[same], None
        self._known[same], ran = measure_alone(work_of(setting, menu, seed), self._lab, self._folder)
        return self._known[same], ran


def _is_warm(exercised: Exercised, lab: Lab) -> bool:
    """Warm the most workers up where each run is made several times; False where that was interrupted."""
    if exercised.repeats == 1:
        return True
    setting = max((each.setting for each in exercised.exercise.configurations), key=lambda setting: setting.workers)
    return warm_up(plan_for(setting, work_of(setting, exercised.exercise.menu, exercised.seed)), lab, exercised.folder)


def _run_all(exercised: Exercised, lab: Lab) -> None:
    configurations, repeats = exercised.exercise.configurations, exercised.repeats
    measured = Measured(lab, exercised.folder)
    facts: dict[int, dict[str, Any]] = {}
    for configuration in shuffled(configurations, repeats, exercised.seed) if repeats > 1 else configurations:
        ran, more = _run(configuration, exercised, lab, measured)
        facts[id(ran)] = facts_of(ran.summary, more)
        exercised.made.setdefault(configuration.name, []).append(ran)
        if ran.interrupted:
            break
    for configuration in configurations:
        # One that was interrupted leaves later ones unmade, and nobody asks for these.
        if configuration.name not in exercised.made:
            break
        ran = middle(exercised.made[configuration.name])
        exercised.rans.append(ran)
        exercised.facts[configuration.name] = facts[id(ran)]


def _run(configuration: Configuration, exercised: Exercised, lab: Lab, measured: Measured) -> tuple[Ran, dict[str, Any]]:
    exercise, setting = exercised.exercise, configuration.setting
    work, measuring = measured.know(setting, exercise.menu, exercised.seed)
    if measuring is not None and measuring.interrupted:
        return measuring, {}
    plan = plan_for(setting, work)
    if configuration is exercise.asked:
        plan = replace(plan, exercise=exercise.name, question=exercise.question)
        plan = replace(plan, predicted_s=exercised.predicted if exercise.unit == "s" else None)
    if exercised.simulated:
        plan = plan.as_simulated()
    parent = exercised.folder
    with RunFolder.create(parent, configuration.name) as folder:
        run = f"{parent.name}.{folder.path.name}"
        with Company() as company, _circumstances(setting, lab, run) as (circumstances, faint):
            ran = carry_out(plan, circumstances, folder, run)
            more = _till(circumstances, run, ran) if setting.work == "till" else {}
        conclude(ran)
    announce_closed(lab.broker.url, ran)
    more["others_cores"] = None if plan.simulated else _others(company, ran)
    return ran, {**more, **_faint(faint, ran), **_theory(plan.jobs, ran, setting)}


@contextmanager
def _circumstances(setting: Setting, lab: Lab, run: str) -> Iterator[tuple[Lab, Faint]]:
    """A lab as far away as the setting says, in which a barista faints if it says so."""
    with fainting(lab.broker.url, run, setting.faints_with) as faint, far_away(lab, setting.away_ms / 1000) as circumstances:
        yield circumstances, faint


def _others(company: Company, ran: Ran) -> float | None:
    """Cores of ours that others used while the run was under way; its own CPU time is that of hands and native steps."""
    completion_s = ran.completion_s
    if completion_s is None:
        return None
    first_s = min(ran.sent_s.values())
    ours_s = sum(span.cpu_s or 0.0 for row in ran.ledger.rows for span in row.spans)
    others = company.others_cores(first_s, first_s + completion_s, ours_s)
    # What others use of cores that are not ours takes nothing from us.
    return None if others is None else max(0.0, others - (cores_of_computer() - cores()))


def _till(lab: Lab, run: str, ran: Ran) -> dict[str, Any]:
    """What is in the till, against the sales that the ledger says were done."""
    client = connect(lab.broker.url)
    try:
        till = Till(client, run)
        counted = till.counted()
        till.clear()
    finally:
        client.close()
    return {"till": {"sold": ran.ledger.done, "counted": counted, "missing": ran.ledger.done - counted}}


def _faint(faint: Faint, ran: Ran) -> dict[str, Any]:
    if not faint.worker:
        return {}
    return {"faint": {"worker": faint.worker, "in_the_air": len(faint.in_the_air), "late_s": faint.late_s(ran.ledger)}}


def _theory(jobs: Sequence[Job], ran: Ran, setting: Setting) -> dict[str, Any]:
    """What the laws say beside the bounds: at how many orders in the air hands are full, and Little's law."""
    hands_s = sum(job.demand_s("hands") for job in jobs)
    # D + Z over D, where the asymptotes of throughput meet (Denning and Buzen 1978).
    full_at = sum(job.length_s for job in jobs) / hands_s if hands_s else None
    if setting.busy is None:
        return {"full_at": full_at}
    final = ran.ledger.final
    little = littles_law([(sent_s, final[job].end_s) for job, sent_s in ran.sent_s.items() if job in final])
    return {"full_at": full_at, "little": {**asdict(little), "holds": "yes" if little.holds else "no"} if little else None}


def _judge(exercised: Exercised) -> None:
    exercise, facts = exercised.exercise, exercised.facts
    if exercise.fits and not exercised.interrupted:
        exercised.curve = _curve(exercised)
        facts[CURVE] = exercised.curve.as_json() if exercised.curve else {}
    facts["here"] = {"cores": cores()}
    facts["predicted"], facts["answer"] = exercised.predicted, exercised.answer
    exercised.judged = [judge_claim(claim, facts, cores(), exercised.simulated) for claim in exercise.claims]


def _curve(exercised: Exercised) -> Curve | None:
    completions_s: dict[int, list[float]] = {}
    for ran in (ran for rans in exercised.made.values() for ran in rans):
        if ran.completion_s is not None:
            completions_s.setdefault(ran.plan.workers, []).append(ran.completion_s)
    ideals_s = {ran.plan.workers: ran.summary["ideal_s"] for ran in exercised.rans}
    return scaling_curve(completions_s, ideals_s, exercised.seed) if completions_s else None


def _write(folder: RunFolder, exercised: Exercised) -> None:
    """One summary and one report for all of its runs."""
    if exercised.curve is not None:
        folder.write_json("curve.json", exercised.curve.as_json())
    kept = exercised.as_json()
    folder.write_json("summary.json", kept)
    folder.write("report.html", folder_html(kept, [ran.told for ran in exercised.rans]))
