"""What an exercise claims, held against its runs."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from collector.measures import Verdict
from manyhands.exercise import Claim
from manyhands.figure import Facts


@dataclass(frozen=True, slots=True)
class Judged:
    """A claim and what was seen. `holds` is None where nobody can say, and `untold` says why.

    `is_open`: it could be tested here, and is not known all the same. `by_others`: since others kept the cores busy.
    """

    claim: Claim
    value: Any
    holds: bool | None
    untold: str = ""
    is_open: bool = False
    by_others: bool = False

    def as_json(self) -> dict[str, Any]:
        """As `summary.json` keeps it."""
        claim = self.claim
        limits = {"least": claim.least, "most": claim.most, "is": claim.equals}
        return {
            "says": claim.says,
            "of": claim.figure.of,
            "over": claim.figure.over,
            **{name: limit for name, limit in limits.items() if limit is not None},
            "value": self.value,
            "holds": self.holds,
            "untold": self.untold,
        }


# So much of a core goes to the conductor and the broker, or may go elsewhere without a claim about cores being void.
SPARE_CORES = 0.4

NO_FIGURE = "the figure is not known"
NO_NUMBER = "the figure is a word, and has no least and no most"
NOT_MODELLED = "the model does not tell"


def judge_claim(claim: Claim, facts: Facts, cores: float, simulated: bool = False) -> Judged:
    """Whether a claim holds on a machine with so many cores; a simulated run may tell no figure for it."""
    value = claim.figure.look_up(facts)
    if not claim.cores_least <= cores <= claim.cores_most:
        return Judged(claim, value, None, f"not to be seen on {cores:g} core{'s' if cores != 1 else ''}")
    others = taken_by_others(claim, facts)
    if cores - others < claim.cores_least - SPARE_CORES:
        untold = f"not to be seen while others use {others:.1f} cores"
        return Judged(claim, value, None, untold, is_open=True, by_others=True)
    if value is None and simulated:
        return Judged(claim, value, None, NOT_MODELLED)
    if value is None:
        return Judged(claim, value, None, NO_FIGURE, is_open=True)
    return _held(claim, value)


def _held(claim: Claim, value: Any) -> Judged:
    if claim.equals is not None:
        return Judged(claim, value, str(value) == claim.equals)
    if not isinstance(value, int | float):
        return Judged(claim, value, None, NO_NUMBER, is_open=True)
    least = -float("inf") if claim.least is None else claim.least
    most = float("inf") if claim.most is None else claim.most
    return Judged(claim, value, bool(least <= value <= most))


def taken_by_others(claim: Claim, facts: Facts) -> float:
    """The cores of ours that others used during the runs of a claim; 0 where nobody knows."""
    runs = (facts.get(run) for run in (claim.figure.run, claim.figure.over_run) if run)
    return max((run.get("others_cores") or 0.0 for run in runs if isinstance(run, Mapping)), default=0.0)


def judge_exercise(judged: Iterable[Judged], verdicts: Iterable[tuple[Verdict, str]]) -> Verdict:
    """Pass if each run came to what it was meant to and each claim that can be tested holds.

    `verdicts` are what each run came to, and what it was meant to. Unknown where a run or a figure is, and where others
    kept the cores busy; a machine that has too few cores for a claim passes without it.
    """
    claims, strays = list(judged), [came for came, meant in verdicts if came != meant]
    if any(each.holds is False for each in claims) or "fail" in strays or "pass" in strays:
        return "fail"
    return "unknown" if strays or any(each.is_open for each in claims) else "pass"
