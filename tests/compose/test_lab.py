"""The lab in containers: `docker compose up`, scaled, disturbed, joined from elsewhere, and gone."""

import csv
import json
import time

import pytest

from tests.compose.guests import AHEAD_S, Guests
from tests.compose.lab import Lab, docker, ended, wait_until, wait_until_served

# The image of a worker may be this much larger than the one it is made from.
MOST_BYTES = 90_000_000
GREEN_WITHIN_S = 60.0
OPENING_ORDERS = 24

# Three workers against one, on teas: they wait nearly all the time, so that a busy computer hardly bends their figures.
MOST_OF_ONE_WORKERS_TIME = 0.45
TEAS = ("coffee", "/teas.csv", "--orders", "48", "--speed", "80", "--pool", "threads")
MANY_TEAS = ("coffee", "/teas.csv", "--orders", "120", "--pool", "threads")


@pytest.fixture(scope="module", autouse=True)
def green_after_s(lab: Lab) -> float:
    """The lab is up: how long it took from `docker compose up` until every health check was green."""
    started_s = time.monotonic()
    lab.compose("up", "--detach")
    wait_until(lambda: is_green(lab), "every health check is green")
    return time.monotonic() - started_s


def is_green(lab: Lab) -> bool:
    return all(
        health in ("healthy", "") and (state == "running" or name.split("-")[-2] in ("keys", "opening"))
        for name, (state, health) in lab.states().items()
    )


def scale(lab: Lab, count: int) -> None:
    lab.compose("up", "--detach", "--no-recreate", "--scale", f"threads={count}", "threads")
    wait_until(lambda: len(lab.roster("threads")) == count, f"{count} workers of threads are here")


def is_over(lab: Lab, service: str) -> bool:
    return any(state == "exited" for name, (state, _) in lab.states().items() if f"-{service}-" in name)


def assert_nothing_lost(summary: dict[str, object], orders: int) -> None:
    jobs = summary["jobs"]
    assert isinstance(jobs, dict)
    assert (jobs["sent"], jobs["done"], jobs["failed"], jobs["lost"]) == (orders, orders, 0, 0)
    assert summary["verdict"] == "pass"


def test_a_workers_image_is_hardly_larger_than_its_base(lab: Lab) -> None:
    sizes = {
        image: int(docker("image", "inspect", image, "--format", "{{.Size}}"))
        for image in ("python:3.13-slim", *lab.images.values())
    }
    for image, size in sizes.items():
        print(f"{image}: {size / 1e6:.1f} MB")

    assert sizes[lab.images["worker"]] - sizes["python:3.13-slim"] <= MOST_BYTES


def test_no_secret_is_in_an_image(lab: Lab) -> None:
    for image in lab.images.values():
        assert "/keys" not in docker("run", "--rm", "--entrypoint", "ls", image, "/")
        assert "PASSWORD" not in docker("image", "inspect", image, "--format", "{{.Config.Env}}").upper()


def test_every_health_check_is_green_soon(green_after_s: float) -> None:
    print(f"green after {green_after_s:.1f} s")

    assert green_after_s <= GREEN_WITHIN_S


def test_the_opening_run_passes_and_says_where_to_go(lab: Lab) -> None:
    wait_until(lambda: is_over(lab, "opening"), "the opening run is over")

    said = docker("logs", *lab.containers("opening", "--all")).splitlines()
    assert [line.split()[0] for line in said[-3:]] == ["The", "Flower:", "Next:"]
    assert_nothing_lost(json.loads(lab.stored("latest", "summary.json")), OPENING_ORDERS)


def test_flower_counts_what_we_count(lab: Lab) -> None:
    wait_until(lambda: is_over(lab, "opening"), "the opening run is over")

    def succeeded() -> list[dict[str, str]]:
        return list(lab.flower("/api/tasks?state=SUCCESS&limit=1000").values())

    wait_until(lambda: len(succeeded()) >= OPENING_ORDERS, "Flower has heard of every order")
    assert len(succeeded()) == json.loads(lab.stored("latest", "summary.json"))["jobs"]["done"]
    # Flower knows the workers by the names of their baristas.
    ours = {row["worker"] for pool in ("solo", "prefork", "threads", "gevent") for row in lab.roster(pool)}
    assert ours <= lab.flower("/api/workers?status=true").keys()
    assert {task["worker"] for task in succeeded()} == {row["worker"] for row in lab.roster("threads")}

    # Its history outlives it.
    lab.compose("restart", "flower")
    wait_until(lambda: is_green(lab), "Flower is back")
    assert len(succeeded()) == OPENING_ORDERS


