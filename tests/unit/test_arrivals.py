from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from producer.arrivals import arrive_at_once, arrive_at_rate
from producer.job import Job
from tests.unit.builders import a_job

CUSTOMERS = [a_job(str(number), wait=1.0) for number in range(2000)]


def arrivals(jobs: list[Job]) -> list[float]:
    return [job.arrives_s for job in jobs]


def test_customers_who_come_at_once_are_there_when_the_door_opens() -> None:
    assert arrivals(arrive_at_once(arrive_at_rate(CUSTOMERS[:5], 1.0, seed=1))) == [0.0] * 5


def test_the_same_seed_brings_them_at_the_same_times_and_another_at_others() -> None:
    once, again = arrive_at_rate(CUSTOMERS, 3.0, seed=5), arrive_at_rate(CUSTOMERS, 3.0, seed=5)

    assert arrivals(once) == arrivals(again) != arrivals(arrive_at_rate(CUSTOMERS, 3.0, seed=6))


@pytest.mark.parametrize("rate_per_s", [0.5, 20.0])
def test_the_gaps_are_exponential_with_the_mean_that_the_rate_says(rate_per_s: float) -> None:
    times = arrivals(arrive_at_rate(CUSTOMERS, rate_per_s, seed=1))
    gaps = [later - earlier for earlier, later in pairwise(times)]
    mean_s = sum(gaps) / len(gaps)

    assert mean_s == pytest.approx(1 / rate_per_s, rel=0.1)
    # Of exponential gaps 1 - 1/e are shorter than their mean.
    assert sum(gap < mean_s for gap in gaps) / len(gaps) == pytest.approx(0.632, abs=0.04)


@given(st.floats(0.001, 1e5), st.integers())
def test_the_first_comes_at_once_and_nobody_overtakes(rate_per_s: float, seed: int) -> None:
    times = arrivals(arrive_at_rate(CUSTOMERS[:30], rate_per_s, seed))

    assert times[0] == 0.0
    assert times == sorted(times)


def test_all_but_the_time_of_arrival_stays_as_it_was() -> None:
    came = arrive_at_rate(CUSTOMERS[:50], 2.0, seed=1)

    assert arrive_at_once(came) == CUSTOMERS[:50]
