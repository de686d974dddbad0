"""An exercise that was run: its runs, what was seen, and whether the claims hold."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from collector.ends import where_it_ends
from collector.measures import Verdict
from collector.scaling import Curve
from manyhands.exercise import Exercise
from manyhands.exercise_claims import Judged, judge_exercise
from manyhands.exercise_text import fill, parts
from manyhands.figure import CURVE, Figure
from manyhands.record import Ran
from manyhands.show import NOTHING


@dataclass(slots=True)
class Exercised:
    """An exercise that was run. `facts` are what claims, answer and text look figures up in.

    `made` are all runs of each configuration, by its name; `rans` the one of each that stands for its repeats.
    """

    exercise: Exercise
    seed: int
    predicted: float | None
    simulated: bool
    folder: Path
    made: dict[str, list[Ran]] = field(default_factory=dict)
    rans: list[Ran] = field(default_factory=list)
    facts: dict[str, Any] = field(default_factory=dict)
    judged: list[Judged] = field(default_factory=list)
    curve: Curve | None = None

    @property
    def answer(self) -> Any:
        """What was asked for, or None where nobody knows."""
        return self.exercise.answer.look_up(self.facts)

    @property
    def beside(self) -> list[tuple[str, str]]:
        """What was predicted beside the answer, the ideal and the bound, each with its unit; a count has no bound."""
        figure, unit = self.exercise.answer, self.exercise.unit
        told = [("Your prediction", self.predicted), ("The answer", self.answer)]
        if unit == "s":
            run = self.exercise.asked.name
            told += [("The ideal", Figure(f"{run}.ideal_s").look_up(self.facts))]
            told += [("The bound", Figure(f"{run}.bound_s").look_up(self.facts))]
        elif figure.is_speedup:
            ideal = Figure(f"{figure.run}.ideal_s", f"{figure.over_run}.ideal_s")
            bound = Figure(figure.of, f"{figure.over_run}.bound_s")
            told += [("The ideal", ideal.look_up(self.facts)), ("The laws allow at most", bound.look_up(self.facts))]
        return [(name, say_in_unit(value, unit)) for name, value in told]

    @property
    def where_it_ends(self) -> list[str]:
        """Where the scaling curve ends, and why; nothing where there is none."""
        return where_it_ends(self.curve, {ran.plan.workers: ran.summary for ran in self.rans}) if self.curve else []

    @property
    def others_cores(self) -> float | None:
        """The most cores that others used during a run, where a claim could not be told for it; else None."""
        if not any(judged.by_others for judged in self.judged):
            return None
        facts = (self.facts.get(configuration.name, {}) for configuration in self.exercise.configurations)
        return max(fact.get("others_cores") or 0.0 for fact in facts)

    @property
    def repeats(self) -> int:
        """How often each configuration is run. The model says the same every time."""
        return 1 if self.simulated else self.exercise.repeats

    @property
    def interrupted(self) -> bool:
        """Whether it was cut short."""
        made = [ran for rans in self.made.values() for ran in rans]
        return any(ran.interrupted for ran in made) or len(made) < self.repeats * len(self.exercise.configurations)

    @property
    def verdict(self) -> Verdict:
        """Whether it showed what it was to show."""
        if self.interrupted:
            return "unknown"
        meant = (configuration.setting.verdict for configuration in self.exercise.configurations)
        return judge_exercise(self.judged, zip((ran.summary["verdict"] for ran in self.rans), meant, strict=True))

    def as_json(self) -> dict[str, Any]:
        """As `summary.json` keeps it, and `--json` prints it."""
        exercise = self.exercise
        is_time = exercise.unit == "s"
        return {
            "exercise": exercise.name,
            "number": exercise.number,
            "title": exercise.title,
            "said": self.where_it_ends,
            "question": exercise.question,
            "seed": self.seed,
            "small": exercise.is_small,
            "simulated": self.simulated,
            "interrupted": self.interrupted,
            "unit": exercise.unit,
            "predicted": self.predicted,
            "predicted_s": self.predicted if is_time else None,
            "answer": self.answer,
            "beside": self.beside[2:],
            "others_cores": self.others_cores,
            "asked": exercise.asked.name,
            "claims": [judged.as_json() for judged in self.judged],
            "verdict": self.verdict,
            "text": {part.heading: fill(part.body, self.facts) for part in parts(exercise.text)},
            CURVE: self.facts.get(CURVE),
            "runs": [
                {**ran.summary, **self.facts[configuration.name], "configuration": configuration.name}
                for configuration, ran in zip(exercise.configurations, self.rans, strict=False)
            ],
        }


def say_in_unit(value: Any, unit: str) -> str:
    """A prediction or an answer with its unit."""
    if not isinstance(value, int | float):
        return NOTHING
    return {"s": f"{value:.2f} s", "×": f"{value:.2f} ×"}.get(unit, f"{value:.0f} {unit}")