def test_flower_wants_a_password(lab: Lab) -> None:
    code = docker(
        *("run", "--rm", "--network", f"{lab.project}_default", "--entrypoint", "python", lab.images["lab"], "-c"),
        "import urllib.request as r, urllib.error as e\n"
        "try: print(r.urlopen('http://flower:5555/api/workers').status)\n"
        "except e.HTTPError as error: print(error.code)",
    )

    assert code == "401"


@pytest.mark.parametrize("pool", ["solo", "prefork", "gevent"])
def test_a_run_uses_the_worker_of_its_pool(lab: Lab, pool: str) -> None:
    summary = lab.run("coffee", "--orders", "6", "--speed", "1000", "--pool", pool)

    assert_nothing_lost(summary, 6)
    assert summary["workers"] == 1


def test_three_workers_are_three_groups_of_lanes_and_faster(lab: Lab) -> None:
    one = lab.run(*TEAS)
    scale(lab, 3)
    three = lab.run(*TEAS)

    assert_nothing_lost(one, 48)
    assert_nothing_lost(three, 48)
    assert (one["workers"], three["workers"]) == (1, 3)
    lanes = lab.page(f"/api/runs/{three['run']}")
    assert len({worker for worker, _ in lanes["lanes"]}) == 3
    print(f"three workers took {three['completion_s'] / one['completion_s']:.2f} of one worker's time")
    assert three["completion_s"] / one["completion_s"] <= MOST_OF_ONE_WORKERS_TIME


def test_a_curve_needs_no_right_over_docker(lab: Lab) -> None:
    scale(lab, 3)

    said = lab.compose(
        *("run", "--rm", "-T", "producer", "scale", "coffee", "--orders", "12", "--speed", "1000"),
        *("--pool", "threads", "--workers", "1,2,3", "--repeats", "1", "--json"),
    )

    runs = json.loads(said)["runs"]
    assert {run["workers"] for run in runs} == {1, 2, 3}
    for run in runs:
        assert_nothing_lost(run, 12)


def test_more_workers_than_there_are_is_an_error_that_says_what_to_type(lab: Lab) -> None:
    process = lab.start_run("coffee", "--pool", "threads", "--workers", "9")
    _, told = process.communicate(timeout=60)

    assert process.returncode == 2
    assert "docker compose up -d --scale threads=9 threads" in told


def test_a_worker_that_is_killed_loses_nothing(lab: Lab) -> None:
    scale(lab, 3)

    process = lab.start_run(*MANY_TEAS)
    wait_until_served(process, 1)
    docker("kill", lab.containers("threads")[0])

    assert_nothing_lost(ended(process), 120)


def test_a_broker_that_restarts_loses_nothing(lab: Lab) -> None:
    scale(lab, 2)

    process = lab.start_run(*MANY_TEAS)
    wait_until_served(process, 1)
    lab.compose("restart", "redis")

    assert_nothing_lost(ended(process), 120)


def test_workers_from_elsewhere_take_their_share_whatever_their_clocks_say(lab: Lab, guests: Guests) -> None:
    wait_until(lambda: guests.hosts <= {row["host"] for row in lab.roster("threads")}, "the guests are here")

    started_s = time.monotonic()
    summary = lab.run(*TEAS)
    took_s = time.monotonic() - started_s

    assert_nothing_lost(summary, 48)
    rows = list(csv.DictReader(lab.stored(summary["run"], "tasks.csv").splitlines()))
    assert guests.hosts <= {row["host"] for row in rows}
    # On the guest's own clock its bars would lie a hundred seconds after all others.
    assert all(0 <= float(row["start_s"]) <= float(row["end_s"]) <= took_s for row in rows)
    workers = json.loads(lab.stored(summary["run"], "manifest.json"))["workers"].values()
    [offset_s] = [worker["clock_offset_s"] for worker in workers if worker["host"] == guests.early_host]
    assert offset_s == pytest.approx(-AHEAD_S, abs=2)


def test_nothing_is_left_after_down(lab: Lab) -> None:
    lab.compose("--profile", "tools", "down", "--volumes", "--remove-orphans")

    assert lab.left() == []
