"""The lookout: tells when a run under way was left by whoever conducted it. No clock, no I/O."""

from collector.page.board import Board

# A run that has no turn and of which nothing is heard for so long was left by its conductor; one who said that the last job
# was served may be writing the report for so much longer.
GONE_AFTER_S = 6.0
CONCLUDED_AFTER_S = 60.0


class Lookout:
    """Looks after the run under way, which has its turn at the broker, renewed every second.

    Whoever concludes a run has said so, given its turn back, and says nothing more until all is written.
    """

    def __init__(self) -> None:
        # The run that has no turn, with what was heard of it last; and since when.
        self._alone: tuple[str, int] | None = None
        self._alone_since_s = 0.0

    def is_left(self, board: Board | None, turn: str | None, now_s: float) -> bool:
        """Whether nobody conducts the run of a board any more; `turn` is the run whose turn it is at this moment."""
        seen = (board.run, board.latest) if board is not None else None
        if board is None or turn == board.run or seen != self._alone:
            self._alone, self._alone_since_s = seen, now_s
            return False
        return now_s - self._alone_since_s > (CONCLUDED_AFTER_S if board.is_concluding else GONE_AFTER_S)
