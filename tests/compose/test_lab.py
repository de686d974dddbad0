"""The lab, from `docker compose up` to a curve: what somebody who types it meets."""

import json
from urllib.parse import urlsplit

import pytest

from tests.compose.lab import BATCH, ORDERS, Lab, assert_nothing_lost, docker, is_published_at, tell, wait_until

pytestmark = pytest.mark.usefixtures("green_after_s")

GREEN_WITHIN_S = 60.0
OPENING_ORDERS = 24
MOST_OF_ONE_WORKERS_TIME = 0.45
SERVICES = ("redis", "solo", "prefork", "threads", "gevent", "collector", "flower")


def is_over(lab: Lab, service: str) -> bool:
    return any(state == "exited" for name, (state, _) in lab.states().items() if f"-{service}-" in name)


def succeeded(lab: Lab) -> list[dict[str, str]]:
    """The tasks that Flower knows to have succeeded."""
    return list(lab.flower("/api/tasks?state=SUCCESS&limit=1000").values())


def test_nobody_is_root_or_may_write_or_reach_docker(lab: Lab) -> None:
    form = "{{.HostConfig.ReadonlyRootfs}} {{.HostConfig.CapDrop}} {{.HostConfig.Init}}"
    for service in SERVICES:
        [container] = lab.containers(service)
        assert docker("inspect", container, "--format", form) == "true [ALL] true", service
        assert docker("exec", container, "id", "-u") != "0", service
        assert "docker.sock" not in docker("inspect", container), service


def test_redis_asks_who_comes_and_keeps_what_it_takes_in(lab: Lab) -> None:
    [redis] = lab.containers("redis")
    password = urlsplit(lab.url()).password

    assert "NOAUTH" in docker("exec", redis, "redis-cli", "ping")
    told = docker("exec", "--env", f"REDISCLI_AUTH={password}", redis, "redis-cli", "info", "everything").split()
    assert {"maxmemory_policy:noeviction", "aof_enabled:1"} <= set(told)


def test_every_health_check_is_green_soon(green_after_s: float, capsys: pytest.CaptureFixture[str]) -> None:
    tell(capsys, f"green after {green_after_s:.1f} s")

    assert green_after_s <= GREEN_WITHIN_S


def test_the_opening_run_passes_and_says_where_to_go(lab: Lab) -> None:
    wait_until(lambda: is_over(lab, "opening"), "the opening run is over")

    said = docker("logs", *lab.containers("opening", "--all")).splitlines()
    assert said[-4].startswith(f"Redis is open to the network at {lab.publish}: ")
    assert said[-3] == f"The page:  http://127.0.0.1:{lab.page_port}"
    assert said[-2].startswith(f"Flower:    http://127.0.0.1:{lab.flower_port}  (user lab")
    assert said[-1].startswith("Next:      docker compose up -d --scale threads=4")
    assert_nothing_lost(json.loads(lab.stored("latest", "summary.json")), OPENING_ORDERS)


def test_flower_counts_what_we_count(lab: Lab) -> None:
    wait_until(lambda: is_over(lab, "opening"), "the opening run is over")

    wait_until(lambda: len(succeeded(lab)) >= OPENING_ORDERS, "Flower has heard of every order")
    assert len(succeeded(lab)) == json.loads(lab.stored("latest", "summary.json"))["jobs"]["done"]
    # Flower knows the workers by the names of their baristas.
    ours = {row["worker"] for pool in ("solo", "prefork", "threads", "gevent") for row in lab.roster(pool)}
    assert ours <= lab.flower("/api/workers?status=true").keys()
    assert {task["worker"] for task in succeeded(lab)} == {row["worker"] for row in lab.roster("threads")}

    # Its history outlives it.
    lab.compose("restart", "flower")
    wait_until(lab.is_green, "Flower is back")
    assert len(succeeded(lab)) == OPENING_ORDERS


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


def test_three_workers_are_three_groups_of_lanes_and_faster(lab: Lab, capsys: pytest.CaptureFixture[str]) -> None:
    one = lab.run(*BATCH)
    runs = lab.runs()
    lab.compose("up", "--detach", "--scale", "threads=3")
    wait_until(lambda: len(lab.roster("threads")) == 3, "three workers of threads are here")
    wait_until(lambda: is_over(lab, "opening"), "the lab has said again where to look")
    assert lab.runs() == runs  # the opening run is not made again
    three = lab.run(*BATCH)

    assert_nothing_lost(one, ORDERS)
    assert_nothing_lost(three, ORDERS)
    assert (one["workers"], three["workers"]) == (1, 3)
    lanes = lab.page(f"/api/runs/{three['run']}")
    assert len({worker for worker, _ in lanes["lanes"]}) == 3
    tell(capsys, f"three workers took {three['completion_s'] / one['completion_s']:.2f} of one worker's time")
    assert three["completion_s"] / one["completion_s"] <= MOST_OF_ONE_WORKERS_TIME


def test_flower_still_counts_what_we_count(lab: Lab) -> None:
    done = sum(json.loads(lab.stored(run, "summary.json"))["jobs"]["done"] for run in lab.runs())

    assert done > 2 * ORDERS
    wait_until(lambda: len(succeeded(lab)) >= done, "Flower has heard of every order")
    assert len(succeeded(lab)) == done


def test_a_curve_from_outside_uses_the_workers_that_it_brings(lab: Lab) -> None:
    # The script brings a fourth; the command, in a container without a right over Docker, lets one, two, all four work.
    said = lab.type("scripts/scale", "threads", "1,2,4", "--orders", "12", "--speed", "1000", "--repeats", "1", "--json")

    assert len(lab.roster("threads")) == 4
    runs = json.loads(said)["runs"]
    assert {run["workers"] for run in runs} == {1, 2, 4}
    for run in runs:
        assert_nothing_lost(run, 12)
    assert json.loads(lab.stored("latest", "summary.json"))["runs"] == runs


def test_more_workers_than_there_are_is_an_error_that_says_what_to_type(lab: Lab) -> None:
    runs = lab.runs()
    process = lab.start_run("coffee", "--pool", "threads", "--workers", "9")
    _, told = process.communicate(timeout=60)

    assert process.returncode == 2
    assert "docker compose up -d --scale threads=9 threads" in told
    assert lab.runs() == runs  # and there is no folder of a run that never was


def test_a_lab_that_was_opened_stays_open_whatever_is_typed_next(lab: Lab) -> None:
    [redis] = lab.containers("redis")
    assert is_published_at(redis, lab.publish)

    lab.compose("run", "--rm", "-T", "producer", "workers")
    lab.compose("up", "--detach", "--scale", "threads=3")

    assert lab.containers("redis") == [redis]
    assert is_published_at(redis, lab.publish)
