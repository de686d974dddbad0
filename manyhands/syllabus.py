"""The syllabus: the exercises as the page is told of them, each with what came out the last time."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from manyhands.course import FOLDER_MARK, exercises
from manyhands.exercise import Exercise
from manyhands.exercise_show import busy

# What an exercise's text says after its runs, as far as it is the answer.
TOLD = ("Look", "Explain")


def syllabus(runs: Path) -> list[dict[str, Any]]:
    """All exercises, in the order of the course, with their results in `runs`."""
    return [told_of(exercise, latest(exercise.name, runs)) for exercise in exercises()]


def told_of(exercise: Exercise, result: dict[str, Any] | None) -> dict[str, Any]:
    """An exercise as the page shows it."""
    return {
        "name": exercise.name,
        "number": exercise.number,
        "title": exercise.title,
        "question": exercise.question,
        "settings": exercise.settings,
        "unit": exercise.unit,
        "variants": exercise.variants,
        "answered": result is not None,
        "result": result,
    }


def answered(runs: Path) -> set[str]:
    """The names of the exercises that were concluded."""
    return {exercise.name for exercise in exercises() if latest(exercise.name, runs)}


def latest(name: str, runs: Path) -> dict[str, Any] | None:
    """What the latest of its runs that was concluded came to; None where there is none."""
    found = (read_result(folder) for folder in sorted(runs.glob(f"*{FOLDER_MARK}{name}"), reverse=True))
    return next((result for result in found if result is not None), None)


def read_result(folder: Path) -> dict[str, Any] | None:
    """The result in an exercise's folder; None where it was not concluded."""
    try:
        told = json.loads((folder / "summary.json").read_text(encoding="utf-8"))
        if told.get("interrupted"):
            return None
        return {
            **{key: told[key] for key in ("predicted", "answer", "unit", "verdict")},
            "sentence": busy(told.get("others_cores")) or None,
            "explain": plain("\n\n".join(told["text"][part] for part in TOLD if part in told["text"])),
            "claims": [{"says": claim["says"], "holds": claim["holds"]} for claim in told["claims"]],
            "run": next((summary["run"] for summary in told["runs"] if summary["configuration"] == told["asked"]), None),
            "runs": list(names_in(told)),
        }
    except (OSError, ValueError, KeyError, TypeError):
        return None


def names_in(told: dict[str, Any]) -> Iterator[str]:
    """The names of the runs of an exercise."""
    return (summary["run"] for summary in told["runs"])


def plain(text: str) -> str:
    """Markdown as plain text: what is code, bold or leaning is told without its marks."""
    return text.replace("`", "").replace("*", "")
