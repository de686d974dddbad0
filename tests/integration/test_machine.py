"""The espresso machine: no more holders than heads, first come first served, given back when a holder dies."""

import threading
import time
from functools import partial
from itertools import pairwise
from typing import Any

import pytest

from manyhands.run import plan_of
from manyhands.work import coffee
from producer.message import machine_key
from tests.integration.conftest import Conducts, wait_until
from workers import machine
from workers.machine import EspressoMachine


def most_at_once(spans: list[tuple[float, float]]) -> int:
    changes = sorted([(start, 1) for start, _ in spans] + [(end, -1) for _, end in spans])
    held, most = 0, 0
    for _, change in changes:
        held += change
        most = max(most, held)
    return most


def have_come(broker: Any, served: list[int], count: int) -> bool:
    at_the_machine = broker.hlen(machine_key("run")) + broker.llen(machine_key("run") + ":line")
    return bool(at_the_machine + len(served) >= count)


@pytest.mark.parametrize("heads", [1, 2])
def test_workers_never_hold_more_heads_than_there_are(heads: int, run: Conducts) -> None:
    ran = run(plan_of(coffee(None, 24, speed=600, machines=heads), "threads", 2, 6))

    pulls = [span for row in ran.ledger.rows for span in row.spans if span.kind == "machine"]
    assert most_at_once([(span.start_s, span.end_s) for span in pulls]) == heads
    assert {span.head for span in pulls} == set(range(heads))
    for head in range(heads):
        assert most_at_once([(span.start_s, span.end_s) for span in pulls if span.head == head]) == 1
    assert ran.summary["held_back_by"] == "machine" or heads == 2


def test_first_come_first_served(broker: Any) -> None:
    espresso = EspressoMachine(broker, "run", 1)
    served: list[int] = []

    def pull(number: int) -> None:
        espresso.pull(0.05)
        served.append(number)

    threads = []
    for number in range(6):
        threads.append(threading.Thread(target=pull, args=(number,)))
        threads[-1].start()
        # The next comes when this one holds the head, or stands in line for it.
        wait_until(partial(have_come, broker, served, number + 1))
    for thread in threads:
        thread.join()

    assert served == sorted(served)


def test_a_dead_holder_gives_its_head_back(broker: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(machine, "LEASE_MARGIN_S", 0.3)
    espresso = EspressoMachine(broker, "run", 1)
    # Given a holder that takes the head and is never heard of again
    assert espresso._act("take", "dead", 0.5) == b"0"

    before_s = time.monotonic()
    espresso.pull(0.01)

    assert 0.4 < time.monotonic() - before_s < 3.0


def test_a_head_whose_answer_was_lost_is_given_to_who_asks_again(broker: Any) -> None:
    espresso = EspressoMachine(broker, "run", 2)

    assert [espresso._act("take", ticket, 5.0) for ticket in ("ours", "ours", "theirs", "ours")] == [b"0", 0, b"1", 0]


def test_a_pull_leaves_no_key_but_the_machines_own(broker: Any) -> None:
    espresso = EspressoMachine(broker, "run", 2)

    for _ in range(3):
        espresso.pull(0.0)

    assert broker.keys("manyhands:*") == []


@pytest.fixture(autouse=True)
def fast_looks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(machine, "LOOK_AGAIN_S", 0.2)


def test_pulls_follow_each_other_without_a_gap(broker: Any) -> None:
    """A head is handed over, not polled for: with a look every 200 ms polling would show."""
    espresso = EspressoMachine(broker, "run", 1)
    ends: list[float] = []

    def pull() -> None:
        espresso.pull(0.03)
        ends.append(time.monotonic())

    threads = [threading.Thread(target=pull) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    gaps_s = sorted(later - earlier for earlier, later in pairwise(ends))
    assert gaps_s[len(gaps_s) // 2] < 0.1
