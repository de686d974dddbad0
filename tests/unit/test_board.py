import json
from typing import Any

import pytest

from collector.page.board import Board
from collector.page.columns import KINDS, place_of, text_of
from collector.page.snapshot import Facts, about_opened, about_unknown, delta, pieces
from tests.unit.builders import RUN, Writer
from workers.journal import Entry

ZERO_S = 1000.0


def an_opening(**changes: Any) -> Entry:
    worker = {"host": "host", "pool": "threads", "shares_hands": True, "clock_offset_s": 0.0, "computer": "c"}
    told = {
        "title": "coffee, threads 2 × 2",
        "work": "coffee",
        "pool": "threads",
        "workers": [{**worker, "worker": f"{name}@host", "slots": 2} for name in ("ana", "ben")],
        "jobs": 3,
        "speed": 60.0,
        "seed": 1,
        "exercise": None,
        "question": None,
        "predicted_s": 9.0,
        "machines": 2,
        "cores": 2,
        "bounds_s": None,
        "bound_s": None,
        "ideal_s": None,
        "simulated": False,
        **changes,
    }
    return Writer("conductor").entry("opened", run=RUN, folder=RUN, at=ZERO_S - 0.5, **told)


class Journal:
    """Entries in the order of the stream, each with its place."""

    def __init__(self, board: Board) -> None:
        self.board = board
        self.place = 0
        self.writer = Writer()

    def add(self, entry: Entry) -> None:
        self.place += 1
        self.board.add({**entry, "id": f"{self.place}-0"})

    def begin(self, job: str, slot: int, at: float, writer: Writer | None = None) -> None:
        self.add((writer or self.writer).begun(job, slot, ZERO_S + at))

    def step(self, job: str, slot: int, phase: str, at: float, **more: Any) -> None:
        self.add(self.writer.entry("step", run=RUN, job=job, attempt=1, slot=slot, phase=phase, at=ZERO_S + at, **more))

    def done(self, job: str, slot: int, start: float, end: float, *phases: tuple[Any, ...]) -> None:
        told = [(kind, ZERO_S + from_s, ZERO_S + to_s, *rest) for kind, from_s, to_s, *rest in phases]
        self.add(self.writer.done(job, ZERO_S + start, ZERO_S + end, slot=slot, phases=told))


@pytest.fixture
def journal() -> Journal:
    board = Board(RUN)
    journal = Journal(board)
    journal.add(an_opening())
    journal.add(Writer("sender").entry("sent", run=RUN, count=0, first=ZERO_S, at=ZERO_S))
    return journal


@pytest.fixture
def unsent() -> Journal:
    """Of a run whose first send is not told yet: a job began, and its hands."""
    journal = Journal(Board(RUN))
    journal.add(an_opening())
    journal.begin("7", 0, 0.25)
    journal.step("7", 0, "hands", 0.25)
    return journal


def as_json(board: Board, facts: Facts | None = None) -> dict[str, Any]:
    facts = facts or Facts(about_opened(board.opened) if board.opened else about_unknown(board))
    made: dict[str, Any] = json.loads(b"".join(pieces(board, facts, 7.0)))
    return made


def test_the_first_send_is_zero_and_what_was_heard_before_it_was_told_waits_for_it(unsent: Journal) -> None:
    board = unsent.board
    assert (as_json(board)["zero_s"], len(board.spans)) == (None, 0)

    # When the sends are told, it is where a stored run has it
    unsent.add(Writer("sender").entry("sent", run=RUN, count=1, first=ZERO_S, at=ZERO_S))
    assert (board.zero_s, board.spans.start.tolist()) == (ZERO_S, [0.25])


def test_what_a_worker_takes_before_the_first_send_is_told_makes_no_copies_of_what_it_said_before(unsent: Journal) -> None:
    board = unsent.board
    unsent.add(unsent.writer.entry("taken", run=RUN, job="8", at=ZERO_S + 0.5))
    place = board.latest

    unsent.add(Writer("sender").entry("sent", run=RUN, count=2, first=ZERO_S, at=ZERO_S))

    assert (list(board.jobs), board.spans.start.tolist()) == (["7"], [0.25])
    assert delta(board, place, board.latest, {}, 0.0)["jobs"] == [["7", "7"]]


@pytest.mark.parametrize("head", [40_000, "x", 1.5])
def test_what_is_malformed_leaves_no_half_of_a_bar_and_is_missing(journal: Journal, head: Any) -> None:
    journal.begin("7", 0, 0.0)
    journal.step("7", 0, "machine", 1.0, head=head)
    journal.done("7", 0, 0.0, 2.0, ("hands", 0.0, 1.0, 0.5), ("machine", 1.0, 2.0, None, head))
    journal.step("7", 0, "wait", 3.0)

    assert [len(getattr(journal.board.spans, column)) for column in ("lane", "start", "end", "filled", "head")] == [1] * 5
    assert [job for job, *_ in delta(journal.board, 0, journal.board.latest, {}, 0.0)["jobs"]] == ["7"]
    assert journal.board.missing == 2


