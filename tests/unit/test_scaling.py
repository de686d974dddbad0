import json
import re
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from collector import fits
from collector.fits import Estimate, fit, fit_with_intervals
from collector.scaling import median_interval, outliers, read_curve, says_something, scaling_curve

# Worked examples of Gunther, Guerrilla Capacity Planning (2007), as the R package usl 3.0 by Moeding and Gunther ships
# them. A SPARCcenter 2000 (SPEC SDM91): simulated users, scripts an hour. A ray tracer on an Origin 2000: processors,
# ray-geometry intersections a second.
SPECSDM91 = {1: 64.9, 18: 995.9, 36: 1652.4, 72: 1853.2, 108: 1828.9, 144: 1775.0, 216: 1702.2}
RAYTRACER = {1: 20, 4: 78, 8: 130, 12: 170, 16: 190, 20: 200, 24: 210, 28: 230, 32: 260, 48: 280, 64: 310}


def test_specsdm91_is_fitted_to_the_digits_that_usl_prints() -> None:
    found = fit("usl", list(SPECSDM91), list(SPECSDM91.values()))

    # README.md and tests/peak-, limit- and efficiency-*.Rout.save of usl 3.0.
    assert f"{found.alpha:.7f}" == "0.0277285"
    assert f"{found.beta:.7f}" == "0.0001044"
    assert found.gamma == pytest.approx(89.9952330, abs=5e-7)
    assert f"{found.peak_workers:.5f}" == "96.51956"
    assert f"{found.at(found.peak_workers):.0f}" == "1884"
    assert f"{found.limit:.3f}" == "3245.589"
    efficiencies = [f"{given / (found.gamma * load):.4f}" for load, given in SPECSDM91.items()]
    assert efficiencies == ["0.7211", "0.6148", "0.5100", "0.2860", "0.1882", "0.1370", "0.0876"]


def test_raytracer_is_fitted_to_the_digits_that_usl_prints() -> None:
    found = fit("usl", list(RAYTRACER), list(RAYTRACER.values()))

    # tests/confint.Rout.save of usl 3.0.
    assert (f"{found.alpha:.4f}", f"{found.beta:.4f}", f"{found.gamma:.4f}") == ("0.0578", "0.0000", "21.8488")


def test_without_a_cost_of_agreement_the_universal_law_is_amdahls() -> None:
    universal, amdahl = (fit(law, list(RAYTRACER), list(RAYTRACER.values())) for law in ("usl", "amdahl"))

    assert amdahl.alpha == pytest.approx(universal.alpha, rel=1e-6)
    assert amdahl.peak_workers == float("inf")


def test_the_published_examples_have_intervals_that_hold_their_values() -> None:
    specsdm91 = fit_with_intervals("usl", list(SPECSDM91), [[given] for given in SPECSDM91.values()], seed=1)
    raytracer = fit_with_intervals("usl", list(RAYTRACER), [[given] for given in RAYTRACER.values()], seed=1)

    for estimate in (specsdm91.alpha, specsdm91.beta, specsdm91.peak_workers, specsdm91.limit, raytracer.limit):
        assert estimate.low is not None
        assert estimate.value is not None
        assert estimate.high is not None
        assert estimate.low < estimate.value < estimate.high
    assert says_something(specsdm91.peak_workers)
    # The ray tracer may have no peak at all.
    assert (raytracer.beta.low, raytracer.peak_workers.high) == (0.0, None)


def laws(workers: int, alpha: float, beta: float) -> float:
    return workers / (1 + alpha * (workers - 1) + beta * workers * (workers - 1))


@settings(deadline=None, max_examples=30)
@given(st.floats(0.01, 0.5), st.floats(0.0001, 0.05), st.floats(0.1, 1000))
def test_what_follows_the_law_is_found_again(alpha: float, beta: float, gamma: float) -> None:
    counts = [1, 2, 4, 8, 16, 32]
    found = fit("usl", counts, [gamma * laws(count, alpha, beta) for count in counts])

    assert (found.alpha, found.beta, found.gamma) == pytest.approx((alpha, beta, gamma), rel=1e-3)


def test_speedup_and_efficiency_are_against_the_fewest_workers() -> None:
    two_cores = scaling_curve({1: [12.0], 2: [6.0], 3: [6.0]}, {1: 10.0, 2: 5.0, 3: 5.0})
    from_two = scaling_curve({4: [3.0], 2: [4.0]}, {})

    assert [point.speedup for point in two_cores.points] == [1.0, 2.0, 2.0]
    assert [round(point.efficiency, 2) for point in two_cores.points] == [1.0, 1.0, 0.67]
    assert [point.ideal_speedup for point in two_cores.points] == [1.0, 2.0, 2.0]
    assert [point.ratio for point in two_cores.points] == pytest.approx([1.2, 1.2, 1.2])
    assert [point.workers for point in from_two.points] == [2, 4]
    assert [point.efficiency for point in from_two.points] == pytest.approx([1.0, 2 / 3])
    assert [point.ideal_speedup for point in from_two.points] == [None, None]


def test_below_four_worker_counts_nothing_is_said_of_peak_and_limit() -> None:
    curve = scaling_curve({1: [8.0], 2: [4.0], 4: [2.0]}, {})

    assert (curve.amdahl, curve.usl, curve.peak_workers, curve.limit) == (None, None, None, None)
    assert curve.unknown == "fewer than 4 worker counts"


