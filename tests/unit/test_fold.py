import pytest
from hypothesis import given
from hypothesis import strategies as st

from collector.fold import Ledger, Span
from tests.unit.builders import RUN, Writer, a_ledger
from workers.journal import Entry


def counts(ledger: Ledger) -> dict[str, int]:
    return {"done": ledger.done, "failed": ledger.failed, "repeated": ledger.repeated, "missing": ledger.missing}


def test_an_entry_becomes_a_row() -> None:
    phases = [["hands", 1.0, 1.5, 0.25], ["machine", 1.5, 3.0, None, 1]]
    entry = Writer().done("7", 1.0, 3.0, slot=2, attempt=2, phases=phases, result={"score": 5})
    (row,) = a_ledger([entry]).rows

    assert (row.job, row.task, row.attempt, row.worker, row.host, row.slot) == ("7", "coffee.make", 2, "ana@host", "host", 2)
    assert (row.start_s, row.end_s, row.outcome, row.reason, row.result) == (1.0, 3.0, "done", "", {"score": 5})
    assert row.spans == (Span("hands", 1.0, 1.5, 0.25), Span("machine", 1.5, 3.0, None, head=1))
    assert [span.wall_s for span in row.spans] == [0.5, 1.5]


def test_a_job_that_was_done_twice_counts_once_and_is_reported_as_repeated() -> None:
    ana, ben = Writer("ana@host"), Writer("ben@host")
    ledger = a_ledger([ana.done("1", 0, 1), ben.done("1", 0, 5, attempt=2)])

    assert counts(ledger) == {"done": 1, "failed": 0, "repeated": 1, "missing": 0}
    assert ledger.final["1"].end_s == 1
    assert len(ledger.rows) == 2


def test_a_job_that_failed_and_then_was_done_is_done() -> None:
    ana = Writer()
    ledger = a_ledger([ana.failed("1", 0, 1), ana.done("1", 2, 3)])

    assert counts(ledger) == {"done": 1, "failed": 0, "repeated": 1, "missing": 0}
    assert ledger.final["1"].start_s == 2


def test_a_job_that_was_done_stays_done_when_it_fails_later() -> None:
    ana = Writer()
    ledger = a_ledger([ana.done("1", 0, 1), ana.failed("1", 2, 3)])

    assert counts(ledger) == {"done": 1, "failed": 0, "repeated": 1, "missing": 0}


def test_a_job_that_failed_twice_failed_once() -> None:
    ana = Writer()
    ledger = a_ledger([ana.failed("1", 0, 1, reason="first"), ana.failed("1", 2, 3, reason="second")])

    assert counts(ledger) == {"done": 0, "failed": 1, "repeated": 1, "missing": 0}
    assert ledger.final["1"].reason == "first"


def test_a_retry_settles_nothing_and_its_time_is_on_record() -> None:
    ana = Writer()
    retried = a_ledger([ana.ended("retried", "1", 0, 1, reason="Retry")])

    assert counts(retried) == {"done": 0, "failed": 0, "repeated": 0, "missing": 0}
    assert [row.outcome for row in retried.rows] == ["retried"]

    retried.add(ana.done("1", 2, 3))
    assert counts(retried) == {"done": 1, "failed": 0, "repeated": 1, "missing": 0}


def test_a_copy_of_an_entry_is_ignored() -> None:
    ana = Writer()
    first, second = ana.done("1"), ana.done("2")
    ledger = a_ledger([first, second])

    assert not ledger.add(dict(first))
    assert not ledger.add(dict(second))
    assert counts(ledger) == {"done": 2, "failed": 0, "repeated": 0, "missing": 0}


def test_a_gap_in_a_writers_numbers_is_evidence_missing() -> None:
    ana, ben = Writer("ana@host"), Writer("ben@host")
    entries = [ana.done(str(number)) for number in range(6)]
    others = [ben.done(str(number)) for number in range(6, 9)]
    ledger = a_ledger([entries[0], others[0], entries[1], others[1], entries[5], others[2]])

    assert ledger.missing == 3


def test_a_writer_who_wrote_before_we_read_is_not_missing_anything() -> None:
    ana = Writer(seq=40)

    assert a_ledger([ana.done("1"), ana.done("2")]).missing == 0


def test_a_worker_that_is_replaced_counts_its_entries_anew() -> None:
    before, after = Writer(pid=1), Writer(pid=2)
    ledger = a_ledger([before.done("1"), before.done("2"), after.done("3")])

    assert counts(ledger) == {"done": 3, "failed": 0, "repeated": 0, "missing": 0}


