"""Every exercise, run small on real workers: what it claims must be seen on this machine."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from manyhands.course import exercises
from manyhands.exercise import Exercise
from manyhands.exercising import run_exercise
from manyhands.lab import Lab, open_lab


@pytest.fixture
def lab() -> Iterator[Lab]:
    with open_lab(None) as lab:
        yield lab


@pytest.mark.parametrize("exercise", exercises(), ids=lambda exercise: exercise.name)
def test_what_an_exercise_claims_is_seen(
    exercise: Exercise, lab: Lab, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    exercised = run_exercise(exercise.made_small(), 3.0, 1, lab, tmp_path / "runs")

    assert [(each.claim.says, each.value) for each in exercised.judged if each.holds is False] == []
    # On a machine that others keep busy the lesson is not seen: that is said here, and by the verdict.
    hidden = [each for each in exercised.judged if each.is_open]
    assert all(each.by_others for each in hidden)
    assert exercised.verdict == ("unknown" if hidden else "pass")
    with capsys.disabled():
        for each in exercised.judged:
            if each.untold:
                print(f"\n{exercise.name}: {each.claim.says} {each.untold}", end="")
    assert isinstance(exercised.answer, int | float)
    assert (exercised.folder / "report.html").is_file()
    assert len([path for path in exercised.folder.iterdir() if (path / "summary.json").is_file()]) >= len(
        exercise.configurations
    )
    assert (exercised.folder / "warm-up").is_dir() is (exercise.repeats > 1)
