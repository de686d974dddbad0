"""The till, on its messages; what becomes of the sales is seen in the exercise, on a real Redis."""

from typing import Any

import pytest

from producer.till import HOWS, sale_jobs
from workers.coffee import UnreadableError
from workers.till import Till, sell


class NoTill(Till):
    def __init__(self) -> None:
        self.sold: list[tuple[str, float]] = []

    def careless(self, seconds: float) -> None:
        self.sold.append(("careless", seconds))

    def locked(self, seconds: float) -> None:
        self.sold.append(("lock", seconds))

    def atomic(self, seconds: float) -> None:
        self.sold.append(("atomic", seconds))


@pytest.mark.parametrize("how", HOWS)
def test_each_way_to_sell_is_told_in_the_message(how: Any) -> None:
    till = NoTill()
    jobs = sale_jobs(3, 0.02, how, 1)

    for job in jobs:
        [sale] = job.args
        sell(sale, till)

    assert [(how, job.length_s) for job in jobs] == till.sold


def test_only_a_lock_is_held() -> None:
    assert {how: sale_jobs(1, 1.0, how, 1)[0].steps[0].kind for how in HOWS} == {
        "careless": "wait",
        "lock": "machine",
        "atomic": "wait",
    }


@pytest.mark.parametrize(
    "sale",
    [{}, {"how": "lock"}, {"how": "generous", "seconds": 1}, {"how": "lock", "seconds": "x"}, {"how": [], "seconds": 1}],
)
def test_what_is_no_sale_is_unreadable(sale: dict[str, Any]) -> None:
    with pytest.raises(UnreadableError, match="no readable sale"):
        sell(sale, NoTill())


@pytest.mark.parametrize("seconds", [-1, float("inf"), float("nan")])
def test_a_sale_that_takes_no_real_time_is_unreadable(seconds: float) -> None:
    with pytest.raises(UnreadableError, match="a sale cannot take"):
        sell({"how": "atomic", "seconds": seconds}, NoTill())
