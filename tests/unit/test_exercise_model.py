"""Every exercise that the model knows, small, on machines of one core and of many: no claim is ever broken."""

from dataclasses import replace
from pathlib import Path

import pytest

from manyhands.course import exercises
from manyhands.exercise import Exercise, Setting
from manyhands.exercise_work import work_of
from manyhands.exercising import Measured, run_exercise
from manyhands.lab import open_lab
from manyhands.record import Ran
from manyhands.work import Work
from producer.job import Step
from producer.menu import Menu

MODELLED = [exercise for exercise in exercises() if exercise.is_modelled]

# What a paper costs alone, about as measured.
PAPER = {"python": (Step("hands", 0.24),), "native": (Step("hands", 0.008), Step("native", 0.078))}


def know(_: Measured, setting: Setting, menu: Menu, seed: int) -> tuple[Work, Ran | None]:
    work = work_of(setting, menu, seed)
    if setting.work != "papers":
        return work, None
    return replace(work, jobs=[replace(job, steps=PAPER[setting.grader]) for job in work.jobs]), None


def no_report(*_: object) -> str:
    return ""


@pytest.mark.parametrize("cores", [1.0, 2.0, 64.0])
@pytest.mark.parametrize("exercise", MODELLED, ids=lambda exercise: exercise.name)
def test_no_claim_is_broken_on_any_machine(
    exercise: Exercise, cores: float, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Given so many cores, papers whose cost is known, and no reports, which take most of the time
    for place in ("run", "exercising"):
        monkeypatch.setattr(f"manyhands.{place}.cores", lambda: cores)
    for report in ("record.report_html", "exercising.folder_html"):
        monkeypatch.setattr(f"manyhands.{report}", no_report)
    monkeypatch.setattr(Measured, "know", know)

    with open_lab(None, simulated=True) as lab:
        exercised = run_exercise(exercise.made_small(), 1.0, 1, lab, tmp_path, simulated=True)

    assert [(each.claim.says, each.value) for each in exercised.judged if each.holds is False] == []
    assert exercised.verdict == "pass"
    assert isinstance(exercised.answer, int | float)
