"""Runs made several times each: their order, and the one that stands for them."""

from types import SimpleNamespace
from typing import Any

from manyhands.repeats import middle, shuffled


def took(*completions_s: float | None) -> list[Any]:
    return [SimpleNamespace(completion_s=completion_s) for completion_s in completions_s]


def test_the_order_is_shuffled_by_the_seed_and_each_comes_once_a_round() -> None:
    order = shuffled([1, 2, 4, 8], 3, seed=1)

    assert order == shuffled([1, 2, 4, 8], 3, seed=1)
    assert order != shuffled([1, 2, 4, 8], 3, seed=2)
    assert [sorted(order[first : first + 4]) for first in (0, 4, 8)] == [[1, 2, 4, 8]] * 3


def test_the_one_in_the_middle_stands_for_its_repeats() -> None:
    assert middle(took(3.0, 1.0, 2.0)).completion_s == 2.0
    assert middle(took(4.0, 1.0, 3.0, 2.0)).completion_s == 2.0
    assert middle(took(1.0, 2.0, 2.0)).completion_s == 2.0


def test_one_that_did_not_end_stands_for_none_that_did() -> None:
    assert middle(took(1.0, None)).completion_s == 1.0
    assert middle(took(None)).completion_s is None