def test_a_limit_that_was_seen_is_told_with_its_interval() -> None:
    curve = scaling_curve({count: [1 / laws(count, 0.2, 0.0)] * 3 for count in (1, 2, 4, 8)}, {})

    assert curve.best is curve.amdahl
    assert curve.limit is not None
    assert curve.limit.value == pytest.approx(5.0, rel=1e-3)
    assert (curve.peak_workers, curve.unknown) == (None, "")


def test_a_peak_that_was_seen_is_told_with_its_interval() -> None:
    curve = scaling_curve({count: [1 / laws(count, 0.05, 0.01)] * 3 for count in (1, 2, 4, 8, 16)}, {})

    assert curve.best is curve.usl
    assert curve.peak_workers is not None
    assert curve.peak_workers.value == pytest.approx(9.747, rel=1e-3)


def test_a_kink_is_no_law() -> None:
    # Two group heads: twice as fast with two workers, four times with four, and never more.
    curve = scaling_curve({1: [8.0], 2: [4.0], 4: [2.0], 8: [2.0], 16: [2.0], 32: [2.0]}, {})

    assert (curve.peak_workers, curve.limit) == (None, None)
    assert re.fullmatch(r"no law fits, the nearest is \d+% off", curve.unknown)


def test_a_peak_where_no_more_workers_were_seen_to_be_slower_is_not_told() -> None:
    taken_s = {count: [1 / laws(count, 0.05, 0.001)] * 3 for count in (1, 2, 4, 8, 16, 30)}
    curve = scaling_curve(taken_s, {})

    assert curve.usl is not None
    assert curve.best is curve.usl
    assert says_something(curve.usl.peak_workers)
    assert curve.peak_workers is None


def test_of_few_measurements_the_intervals_are_wider() -> None:
    taken_s = {1: 1.0, 2: 0.52, 4: 0.27, 8: 0.15}
    once, often = (scaling_curve({count: [each_s] * times for count, each_s in taken_s.items()}, {}) for times in (1, 5))

    assert once.amdahl is not None
    assert often.amdahl is not None
    assert width(once.amdahl.alpha) > 1.5 * width(often.amdahl.alpha)


def width(estimate: Estimate) -> float:
    assert estimate.low is not None
    assert estimate.high is not None
    return estimate.high - estimate.low


def test_where_everything_scales_perfectly_nobody_knows_where_it_ends() -> None:
    curve = scaling_curve({1: [8.0, 8.1], 2: [4.0, 4.1], 4: [2.0, 2.1], 8: [1.0, 1.05]}, {})

    assert (curve.peak_workers, curve.limit) == (None, None)
    assert curve.unknown == "the interval is too wide to say"


def test_the_same_seed_has_the_same_intervals() -> None:
    taken_s = {1: [8.0, 8.4], 2: [4.2, 4.4], 4: [2.4, 2.6], 8: [1.8, 1.9]}

    assert scaling_curve(taken_s, {}, seed=7) == scaling_curve(taken_s, {}, seed=7)
    assert scaling_curve(taken_s, {}, seed=7) != scaling_curve(taken_s, {}, seed=8)


@pytest.mark.parametrize("counts", [(1, 2), (1, 2, 4, 8)])
def test_a_curve_comes_back_from_its_file_as_it_was(counts: tuple[int, ...]) -> None:
    curve = scaling_curve({count: [9 / laws(count, 0.1, 0.01), 9.5 / count, 9.0] for count in counts}, {1: 8.0, 2: 4.0})

    assert read_curve(json.loads(json.dumps(curve.as_json(), allow_nan=False))) == curve


@pytest.mark.parametrize(
    ("count", "first", "last"), [(1, 1, 1), (2, 1, 2), (3, 1, 3), (5, 1, 5), (6, 1, 6), (9, 2, 8), (20, 6, 15)]
)
def test_the_interval_of_a_median_is_that_of_the_sign_test(count: int, first: int, last: int) -> None:
    assert median_interval([float(value) for value in range(count, 0, -1)]) == (first, last)


@pytest.mark.parametrize(
    ("values", "found"),
    [
        ([10.0, 10.1, 10.2, 15.0], (15.0,)),
        ([10.0, 10.0, 10.0, 10.4], ()),
        ([10.0, 10.0, 10.0, 10.6], (10.6,)),
        ([9.0, 10.0, 11.0, 12.0], ()),
        ([1.0, 100.0], ()),
    ],
)
def test_a_repeat_far_from_the_others_is_flagged(values: list[float], found: tuple[float, ...]) -> None:
    assert outliers(values) == found


def test_an_estimate_without_an_end_says_nothing() -> None:
    assert not says_something(Estimate(5.0, 4.0, None))
    assert not says_something(Estimate(5.0, 1.0, 3.1))
    assert says_something(Estimate(2.0, 1.0, 3.0))


def test_the_intervals_hold_the_truth_about_as_often_as_they_say(monkeypatch: pytest.MonkeyPatch) -> None:
    """Of twenty batches whose law is known, measured three times each with 3 % of noise."""
    monkeypatch.setattr(fits, "RESAMPLES", 100)
    random = Random(1)
    inside = 0
    for seed in range(20):
        speedups = [[laws(count, 0.1, 0.0) * random.gauss(1, 0.03) for _ in range(3)] for count in (1, 2, 4, 8, 16)]
        alpha = fit_with_intervals("amdahl", [1, 2, 4, 8, 16], speedups, seed).alpha
        assert alpha.low is not None
        assert alpha.high is not None
        inside += alpha.low <= 0.1 <= alpha.high

    assert inside >= 17
