"""The hub: the runs under way as boards, and the lab as it is now. All of it lives in the event loop."""

import asyncio
from collections import OrderedDict, deque
from contextlib import suppress
from dataclasses import dataclass

from collector.page.board import MALFORMED, Board
from collector.page.lookout import Lookout
from collector.page.names import Names
from collector.page.replay import DROPPED, NEVER_CONCLUDED, feed
from collector.page.snapshot import Facts, about_opened, about_unknown
from collector.page.store import FILES, Store
from collector.page.tail import News
from collector.roster import Present
from producer.clock import BrokerClock
from workers.journal import Entry

# Boards of runs that are over are kept while somebody may still look at them live, and where no folder has them.
MOST_BOARDS = 3

# Of what happened so much is remembered for whoever watches and is slow.
MOST_HAPPENINGS = 100
MOST_WRITERS = 5000
MOST_IGNORED = 1000

NO_RUN = "-"

# Whoever asks while the stream is read for the first time waits at most so long.
SETTLE_LIMIT_S = 5.0


@dataclass(frozen=True, slots=True)
class Happening:
    """A run was opened or closed."""

    number: int
    kind: str
    run: str


class Hub:
    """What everybody who watches sees; `wake` tells them that it changed."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self.boards: OrderedDict[str, Board] = OrderedDict()
        self.names: dict[str, Names] = {}
        self.current: str | None = None
        self.workers: list[Present] = []
        # Before the first look the broker is neither.
        self.is_reached = self.is_gone = False
        self.is_caught_up = False
        self.persists = False
        self.behind_s = 0.0
        self.clock: BrokerClock | None = None
        self.happenings: deque[Happening] = deque(maxlen=MOST_HAPPENINGS)
        self.happened = 0
        self.is_ended = False
        self._news = asyncio.Event()
        self._lookout = Lookout()
        self._last_seq: OrderedDict[str, int] = OrderedDict()
        self._ignored: OrderedDict[str, None] = OrderedDict()

    async def hear(self, news: News) -> None:
        """Take in what the tail read."""
        self.is_reached, self.is_gone, self.behind_s = news.is_reached, not news.is_reached, news.behind_s
        self.persists = self.persists if news.persists is None else news.persists
        self.clock = news.clock or self.clock
        if news.workers is not None:
            self.workers = news.workers
            if self._lookout.is_left(self.boards.get(self.current or ""), news.turn, asyncio.get_running_loop().time()):
                self.abandon()
        if not news.is_reached:
            self.workers = []
        for entry in news.entries:
            # Its writer is not told, or its run's folder cannot be read: the next entry is heard all the same.
            with suppress(*MALFORMED, OSError):
                await self._take(entry)
        self._learn_names()
        # What was in the stream when we came happened before anybody watched.
        self.is_caught_up = self.is_caught_up or (news.is_reached and not news.behind_s)
        self.wake()

    async def wait(self, timeout_s: float) -> None:
        """Until there is news, or for so long."""
        news = self._news
        with suppress(TimeoutError):
            await asyncio.wait_for(news.wait(), timeout_s)

    def wake(self) -> None:
        """Tell all who wait that there is something new."""
        self._news.set()
        self._news = asyncio.Event()

    def end(self) -> None:
        """Everybody goes home."""
        self.is_ended = True
        self.wake()

    def now_s(self, board: Board | None) -> float:
        """The moment of a run, in s after its zero; 0 where nobody knows."""
        if board is None or board.zero_s is None:
            return 0.0
        return board.latest_s if self.clock is None or not board.is_open else self.clock.now_s() - board.zero_s

    async def settle(self) -> None:
        """Wait until what was in the stream is read, or until it is clear that nobody can read it now."""
        give_up_s = asyncio.get_running_loop().time() + SETTLE_LIMIT_S
        while not (self.is_caught_up or self.is_gone or self.is_ended) and asyncio.get_running_loop().time() < give_up_s:
            await self.wait(0.5)

    def show(self, run: str) -> None:
        """A run that nobody could see happen, a simulated one, is over: whoever watches is shown it."""
        if run not in self.boards:
            under_way = self.current
            self._happen("opened", run)
            self._happen("closed", run)
            self.current = under_way
            self.wake()

    async def opened_with(self, mark: str) -> str:
        """Wait for a run that bears a mark to open, and return its name."""
        while True:
            for run, board in self.boards.items():
                if board.opened is not None and board.opened.get("mark") == mark:
                    return run
            await self.wait(5.0)

    def abandon(self) -> None:
        """Whoever conducted the run under way is gone, and it will never be closed."""
        board = self.boards.get(self.current or "")
        if board is not None and board.is_open:
            board.closed = {}
            self._close(board.run)
            self.wake()

    def forget(self) -> None:
        """Nobody watches: the boards of runs that are over are not needed where their folders have all of it."""
        for run, board in list(self.boards.items()):
            found = self._store.find(run)
            if not board.is_open and found is not None and found.is_whole:
                self._drop(run)

    def facts(self, board: Board) -> Facts:
        """What is said beside the columns of a run under way."""
        names = self.names.get(board.run)
        about = about_opened(board.opened) if board.opened else about_unknown(board)
        found = self._store.find(board.run)
        files = [name for name in FILES if found and (found.folder / name).is_file()]
        entries = "One entry" if board.missing == 1 else f"{board.missing:,} entries"
        notices = [{**DROPPED, "what": f"{entries} of the journal of this run did not arrive."}] if board.missing else []
        if board.is_abandoned:
            notices.append(NEVER_CONCLUDED)
        known, sent_s = (names.known, names.sent_s) if names else ({}, {})
        return Facts(about, dict(known), dict(sent_s), notices=notices, files=files)

    async def _take(self, entry: Entry) -> None:
        gap, run = self._gap(entry), entry.get("run", NO_RUN)
        if run == NO_RUN or run in self._ignored:
            return
        board = self.boards.get(run) or await self._board(run, entry)
        if board is None:
            return
        board.missing += gap
        board.add(entry)
        if entry["kind"] == "opened":
            self._open(run, entry)
        elif entry["kind"] == "closed":
            self._close(run)

    def _gap(self, entry: Entry) -> int:
        """How many entries of this writer are missing before this one."""
        writer, seq = entry["writer"], entry["seq"]
        last = self._last_seq.get(writer)
        self._last_seq[writer] = seq if last is None else max(last, seq)
        self._last_seq.move_to_end(writer)
        if len(self._last_seq) > MOST_WRITERS:
            self._last_seq.popitem(last=False)
        return 0 if last is None else max(0, seq - last - 1)

    async def _board(self, run: str, entry: Entry) -> Board | None:
        """A board for a run that was not heard of. Where its opening is gone from the stream the folder knows it."""
        board = Board(run)
        found = await asyncio.to_thread(self._store.find, run)
        if found is not None and found.is_whole:
            self._ignore(run)
            return None
        if entry["kind"] != "opened" and found is not None:
            await asyncio.to_thread(feed, board, found.folder)
        self.boards[run] = board
        if found is not None:
            self.names[run] = Names(found.folder / "sent.jsonl")
        if entry["kind"] != "opened":
            self._happen("opened", run)
        while len(self.boards) > MOST_BOARDS:
            self._drop(next(iter(self.boards)))
        return board

    def _open(self, run: str, entry: Entry) -> None:
        """A run begins; one that was still open was abandoned, for a lab has one at a time."""
        if self.current not in (None, run):
            self.abandon()
        folder = self._store.runs / str(entry.get("folder", run))
        if run not in self.names and folder.resolve().is_relative_to(self._store.runs.resolve()):
            self.names[run] = Names(folder / "sent.jsonl")
        self._happen("opened", run)

    def _close(self, run: str) -> None:
        self.boards[run].settle()
        if self.current == run:
            self.current = None
        self._happen("closed", run)

    def _happen(self, kind: str, run: str) -> None:
        if kind == "opened":
            self.current = run
        if not self.is_caught_up:
            return
        self.happened += 1
        self.happenings.append(Happening(self.happened, kind, run))

    def _ignore(self, run: str) -> None:
        self._ignored[run] = None
        if len(self._ignored) > MOST_IGNORED:
            self._ignored.popitem(last=False)

    def _drop(self, run: str) -> None:
        del self.boards[run]
        self.names.pop(run, None)
        self._ignore(run)

    def _learn_names(self) -> None:
        """At once, before anybody is told of the jobs: a job is named once."""
        for run, names in self.names.items():
            board = self.boards[run]
            if len(names.known) < max(len(board.jobs), len(board.sent_s)):
                names.read()
