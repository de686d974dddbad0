"""The lab in containers: `docker compose up`, scaled, disturbed, joined from elsewhere, and gone."""

import csv
import json
import time
from collections import Counter

import pytest

from tests.compose.guests import AHEAD_S, Guests, joined
from tests.compose.lab import Lab, docker, ended, images_of, left, wait_until, wait_until_served

# The image of a worker may be this much larger than the one it is made from.
MOST_BYTES = 90_000_000
GREEN_WITHIN_S = 60.0
OPENING_ORDERS = 24

# The batch that README.md types. In the lab one worker is held back by its four slots, 18 s of orders in each, and two
# cores do all its hands in 3 s: so three workers take 0.37 of one's time in the model, and a busy computer bends that little.
ORDERS = 80
BATCH = ("coffee", "--orders", str(ORDERS), "--pool", "threads")
MOST_OF_ONE_WORKERS_TIME = 0.45


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


def is_published_at(redis: str, address: str) -> bool:
    """Whether both ports of a container of Redis are to be reached at one address of this machine, and nowhere else."""
    ports = docker("port", redis).splitlines()
    return len(ports) == 2 and all(port.split(" -> ")[1].rpartition(":")[0] == address for port in ports)


def is_over(lab: Lab, service: str) -> bool:
    return any(state == "exited" for name, (state, _) in lab.states().items() if f"-{service}-" in name)


def succeeded(lab: Lab) -> list[dict[str, str]]:
    """The tasks that Flower knows to have succeeded."""
    return list(lab.flower("/api/tasks?state=SUCCESS&limit=1000").values())


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


def test_an_image_is_built_once_for_all_its_services(lab: Lab) -> None:
    assert len(images_of(lab.project)) == len(lab.images)


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

    wait_until(lambda: len(succeeded(lab)) >= OPENING_ORDERS, "Flower has heard of every order")
    assert len(succeeded(lab)) == json.loads(lab.stored("latest", "summary.json"))["jobs"]["done"]
    # Flower knows the workers by the names of their baristas.
    ours = {row["worker"] for pool in ("solo", "prefork", "threads", "gevent") for row in lab.roster(pool)}
    assert ours <= lab.flower("/api/workers?status=true").keys()
    assert {task["worker"] for task in succeeded(lab)} == {row["worker"] for row in lab.roster("threads")}

    # Its history outlives it.
    lab.compose("restart", "flower")
    wait_until(lambda: is_green(lab), "Flower is back")
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


def test_three_workers_are_three_groups_of_lanes_and_faster(lab: Lab) -> None:
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
    print(f"three workers took {three['completion_s'] / one['completion_s']:.2f} of one worker's time")
    assert three["completion_s"] / one["completion_s"] <= MOST_OF_ONE_WORKERS_TIME


def test_flower_still_counts_what_we_count(lab: Lab) -> None:
    done = sum(json.loads(lab.stored(run, "summary.json"))["jobs"]["done"] for run in lab.runs())

    assert done > 2 * ORDERS
    wait_until(lambda: len(succeeded(lab)) >= done, "Flower has heard of every order")
    assert len(succeeded(lab)) == done


def test_a_curve_from_outside_uses_the_workers_that_it_brings(lab: Lab) -> None:
    # The script brings a fourth; the command, in a container without a right over Docker, lets one and then all four work.
    said = lab.type("scripts/scale", "threads", "1,4", "--orders", "12", "--speed", "1000", "--repeats", "1", "--json")

    assert len(lab.roster("threads")) == 4
    runs = json.loads(said)["runs"]
    assert {run["workers"] for run in runs} == {1, 4}
    for run in runs:
        assert_nothing_lost(run, 12)
    assert json.loads(lab.stored("latest", "summary.json"))["runs"] == runs


def test_more_workers_than_there_are_is_an_error_that_says_what_to_type(lab: Lab) -> None:
    process = lab.start_run("coffee", "--pool", "threads", "--workers", "9")
    _, told = process.communicate(timeout=60)

    assert process.returncode == 2
    assert "docker compose up -d --scale threads=9 threads" in told


def test_a_lab_that_was_opened_stays_open_whatever_is_typed_next(lab: Lab) -> None:
    [redis] = lab.containers("redis")
    assert is_published_at(redis, lab.publish)

    lab.compose("run", "--rm", "-T", "producer", "workers")
    lab.compose("up", "--detach", "--scale", "threads=3")

    assert lab.containers("redis") == [redis]
    assert is_published_at(redis, lab.publish)


def test_a_worker_that_is_killed_loses_nothing(lab: Lab) -> None:
    scale(lab, 3)

    process = lab.start_run(*BATCH)
    wait_until_served(process, 1)
    docker("kill", lab.containers("threads")[0])

    assert_nothing_lost(ended(process), ORDERS)


def test_a_broker_that_restarts_loses_nothing(lab: Lab) -> None:
    scale(lab, 2)

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
    assert all(0 <= float(row["start_s"]) <= float(row["end_s"]) <= took_s for row in rows)
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


def test_a_lab_that_is_closed_again_is_on_loopback_alone(lab: Lab) -> None:
    lab.set(MANYHANDS_PUBLISH=None)
    lab.compose("up", "--detach", "redis")

    [redis] = lab.containers("redis")
    assert is_published_at(redis, "127.0.0.1")


def test_newer_files_are_what_the_next_up_brings(lab: Lab) -> None:
    about = lab.folder / "manyhands" / "__init__.py"
    about.write_text(f'{about.read_text(encoding="utf-8")}\n__version__ = "99.0.0"\n', encoding="utf-8")

    lab.compose("up", "--detach")

    assert "99.0.0" in lab.compose("run", "--rm", "-T", "producer", "--version")
    assert "99.0.0" in lab.compose("exec", "-T", "collector", "python", "-m", "manyhands", "--version")


def test_nothing_is_left_after_down(lab: Lab) -> None:
    lab.compose("--profile", "tools", "down", "--volumes", "--remove-orphans")

    assert left(lab.project) == []
