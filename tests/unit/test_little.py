"""Little's law on stays worked by hand."""

import pytest

from collector.little import littles_law


def test_rate_and_stay_give_how_many_are_in_the_shop() -> None:
    # Given one customer a second, each staying 3 s: three are in the shop once it has filled
    little = littles_law([(float(second), second + 3.0) for second in range(1000)])

    assert little is not None
    assert little.rate_per_s == pytest.approx(1.0)
    assert little.stay_s == 3.0
    assert little.expected == pytest.approx(3.0)
    # The first two seconds there were fewer: (1 + 2) of 999 * 3 customer-seconds are missing.
    assert little.in_shop == pytest.approx((999 * 3 - 3) / 999)
    # Where all stay equally long chance leaves nothing open, and even these do not fit.
    assert little.low == pytest.approx(little.high)
    assert not little.holds


def test_the_interval_is_that_of_groups_of_customers() -> None:
    # Given stays of 1 s and 3 s by turns, every group has the same mean, 2 s
    even = littles_law([(float(number), number + (1.0 if number % 2 else 3.0)) for number in range(160)])
    # If the second half stays longer, groups differ and the interval opens
    uneven = littles_law([(float(number), number + (1.0 if number < 80 else 3.0)) for number in range(160)])

    assert even is not None
    assert uneven is not None
    assert even.high - even.low < 1e-9
    assert uneven.low < uneven.in_shop < uneven.high
    assert uneven.holds


def test_a_law_that_is_broken_does_not_hold() -> None:
    # Given a crowd that stays far beyond the last arrival, what is seen until then is far less than rate times stay
    little = littles_law([(number / 10, 1000.0) for number in range(100)])

    assert little is not None
    assert not little.holds


@pytest.mark.parametrize("stays", [[], [(0.0, 1.0)] * 40, [(float(number), 99.0) for number in range(15)]])
def test_too_few_or_all_at_once_say_nothing(stays: list[tuple[float, float]]) -> None:
    assert littles_law(stays) is None
