import pytest

from collector.lanes import MACHINE, Lane
from collector.panels import capped
from collector.svg import Panel


@pytest.mark.parametrize(
    ("heads", "slots", "shown"), [(500, 2000, (16, 48)), (500, 4, (60, 4)), (3, 2000, (3, 61)), (3, 4, (3, 4))]
)
def test_many_group_heads_leave_room_for_the_slots(heads: int, slots: int, shown: tuple[int, int]) -> None:
    lanes = [*(Lane(MACHINE, head, ()) for head in range(heads)), *(Lane("ana", slot, ()) for slot in range(slots))]
    kept, _ = capped(Panel("coffee", "", lanes, 10.0), 10.0)

    heads_shown = sum(lane.worker == MACHINE for lane in kept.lanes)
    assert (heads_shown, len(kept.lanes) - heads_shown) == shown
