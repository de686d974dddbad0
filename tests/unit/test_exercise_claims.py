"""Claims held against figures, worked by hand."""

import pytest

from collector.measures import Verdict
from manyhands.exercise import Claim
from manyhands.exercise_claims import judge_claim, judge_exercise
from manyhands.figure import Figure, facts_of
from tests.unit.builders import a_summary

FACTS = {
    "one": {"completion_s": 12.0, "held_back_by": "slots", "jobs": {"lost": 0}, "none_s": 0.0},
    "two": {"completion_s": 4.0, "till": {"missing": 14}},
}
GAIN = Figure("one.completion_s", "two.completion_s")


@pytest.mark.parametrize(
    ("claim", "value", "holds"),
    [
        (Claim("", GAIN, least=3.0), 3.0, True),
        (Claim("", GAIN, least=3.1), 3.0, False),
        (Claim("", GAIN, least=2.5, most=2.9), 3.0, False),
        (Claim("", Figure("two.till.missing"), least=5), 14, True),
        (Claim("", Figure("one.jobs.lost"), most=0), 0, True),
        (Claim("", Figure("one.held_back_by"), equals="slots"), "slots", True),
        (Claim("", Figure("one.held_back_by"), equals="hands"), "slots", False),
        (Claim("", Figure("one.held_back_by"), least=1), "slots", None),
        (Claim("", Figure("one.nothing"), most=1), None, None),
        (Claim("", Figure("one.completion_s", "one.none_s"), most=1), None, None),
        (Claim("", Figure("one.completion_s.p50"), most=1), None, None),
    ],
)
def test_a_claim_holds_within_its_limits(claim: Claim, value: object, holds: bool | None) -> None:
    judged = judge_claim(claim, FACTS, 2)

    assert (judged.value, judged.holds) == (value, holds)


@pytest.mark.parametrize(("cores", "holds"), [(1.0, None), (1.5, None), (2.0, True), (4.0, True)])
def test_a_claim_about_two_cores_says_nothing_of_one(cores: float, holds: bool | None) -> None:
    judged = judge_claim(Claim("", GAIN, least=1.0, cores_least=2.0), FACTS, cores)

    assert judged.holds is holds
    assert judged.untold == ("" if holds else f"not to be seen on {cores:g} core{'s' if cores != 1 else ''}")
    assert not judged.is_open


@pytest.mark.parametrize(("others", "holds"), [(0.0, True), (0.3, True), (0.9, None), (None, True)])
def test_a_claim_about_two_cores_says_nothing_while_others_have_one(others: float | None, holds: bool | None) -> None:
    facts = {**FACTS, "one": {**FACTS["one"], "others_cores": others}}

    judged = judge_claim(Claim("", GAIN, least=1.0, cores_least=2.0), facts, 2)

    assert judged.holds is holds
    assert judged.untold == ("" if holds else "not to be seen while others use 0.9 cores")
    assert judged.is_open is judged.by_others is (holds is None)


@pytest.mark.parametrize(("simulated", "is_open"), [(False, True), (True, False)])
def test_a_figure_that_a_real_run_does_not_tell_leaves_a_claim_open(simulated: bool, is_open: bool) -> None:
    assert judge_claim(Claim("", Figure("one.nothing"), most=1), FACTS, 2, simulated).is_open is is_open


@pytest.mark.parametrize(
    ("claims", "verdicts", "verdict"),
    [
        ([True, True], [("pass", "pass")], "pass"),
        ([True, False], [("pass", "pass")], "fail"),
        ([True], [("unknown", "unknown"), ("pass", "pass")], "pass"),
        ([True], [("unknown", "pass")], "unknown"),
        ([True], [("fail", "pass")], "fail"),
        ([True], [("pass", "unknown")], "fail"),
        ([True, None], [("pass", "pass")], "unknown"),
        ([False, None], [("unknown", "pass")], "fail"),
    ],
)
def test_an_exercise_passes_if_all_came_as_it_was_meant(
    claims: list[bool | None], verdicts: list[tuple[Verdict, str]], verdict: Verdict
) -> None:
    limits = {True: Claim("", GAIN, least=1), False: Claim("", GAIN, most=1), None: Claim("", Figure("one.nothing"), most=1)}

    assert judge_exercise([judge_claim(limits[holds], FACTS, 2) for holds in claims], verdicts) == verdict


@pytest.mark.parametrize(("cores", "others", "verdict"), [(2, 0.0, "pass"), (2, 1.9, "unknown"), (1, 0.0, "pass")])
def test_a_lesson_that_others_hid_is_unknown_and_one_that_needs_more_cores_is_not(
    cores: float, others: float, verdict: Verdict
) -> None:
    facts = {**FACTS, "one": {**FACTS["one"], "others_cores": others}}

    judged = judge_claim(Claim("", GAIN, least=1.0, cores_least=2.0), facts, cores)
    assert judge_exercise([judged], [("pass", "pass")]) == verdict


@pytest.mark.parametrize(("of", "is_timed"), [("one.completion_s", True), ("one.share.hands", True), ("one.jobs.lost", False)])
def test_what_is_counted_needs_no_clock(of: str, is_timed: bool) -> None:
    assert Figure(of).is_timed is is_timed


def test_the_facts_of_a_run_are_its_summary_and_what_follows_from_it() -> None:
    went = {"hands": 2.0, "native": 1.0, "machine": 3.0, "wait": 4.0}
    summary = a_summary(where_time_went_s=went, completion_s=5.0, processes=2, cores=4.0, machines=1)

    facts = facts_of(summary, {"till": {"missing": 1}})

    assert facts["share"] == {"hands": 0.2, "native": 0.1, "machine": 0.3, "wait": 0.4}
    assert facts["busy"] == pytest.approx({"hands": 0.2, "cores": 0.15, "machine": 0.6})
    assert facts["till"] == {"missing": 1}
    assert facts["completion_s"] == 5.0


def test_of_a_run_that_is_not_complete_nothing_was_busy() -> None:
    assert facts_of(a_summary(completion_s=None), {})["busy"] == {}