def test_entries_of_another_run_are_ignored_and_no_gap() -> None:
    ana = Writer()
    ledger = a_ledger([ana.done("1")])

    assert not ledger.add(ana.done("1", run="another"))
    assert not ledger.add(ana.begun("9", run="-"))
    assert ledger.add(ana.done("2"))
    assert counts(ledger) == {"done": 2, "failed": 0, "repeated": 0, "missing": 0}
    assert ledger.begun == {}


def test_a_worker_that_is_ready_is_known_whatever_the_run() -> None:
    ledger = a_ledger()

    assert ledger.add(Writer("ben@host").entry("ready", pool="threads", slots=4, at=1.0))
    assert ledger.workers["ben@host"]["slots"] == 4


def test_what_began_is_in_the_air_until_it_ends_in_its_lane() -> None:
    ana, ben = Writer("ana@host"), Writer("ben@host")
    ledger = a_ledger([ana.begun("1", slot=0), ana.begun("2", slot=1), ben.begun("3", slot=0)])
    assert {entry["job"] for entry in ledger.begun.values()} == {"1", "2", "3"}

    ledger.add(ana.done("1", slot=0))
    ledger.add(ben.failed("3", slot=0))
    assert {entry["job"] for entry in ledger.begun.values()} == {"2"}


def test_who_faints_leaves_what_began_before_and_not_what_the_next_of_that_name_began() -> None:
    ana, ben, again = Writer(), Writer("ben@host"), Writer(pid=2)
    ledger = a_ledger(
        [ana.begun("1", 0, at=1.0), ana.begun("2", 1, at=2.0), ben.begun("3", at=2.0), again.begun("4", 2, at=9.0)]
    )

    assert ledger.faint("ana@host", before_s=8.0) == {"1", "2"}
    assert {entry["job"] for entry in ledger.begun.values()} == {"3", "4"}
    assert ledger.faint("ana@host") == {"4"}


def test_a_step_is_of_this_run_and_settles_nothing() -> None:
    ana = Writer()
    ledger = a_ledger([ana.begun("1")])

    assert ledger.add(ana.entry("step", run=RUN, job="1", slot=0, phase="hands", at=1.0))
    assert len(ledger.begun) == 1
    assert ledger.rows == []


def test_a_twin_says_when_it_opened() -> None:
    assert a_ledger([Writer("threading").entry("open", run=RUN, at=12.5)]).opened_s == 12.5
    assert a_ledger().opened_s is None


ends = st.lists(st.tuples(st.sampled_from(["done", "failed", "retried"]), st.integers(0, 4)), max_size=12)


def entries_of(outcomes: list[tuple[str, int]]) -> list[Entry]:
    ana = Writer()
    return [ana.ended(outcome, str(job), number, number + 1) for number, (outcome, job) in enumerate(outcomes)]


@given(ends)
def test_every_job_that_ended_is_counted_exactly_once(outcomes: list[tuple[str, int]]) -> None:
    ledger = a_ledger(entries_of(outcomes))
    done = {job for outcome, job in outcomes if outcome == "done"}
    failed = {job for outcome, job in outcomes if outcome == "failed"} - done

    assert (ledger.done, ledger.failed) == (len(done), len(failed))
    assert ledger.repeated == len(outcomes) - len({job for _, job in outcomes})


@given(ends, st.data())
def test_entries_that_come_twice_change_nothing(outcomes: list[tuple[str, int]], data: st.DataObject) -> None:
    # A writer that lost its broker for a moment sends some of its last entries again.
    entries = entries_of(outcomes)
    again: list[Entry] = []
    for number, entry in enumerate(entries, start=1):
        again.append(entry)
        again += entries[number - data.draw(st.integers(0, min(3, number))) : number]

    once, twice = a_ledger(entries), a_ledger(again)
    assert twice.rows == once.rows
    assert twice.final == once.final
    assert twice.missing == 0


@given(st.sets(st.integers(2, 29)))
def test_as_many_are_missing_as_were_left_out(left_out: set[int]) -> None:
    ana = Writer()
    entries = [ana.done(str(number)) for number in range(30)]

    assert a_ledger(entry for entry in entries if entry["seq"] not in left_out).missing == len(left_out)


def test_an_entry_without_its_number_is_no_entry() -> None:
    entry = Writer().done("1")
    del entry["seq"]

    with pytest.raises(KeyError):
        a_ledger([entry])