def test_what_is_malformed_before_the_first_send_takes_nothing_with_it() -> None:
    board = Board(RUN)
    journal = Journal(board)
    journal.add(an_opening())
    journal.step("7", 0, "magic", 0.25)
    journal.step("7", 0, "hands", 0.5)
    journal.add(Writer("sender").entry("sent", run=RUN, count=1, first=ZERO_S, at=ZERO_S))

    assert (board.spans.start.tolist(), board.missing, len(board.sent_s)) == ([0.5], 1, 1)


def test_a_run_that_ends_before_anything_was_sent_began_when_it_opened() -> None:
    board = Board(RUN)
    board.add(an_opening())
    board.settle()
    assert board.zero_s == ZERO_S - 0.5


def test_idle_lanes_are_there_before_anything_happens(journal: Journal) -> None:
    snapshot = as_json(journal.board)

    assert snapshot["lanes"] == [[0, 0], [0, 1], [1, 0], [1, 1]]
    assert [worker["name"] for worker in snapshot["workers"]] == ["Ana", "Ben"]
    assert (snapshot["state"], snapshot["size"], snapshot["zero_s"]) == ("open", "2 × 2", ZERO_S)
    assert snapshot["spans"]["lane"] == []


def test_a_bar_grows_until_the_next_one_begins_and_is_settled_when_its_job_ends(journal: Journal) -> None:
    journal.begin("7", 1, 0.5)
    journal.step("7", 1, "hands", 0.5)

    assert journal.board.spans.row(0) == [1, 0, KINDS.index("hands"), 0.5, None, None, -1]

    journal.step("7", 1, "machine", 1.5, head=1)

    assert journal.board.spans.row(0)[4] == 1.5
    assert journal.board.spans.row(1) == [1, 0, KINDS.index("machine"), 1.5, None, 1.0, 1]

    journal.done("7", 1, 0.5, 2.0, ("hands", 0.5, 1.5, 0.25), ("machine", 1.5, 2.0, None, 1))

    spans = as_json(journal.board)["spans"]
    assert spans["end"] == [1.5, 2.0]
    assert spans["filled"] == [0.25, 1.0]
    assert spans["head"] == [-1, 1]
    assert as_json(journal.board)["ends"] == {"job": [0], "lane": [1], "start": [0.5], "end": [2.0], "outcome": ["done"]}


def test_a_strangers_task_grows_as_a_whole(journal: Journal) -> None:
    journal.add({**journal.writer.begun("7", 0, ZERO_S), "task": "their.task"})
    journal.done("7", 0, 0.0, 1.0, ("work", 0.0, 1.0, None))

    assert journal.board.spans.row(0) == [0, 0, KINDS.index("work"), 0.0, 1.0, 1.0, -1]
    assert len(journal.board.spans) == 1


def test_what_never_began_in_the_journal_is_drawn_from_its_end(journal: Journal) -> None:
    journal.done("7", 0, 0.0, 1.0, ("wait", 0.0, 1.0, None))

    assert journal.board.spans.row(0) == [0, 0, KINDS.index("milk"), 0.0, 1.0, 1.0, -1]


def test_an_order_that_somebody_else_takes_ends_where_it_was(journal: Journal) -> None:
    journal.begin("7", 0, 0.0)
    journal.step("7", 0, "hands", 0.0)
    journal.begin("7", 0, 3.0, Writer("ben@host", pid=2))

    assert journal.board.spans.row(0)[4] == 3.0


def test_what_was_under_way_when_the_run_ended_was_cut_off(journal: Journal) -> None:
    journal.begin("7", 0, 0.0)
    journal.step("7", 0, "hands", 0.0)
    journal.done("8", 1, 0.0, 4.0, ("wait", 0.0, 4.0, None))
    journal.board.settle()

    assert journal.board.spans.row(0)[4] == 4.0


def test_a_copy_of_an_entry_changes_nothing(journal: Journal) -> None:
    entry = journal.writer.done("7", ZERO_S, ZERO_S + 1, phases=[("wait", ZERO_S, ZERO_S + 1, None)])
    journal.add(entry)
    journal.add(entry)

    assert (len(journal.board.spans), len(journal.board.ends)) == (1, 1)


def test_what_is_new_after_a_place_is_told_and_no_more(journal: Journal) -> None:
    journal.begin("7", 0, 0.0)
    journal.step("7", 0, "hands", 0.0)
    place = journal.board.latest
    journal.begin("8", 1, 1.0)
    journal.step("8", 1, "wait", 1.0)

    news = delta(journal.board, place, journal.board.latest, {"8": "a latte"}, 2.0)

    assert news["jobs"] == [["8", "a latte"]]
    assert [span[:4] for span in news["spans"]] == [[1, 1, KINDS.index("milk"), 1.0]]
    assert delta(journal.board, journal.board.latest, journal.board.latest, {}, 2.0)["spans"] == []


