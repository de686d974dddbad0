import pytest

from collector.page.board import Board
from collector.page.lookout import CONCLUDED_AFTER_S, GONE_AFTER_S, Lookout
from tests.unit.builders import RUN


@pytest.mark.parametrize(("is_concluding", "limit_s"), [(False, GONE_AFTER_S), (True, CONCLUDED_AFTER_S)])
def test_a_run_without_a_turn_of_which_nothing_is_heard_was_left(is_concluding: bool, limit_s: float) -> None:
    board, lookout = Board(RUN, is_concluding=is_concluding), Lookout()

    assert not lookout.is_left(board, RUN, 0.0)
    assert not lookout.is_left(board, None, limit_s)
    assert lookout.is_left(board, None, limit_s + 0.1)


def test_a_run_that_has_its_turn_is_not_left_however_silent() -> None:
    lookout = Lookout()

    assert not any(lookout.is_left(Board(RUN), RUN, now_s) for now_s in (0.0, 100.0, 200.0))


def test_nothing_under_way_is_not_left() -> None:
    assert not any(Lookout().is_left(None, None, now_s) for now_s in (0.0, 100.0))
