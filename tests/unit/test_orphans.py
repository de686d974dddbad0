"""Orphans: messages that were taken and are in nobody's hands."""

from dataclasses import replace

from collector.roster import Present
from manyhands.orphans import MOMENT_S, Orphans
from manyhands.watch import let_go
from producer.clock import BrokerClock
from tests.unit.builders import a_present

RUN = "r"


class Time:
    """A broker whose clock the test sets."""

    def __init__(self) -> None:
        self.now_s = 100

    def time(self) -> tuple[int, int]:
        return self.now_s, 0


def a_worker(at: float, *holds: str) -> Present:
    return a_present(holds=holds, at=at)


class Looks:
    """Looks of which each is a second and more after the one before."""

    def __init__(self) -> None:
        self._time = Time()
        self._orphans = Orphans(BrokerClock(self._time), RUN)
        self.now_s = 100.0

    def look(self, taken: dict[str, str], *holds: str) -> list[str]:
        self.now_s += MOMENT_S + 0.5
        self._time.now_s = int(self.now_s)
        self._orphans._clock.measure()
        return self._orphans.look(taken, [a_worker(self.now_s, *holds)])


def test_what_is_in_somebodys_hands_is_no_orphan() -> None:
    looks = Looks()

    assert [looks.look({"tag": "7"}, "r.7") for _ in range(4)] == [[], [], [], []]


def test_what_was_taken_and_nobody_names_is_an_orphan_after_a_moment() -> None:
    looks = Looks()

    assert looks.look({"tag": "7"}) == []
    assert looks.look({"tag": "7"}) == ["tag"]


def test_all_who_are_here_must_have_spoken_since() -> None:
    time = Time()
    orphans = Orphans(BrokerClock(time), RUN)
    taken = {"tag": "7"}

    assert orphans.look(taken, [a_worker(100.0)]) == []
    assert orphans.look(taken, [a_worker(109.0), a_worker(100.2)]) == []
    assert orphans.look(taken, [a_worker(109.0), a_worker(109.0)]) == ["tag"]


def test_what_was_given_back_and_is_taken_again_under_the_same_tag_begins_anew() -> None:
    looks = Looks()

    looks.look({"tag": "7"})
    assert looks.look({"tag": "7"}) == ["tag"]
    # It was put back, and somebody took it at once: who has it has not said so yet.
    assert looks.look({"tag": "7"}) == []
    assert looks.look({"tag": "7"}, "r.7") == []


def test_what_a_worker_held_until_it_died_is_no_orphan_at_the_first_look_after() -> None:
    looks = Looks()
    for _ in range(3):
        looks.look({"tag": "7"}, "r.7")

    # Its orders were given back when it fainted, and others took them at once.
    assert looks.look({"tag": "7"}) == []
    assert looks.look({"tag": "7"}, "r.7") == []


def test_an_execution_is_let_go_when_its_worker_was_heard_of_since_and_does_not_hold_it() -> None:
    begun = {"job": "7", "worker": "ana@host", "slot": 0, "at": 100.0}

    assert not let_go(begun, None, "r.7")
    assert not let_go(begun, a_worker(100.5), "r.7")
    assert not let_go(begun, a_worker(110.0, "r.7"), "r.7")
    assert let_go(begun, a_worker(110.0, "r.8"), "r.7")


def test_who_holds_too_much_to_name_it_all_lets_nothing_go() -> None:
    begun = {"job": "7", "worker": "ana@host", "slot": 0, "at": 100.0}
    busy = replace(a_worker(110.0), holds=tuple(str(number) for number in range(2000)))

    assert not let_go(begun, busy, "r.7")
