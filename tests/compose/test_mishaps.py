"""What goes wrong in a lab, and who comes from elsewhere with a clock of its own: nothing is lost."""

import csv
import json
import time
from collections import Counter

import pytest

from tests.compose.guests import AHEAD_S, Guests, joined
from tests.compose.lab import BATCH, ORDERS, Lab, assert_nothing_lost, docker, ended, wait_until, wait_until_served

# A clock is known to half a round trip, which is some milliseconds where a busy computer just began to measure.
KNOWN_TO_S = 0.05

pytestmark = pytest.mark.usefixtures("green_after_s")


def test_a_worker_that_is_stuck_is_not_well_until_it_goes_on(lab: Lab) -> None:
    [solo] = lab.containers("solo")
    name = docker("inspect", solo, "--format", "{{.Name}}").removeprefix("/")

    docker("exec", solo, "sh", "-c", "kill -STOP -1")
    wait_until(lambda: lab.states()[name][1] == "unhealthy", "the health check tells of it")
    docker("exec", solo, "sh", "-c", "kill -CONT -1")

    wait_until(lab.is_green, "it is well again")


def test_a_worker_that_is_killed_loses_nothing(lab: Lab) -> None:
    lab.scale(3)

    process = lab.start_run(*BATCH)
    wait_until_served(process, 1)
    docker("kill", lab.containers("threads")[0])

    assert_nothing_lost(ended(process), ORDERS)


def test_a_broker_that_restarts_loses_nothing(lab: Lab) -> None:
    lab.scale(2)

    process = lab.start_run(*BATCH)
    wait_until_served(process, 1)
    lab.compose("restart", "redis")

    assert_nothing_lost(ended(process), ORDERS)


def test_workers_from_elsewhere_take_their_share_whatever_their_clocks_say(lab: Lab, guests: Guests) -> None:
    wait_until(lambda: guests.hosts <= {row["host"] for row in lab.roster("threads")}, "the guests are here")

    started_s = time.monotonic()
    summary = lab.run(*BATCH)
    took_s = time.monotonic() - started_s

    assert_nothing_lost(summary, ORDERS)
    rows = list(csv.DictReader(lab.stored(summary["run"], "tasks.csv").splitlines()))
    assert guests.hosts <= {row["host"] for row in rows}
    # On the guest's own clock its bars would lie a hundred seconds after all others.
    bent = [row for row in rows if not -KNOWN_TO_S <= float(row["start_s"]) <= float(row["end_s"]) <= took_s]
    assert bent == []
    workers = json.loads(lab.stored(summary["run"], "manifest.json"))["workers"].values()
    [offset_s] = [worker["clock_offset_s"] for worker in workers if worker["host"] == guests.early_host]
    assert offset_s == pytest.approx(-AHEAD_S, abs=2)


def test_a_worker_who_joined_as_it_is_typed_takes_its_share(lab: Lab, far_network: tuple[str, str]) -> None:
    with joined(lab, far_network[0], "--pool", "prefork", "--slots", "4", "--name", "ana") as host:
        wait_until(lambda: host in {row["host"] for row in lab.roster("prefork")}, "ana is here")
        summary = lab.run("coffee", "--orders", "24", "--speed", "240", "--pool", "prefork")

    assert_nothing_lost(summary, 24)
    shares = Counter(row["worker"] for row in csv.DictReader(lab.stored(summary["run"], "tasks.csv").splitlines()))
    assert len(shares) == 2
    assert shares[f"ana@{host}"] > 0
