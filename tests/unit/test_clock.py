from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from producer import clock as module
from producer.clock import SAMPLES, BrokerClock, best_reading, check_clock
from producer.errors import BadInputError

AHEAD_S = 1_000_000.25


class HostTime:
    """The clocks of this host, which move only when they are told to."""

    def __init__(self) -> None:
        self.now_s = 50.0
        self.wall_s = 1_000_000.0

    def monotonic(self) -> float:
        return self.now_s

    def time(self) -> float:
        return self.wall_s + self.now_s


class Server:
    """A time server that is `AHEAD_S` ahead of the monotonic clock, with a way there and a way back for each request."""

    def __init__(self, host: HostTime, ways: list[tuple[float, float]]) -> None:
        self.asked = 0
        self._host = host
        self._ways = ways

    def time(self) -> tuple[int, int]:
        there_s, back_s = self._ways[self.asked % len(self._ways)]
        self.asked += 1
        self._host.now_s += there_s
        microseconds = round((self._host.now_s + AHEAD_S) * 1e6)
        self._host.now_s += back_s
        return divmod(microseconds, 1_000_000)


@pytest.fixture
def host(monkeypatch: pytest.MonkeyPatch) -> HostTime:
    host = HostTime()
    monkeypatch.setattr(module, "time", host)
    return host


def test_of_several_readings_the_one_with_the_shortest_round_trip_is_taken(host: HostTime) -> None:
    # Four slow ways back, which put the middle of the round trip off, and one quick one.
    server = Server(host, [(0.001, 0.4), (0.001, 0.3), (0.002, 0.002), (0.001, 0.5), (0.2, 0.001)])
    reading = best_reading(server)

    assert server.asked == SAMPLES
    assert reading.round_trip_s == pytest.approx(0.004)
    assert reading.broker_s - reading.monotonic_s == pytest.approx(AHEAD_S, abs=1e-5)


def test_the_broker_is_asked_as_often_as_it_is_wanted(host: HostTime) -> None:
    server = Server(host, [(0.001, 0.001)])
    best_reading(server, samples=2)

    assert server.asked == 2


def test_the_clock_runs_on_with_the_monotonic_clock_without_asking_again(host: HostTime) -> None:
    server = Server(host, [(0.001, 0.001)])
    clock = BrokerClock(server)
    asked = server.asked
    host.now_s += 100.0

    assert clock.now_s() == pytest.approx(host.now_s + AHEAD_S, abs=1e-5)
    assert server.asked == asked


def test_a_step_of_the_wall_clock_moves_the_offset_and_not_the_time(host: HostTime) -> None:
    clock = BrokerClock(Server(host, [(0.001, 0.001)]))
    before_s = clock.now_s()
    host.wall_s += 3600.0

    assert clock.now_s() == before_s
    assert clock.offset_s() == pytest.approx(0.25 - 3600.0, abs=1e-5)


def test_the_offset_is_how_far_this_host_is_behind_the_broker(host: HostTime) -> None:
    assert BrokerClock(Server(host, [(0.001, 0.001)])).offset_s() == pytest.approx(0.25, abs=1e-5)


def test_a_clock_that_drifted_is_set_again_when_it_is_measured(host: HostTime) -> None:
    clock = BrokerClock(Server(host, [(0.1, 0.0)]))
    off_s = clock.now_s() - (host.now_s + AHEAD_S)
    clock._broker = Server(host, [(0.001, 0.001)])
    clock.measure()

    assert off_s == pytest.approx(0.05, abs=1e-5)
    assert clock.now_s() == pytest.approx(host.now_s + AHEAD_S, abs=1e-5)


def test_a_busy_moment_does_not_put_off_a_clock_that_is_known_better(host: HostTime) -> None:
    clock = BrokerClock(Server(host, [(0.001, 0.001)]))
    clock._broker = Server(host, [(0.3, 0.0)])
    clock.measure()
    assert clock.now_s() == pytest.approx(host.now_s + AHEAD_S, abs=1e-5)

    # It is better than none after a long while, in which clocks drift.
    host.now_s += 3000.0
    clock.measure()
    assert clock.now_s() == pytest.approx(host.now_s + AHEAD_S + 0.15, abs=1e-5)


def test_a_busy_moment_tells_all_the_same_that_the_host_slept(host: HostTime) -> None:
    clock = BrokerClock(Server(host, [(0.001, 0.001)]))
    clock.reading = replace(clock.reading, broker_s=clock.reading.broker_s - 60.0)  # in which the monotonic clock stood still
    clock._broker = Server(host, [(0.3, 0.3)])
    clock.measure()

    assert clock.now_s() == pytest.approx(host.now_s + AHEAD_S, abs=1e-5)


ways = st.lists(st.tuples(st.floats(1e-4, 1.0), st.floats(1e-4, 1.0)), min_size=SAMPLES, max_size=SAMPLES)


@given(ways)
def test_the_clock_is_never_off_by_more_than_half_the_shortest_round_trip(ways: list[tuple[float, float]]) -> None:
    host = HostTime()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(module, "time", host)
        clock = BrokerClock(Server(host, ways))
        off_s = abs(clock.now_s() - (host.now_s + AHEAD_S))

    assert off_s <= min(there + back for there, back in ways) / 2 + 2e-6


@pytest.mark.parametrize(("off_s", "said"), [(20.0, "is 20 s ahead of the broker's"), (-90.0, "is 90 s behind the broker's")])
def test_a_clock_that_is_off_by_a_good_part_of_the_timeout_is_refused(host: HostTime, off_s: float, said: str) -> None:
    clock = BrokerClock(Server(host, [(0.001, 0.001)] * SAMPLES))
    host.wall_s += 15.0
    check_clock(clock, visibility_timeout_s=60.0)
    host.wall_s += off_s - 15.0

    with pytest.raises(BadInputError, match=said):
        check_clock(clock, visibility_timeout_s=60.0)
