from hypothesis import given
from hypothesis import strategies as st

from workers.slots import Slots


def test_the_lowest_free_number_is_handed_out() -> None:
    slots = Slots()
    taken = [slots.take() for _ in range(4)]
    slots.give_back(2)
    slots.give_back(0)

    assert taken == [0, 1, 2, 3]
    assert [slots.take() for _ in range(3)] == [0, 2, 4]


@given(st.lists(st.none() | st.integers(0, 20), max_size=60))
def test_no_number_is_held_twice_and_each_is_the_lowest(moves: list[int | None]) -> None:
    """A move takes a number, or gives back one of those held."""
    slots, held = Slots(), list[int]()
    for move in moves:
        if move is None or not held:
            lowest = next(number for number in range(len(held) + 1) if number not in held)
            held.append(slots.take())
            assert held[-1] == lowest
        else:
            slots.give_back(held.pop(move % len(held)))
