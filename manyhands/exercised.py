"""An exercise that was run: its runs, what was seen, and whether the claims hold."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from collector.measures import Verdict
from manyhands.exercise import Exercise
from manyhands.exercise_claims import Judged, judge_exercise
from manyhands.exercise_text import fill, parts
from manyhands.figure import CURVE
from manyhands.record import Ran


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

    @property
    def answer(self) -> Any:
        """What was asked for, or None where nobody knows."""
        return self.exercise.answer.look_up(self.facts)

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
            "question": exercise.question,
            "seed": self.seed,
            "simulated": self.simulated,
            "unit": exercise.unit,
            "predicted": self.predicted,
            "predicted_s": self.predicted if is_time else None,
            "answer": self.answer,
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