def test_deltas_from_any_place_come_to_the_same(journal: Journal) -> None:
    for number in range(20):
        job, slot, at = str(number), number % 2, number / 2
        journal.begin(job, slot, at)
        journal.step(job, slot, "hands", at)
        journal.step(job, slot, "wait", at + 0.1)
        journal.done(job, slot, at, at + 0.9, ("hands", at, at + 0.1, 0.1), ("wait", at + 0.1, at + 0.9, None))
    whole = {(*span[:2], span[3]): span for span in delta(journal.board, 0, journal.board.latest, {}, 0.0)["spans"]}

    for place in range(journal.place):
        news = delta(journal.board, place_of(f"{place}-0"), journal.board.latest, {}, 0.0)
        jobs_before = sum(began <= place for began in range(3, journal.place + 1, 4))
        assert [job for job, _ in news["jobs"]] == [str(number) for number in range(jobs_before, 20)]
        assert all(whole[*span[:2], span[3]] == span for span in news["spans"])


def test_much_news_is_told_in_parts_that_come_to_the_whole(journal: Journal) -> None:
    for number in range(30):
        journal.begin(str(number), number % 2, float(number))
        journal.step(str(number), number % 2, "wait", float(number))
        journal.done(str(number), number % 2, number, number + 0.5, ("wait", number, number + 0.5, None))
    board, place = journal.board, 0
    jobs: list[Any] = []
    ends: list[Any] = []
    bars: set[float] = set()

    while place < board.latest:
        until = board.reach(place, 7)
        news = delta(board, place, until, {}, 0.0)
        assert until > place
        assert len(news["spans"]) <= 7
        assert all(span[1] < len(jobs) + len(news["jobs"]) for span in news["spans"])
        jobs, ends, bars = jobs + news["jobs"], ends + news["ends"], bars | {span[3] for span in news["spans"]}
        place = until

    assert [job for job, _ in jobs] == [str(number) for number in range(30)]
    assert {end[0] for end in ends} == bars == set(range(30))


def test_sent_jobs_are_counted_as_the_conductor_tells(journal: Journal) -> None:
    conductor = Writer("conductor", seq=10)
    journal.add(conductor.entry("sent", run=RUN, count=2, at=ZERO_S + 0.5))
    journal.add(conductor.entry("sent", run=RUN, count=3, at=ZERO_S + 0.75))

    assert as_json(journal.board)["jobs_sent"] == [0.5, 0.5, 0.75]


def test_jobs_that_nobody_began_are_named_after_those_that_were(journal: Journal) -> None:
    journal.begin("2", 0, 0.0)
    journal.board.closed = {}
    sent_s = {"1": ZERO_S + 0.25, "2": ZERO_S + 0.5}

    snapshot = as_json(journal.board, Facts({}, {"1": "a latte", "2": "an espresso"}, sent_s))

    assert (snapshot["job_ids"], snapshot["names"]) == (["2", "1"], ["an espresso", "a latte"])
    assert snapshot["jobs_sent"] == [0.5, 0.25]


def test_a_job_of_which_nobody_knows_when_it_was_sent_has_not_the_moment_of_another(journal: Journal) -> None:
    for number, job in enumerate("123"):
        journal.begin(job, number, 1.0)
    journal.board.closed = {}

    snapshot = as_json(journal.board, Facts({}, {"2": "b", "3": "c"}, {"2": ZERO_S + 0.25, "3": ZERO_S + 0.5}))

    assert (snapshot["job_ids"], snapshot["jobs_sent"]) == (["1", "2", "3"], [None, 0.25, 0.5])


def test_a_run_whose_opening_nobody_heard_is_drawn_all_the_same() -> None:
    journal = Journal(Board(RUN))
    journal.begin("7", 3, 5.0)
    journal.step("7", 3, "hands", 5.0)

    snapshot = as_json(journal.board)

    assert snapshot["lanes"] == [[0, 3]]
    assert snapshot["spans"]["start"] == [0.0]


def test_a_copy_of_a_board_stays_as_it_was(journal: Journal) -> None:
    journal.begin("7", 0, 0.0)
    journal.step("7", 0, "hands", 0.0)
    before, place = journal.board.copy(), journal.board.latest
    journal.step("7", 0, "wait", 1.0)

    assert before.latest == place < journal.board.latest
    assert (len(before.spans), len(journal.board.spans)) == (1, 2)
    assert before.spans.row(0)[4] is None


@pytest.mark.parametrize("text", ["1795539109301-0", "1795539109301-17", "0-1"])
def test_a_place_is_a_number_and_its_text(text: str) -> None:
    assert text_of(place_of(text)) == text


@pytest.mark.parametrize("text", ["", "x", "-1", "1-x", "1-2-3", "$", "¹-0"])
def test_what_is_no_place_is_before_all(text: str) -> None:
    assert place_of(text) == 0


def test_places_grow_with_the_stream() -> None:
    places = [place_of(text) for text in ("5-0", "5-1", "5-12", "6-0", "1795539109301-0")]

    assert places == sorted(set(places))
