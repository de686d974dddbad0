"""The report of a folder of several runs, from what its `summary.json` keeps: when it is first made, and ever after."""

from collections.abc import Mapping, Sequence
from typing import Any

from collector.answered import Answered, Claimed
from collector.prose import prose
from collector.report import report_html
from collector.scaling import read_curve
from collector.told import Told, told_apart
from manyhands.exercise_show import busy, closeness
from manyhands.exercise_text import AFTER
from manyhands.exercised import say_in_unit
from manyhands.figure import CURVE, Figure, in_words
from manyhands.record import made_with


def folder_html(kept: Mapping[str, Any], runs: Sequence[Told], otherwise: str = "") -> str:
    """The report of an exercise, a comparison or a scaling: `kept` is its summary, `runs` are those that lie in its folder.

    It is called `otherwise` where no title was kept, as in folders from before.
    """
    curve = read_curve(kept[CURVE]) if kept.get(CURVE) else None
    answered = _answered(kept) if "exercise" in kept else None
    title = kept.get("title", otherwise)
    if answered is not None:
        title = f"Exercise {kept['number']}: {title}" if "number" in kept else f"Exercise: {title}"
    return report_html(title, kept.get("said", ()), told_apart(shown(kept, runs)), made_with(), curve, answered)


def shown(kept: Mapping[str, Any], runs: Sequence[Told]) -> list[Told]:
    """Those of the runs that the report is about, in its order: the ones it names, or else all that were kept."""
    by_name = {run.name: run for run in runs if run.sent_s}
    names = kept.get("shown") or [each["run"] for each in kept["runs"]] or by_name
    return [by_name[name] for name in names if name in by_name]


def _answered(kept: Mapping[str, Any]) -> Answered:
    predicted, answer, unit = kept["predicted"], kept["answer"], kept["unit"]
    return Answered(
        question=kept["question"],
        predicted=say_in_unit(predicted, unit),
        answer=say_in_unit(answer, unit),
        off=busy(kept.get("others_cores")) or _off(predicted, answer, unit),
        beside=kept.get("beside", ()),
        why=[(heading, prose(kept["text"][heading])) for heading in AFTER if heading in kept["text"]],
        claims=[_claimed(claim) for claim in kept["claims"]],
    )


def _off(predicted: float | None, answer: Any, unit: str) -> str:
    """How far off a prediction was, where both are known."""
    if predicted is None or not isinstance(answer, int | float):
        return ""
    far, way = say_in_unit(abs(predicted - answer), unit), "low" if predicted < answer else "high"
    return ("" if far == say_in_unit(0, unit) else f"{far} too {way}. ") + closeness(predicted, answer)


def _claimed(claim: Mapping[str, Any]) -> Claimed:
    seen = claim["untold"] or in_words(Figure(claim["of"], claim["over"]), claim["value"])
    return Claimed(claim["says"], claim["holds"], seen)
