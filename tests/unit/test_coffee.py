from typing import Any

import pytest

from producer.job import Step
from producer.menu import read_menu
from producer.orders import make_orders, order_jobs
from workers.coffee import UnreadableError, make, read_heads, read_steps


def test_what_the_producer_sends_is_read_as_it_was_meant() -> None:
    for job in order_jobs(make_orders(30, read_menu(), seed=2), read_menu(), speed=60.0, machines=3):
        assert tuple(read_steps(*job.args)) == job.steps
        assert read_heads(*job.args) == 3


@pytest.mark.parametrize(
    "order",
    [
        {},
        {"steps": None},
        {"steps": 3},
        {"steps": ["wait"]},
        {"steps": [["wait"]]},
        {"steps": [["wait", 1, 2]]},
        {"steps": [["wait", "long"]]},
        {"steps": [["wait", None]]},
        {"steps": [["nap", 1]]},
        {"steps": [["native", 1]]},
        {"steps": [[["wait"], 1]]},
        {"steps": [["wait", -1]]},
        {"steps": [["wait", float("nan")]]},
        {"steps": [["wait", float("inf")]]},
        {"steps": [["wait", 10**400]]},
        [],
        None,
        "espresso",
    ],
    ids=lambda order: str(order)[:40],
)
def test_an_order_that_nobody_can_make_is_unreadable(order: Any) -> None:
    with pytest.raises(UnreadableError, match="the order has"):
        read_steps(order)


@pytest.mark.parametrize("heads", [0, -1, 1.5, "2", None])
def test_a_machine_has_a_whole_number_of_heads_from_one(heads: object) -> None:
    with pytest.raises(UnreadableError, match="group heads"):
        read_heads({"steps": [], "machines": heads})


def test_an_order_that_does_not_say_has_a_machine_with_one_head() -> None:
    assert read_heads({"steps": []}) == 1


class Pulls:
    """An espresso machine that only counts."""

    def __init__(self) -> None:
        self.pulled: list[float] = []

    def pull(self, seconds: float) -> None:
        self.pulled.append(seconds)


def test_the_machine_is_pulled_for_its_own_steps_in_order() -> None:
    machine = Pulls()
    make([Step("hands", 0), Step("machine", 26), Step("wait", 0), Step("machine", 13)], machine)

    assert machine.pulled == [26, 13]
