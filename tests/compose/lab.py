"""A lab of containers, as somebody who types `docker compose` meets it."""

import json
import os
import shutil
import socket
import subprocess
import time
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any, cast

import httpx
import pytest

ROOT = Path(__file__).parents[2]
BUILD_TIMEOUT_S = 900
TIMEOUT_S = 180

# The batch that README.md types. In the lab one worker is held back by its four slots, 18 s of orders in each, and two
# cores do all its hands in 3 s: so three workers take 0.37 of one's time in the model, and a busy computer bends that little.
ORDERS = 80
BATCH = ("coffee", "--orders", str(ORDERS), "--pool", "threads")


def docker(*arguments: str, timeout_s: float = TIMEOUT_S, check: bool = True) -> str:
    """What `docker ...` prints."""
    done = subprocess.run(["docker", *arguments], capture_output=True, text=True, timeout=timeout_s, check=False)
    if check and done.returncode:
        raise AssertionError(f"docker {' '.join(arguments)} ended with {done.returncode}: {done.stdout}\n{done.stderr}")
    return done.stdout.strip()


def wait_until(holds: Callable[[], Any], what: str, timeout_s: float = TIMEOUT_S) -> Any:
    """The first true answer of `holds`."""
    give_up_s = time.monotonic() + timeout_s
    while not (answer := holds()):
        assert time.monotonic() < give_up_s, f"not within {timeout_s:g} s: {what}"
        time.sleep(0.2)
    return answer


def images_of(project: str) -> set[str]:
    """The images that Compose built for a project, those too that newer ones took the name of."""
    return set(docker("images", "--all", "--quiet", "--filter", f"label=com.docker.compose.project={project}").split())


def remove_images(project: str) -> None:
    """Take away what Compose built for a project."""
    if images := images_of(project):
        docker("rmi", "--force", *images)


def left(project: str, label: str = "com.docker.compose.project") -> list[str]:
    """Containers, volumes and networks that bear a label with a project's name."""
    return [
        found
        for kind, options in (("container", ["--all"]), ("volume", []), ("network", []))
        for found in docker(kind, "ls", "-q", *options, "--filter", f"label={label}={project}").split()
    ]


def free_ports(count: int) -> list[int]:
    """Ports that nobody listens at now."""
    probes = [socket.socket() for _ in range(count)]
    for probe in probes:
        probe.bind(("127.0.0.1", 0))
    ports = [int(probe.getsockname()[1]) for probe in probes]
    for probe in probes:
        probe.close()
    return ports


def environment() -> dict[str, str]:
    """The environment of a shell in which nobody set anything for a lab."""
    ours = ("MANYHANDS_", "COMPOSE_")
    return {name: value for name, value in os.environ.items() if not name.startswith(ours)}


# What a fresh clone has not.
NOT_CLONED = shutil.ignore_patterns(".git", ".venv", ".env", "runs", "__pycache__", ".*_cache", ".hypothesis", "*.egg-info")


def clone(folder: Path) -> None:
    """The project's files, as they are now, in another folder."""
    shutil.copytree(ROOT, folder, ignore=NOT_CLONED, dirs_exist_ok=True)


class Lab:
    """A clone of the project in a folder of its own, and the lab that its `.env` describes: Redis is published at `publish`.

    No command has a variable in its environment, as somebody's later commands have none.
    """

    def __init__(self, folder: Path, project: str, publish: str) -> None:
        self.folder = folder
        self.project = project
        self.publish = publish
        self.label = f"com.docker.compose.project={project}"
        self.redis_port, self.tls_port, self.page_port, self.flower_port = free_ports(4)
        self.images = {"worker": f"{project}-worker", "lab": f"{project}-lab"}
        clone(folder)
        self.set(
            COMPOSE_PROJECT_NAME=project,
            MANYHANDS_WORKER_IMAGE=self.images["worker"],
            MANYHANDS_LAB_IMAGE=self.images["lab"],
            MANYHANDS_PUBLISH=publish,
            MANYHANDS_REDIS_PORT=self.redis_port,
            MANYHANDS_REDIS_TLS_PORT=self.tls_port,
            MANYHANDS_PAGE_PORT=self.page_port,
            MANYHANDS_FLOWER_PORT=self.flower_port,
        )

    def set(self, **variables: object) -> None:
        """Add lines to `.env`; None takes a variable out."""
        file = self.folder / ".env"
        lines = file.read_text(encoding="utf-8").splitlines() if file.exists() else []
        kept = [line for line in lines if line.partition("=")[0] not in variables]
        added = [f"{name}={value}" for name, value in variables.items() if value is not None]
        file.write_text("".join(f"{line}\n" for line in (*kept, *added)), encoding="utf-8")

    def compose(self, *arguments: str, timeout_s: float = TIMEOUT_S) -> str:
        """What `docker compose ...` prints on standard output."""
        return self.type("docker", "compose", *arguments, timeout_s=timeout_s)

    def type(self, *command: str, timeout_s: float = TIMEOUT_S) -> str:
        """What a command that is typed in the project's folder prints on standard output."""
        done = subprocess.run(
            command,
            cwd=self.folder,
            env=environment(),
            capture_output=True,
            text=True,
            timeout=timeout_s,
            check=False,
        )
        assert done.returncode == 0, f"{' '.join(command)}: {done.stdout}\n{done.stderr}"
        return done.stdout

    def run(self, *arguments: str) -> dict[str, Any]:
        """The summary of `manyhands run ...`, typed in the lab."""
        return cast("dict[str, Any]", json.loads(self.compose(*_run(arguments))))

    def start_run(self, *arguments: str) -> "subprocess.Popen[str]":
        """The same, under way."""
        command = ["docker", "compose", *_run(arguments)]
        return subprocess.Popen(
            command, cwd=self.folder, env=environment(), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        )

    def states(self) -> dict[str, tuple[str, str]]:
        """State and health of each container, by its name."""
        rows = [json.loads(line) for line in self.compose("ps", "--all", "--format", "json").splitlines()]
        return {row["Name"]: (row["State"], row["Health"]) for row in rows}

    def is_green(self) -> bool:
        """Whether every container runs and is well, or has done what it was for."""
        return all(
            health in ("healthy", "") and (state == "running" or name.split("-")[-2] in ("keys", "opening"))
            for name, (state, health) in self.states().items()
        )

    def scale(self, count: int) -> None:
        """So many workers of threads, all of them here."""
        self.compose("up", "--detach", "--no-recreate", "--scale", f"threads={count}", "threads")
        wait_until(lambda: len(self.roster("threads")) == count, f"{count} workers of threads are here")

    def containers(self, service: str, *options: str) -> list[str]:
        """The containers of a service that run; with `--all` those too that ended."""
        filters = ("--filter", f"label={self.label}", "--filter", f"label=com.docker.compose.service={service}")
        return sorted(docker("ps", "-q", *options, *filters).split())

    def roster(self, pool: str) -> list[dict[str, Any]]:
        """The workers of a pool, as the page tells them."""
        return [row for row in self.page("/api/lab")["workers"] if row["pool"] == pool]

    def page(self, path: str) -> Any:
        """What the page answers, as JSON."""
        return httpx.get(f"http://127.0.0.1:{self.page_port}{path}", timeout=10).raise_for_status().json()

    def flower(self, path: str) -> Any:
        """What Flower's API answers, as JSON."""
        password = self.compose("exec", "-T", "flower", "cat", "/keys/flower")
        url = f"http://127.0.0.1:{self.flower_port}{path}"
        return httpx.get(url, auth=("lab", password), timeout=10).raise_for_status().json()

    def url(self, scheme: str = "redis") -> str:
        """Where somebody outside the lab finds its broker."""
        inside = self.compose("exec", "-T", "collector", "cat", "/keys/broker-url")
        password = inside.partition("://:")[2].partition("@")[0]
        port = self.redis_port if scheme == "redis" else self.tls_port
        return f"{scheme}://:{password}@{self.publish}:{port}/0"

    def runs(self) -> list[str]:
        """The folders of all runs so far."""
        return self.compose("exec", "-T", "collector", "ls", "/runs").replace("latest\n", "").split()

    def stored(self, run: str, name: str) -> str:
        """A file of a run's folder."""
        return self.compose("exec", "-T", "collector", "cat", f"/runs/{run}/{name}")


def _run(arguments: Iterable[str]) -> list[str]:
    return ["run", "--rm", "-T", "producer", "run", *arguments, "--json"]


def ended(process: "subprocess.Popen[str]") -> dict[str, Any]:
    """The summary of a run that was under way."""
    said, told = process.communicate(timeout=TIMEOUT_S)
    assert process.returncode == 0, told
    return cast("dict[str, Any]", json.loads(said))


def wait_until_served(process: "subprocess.Popen[str]", least: int) -> None:
    """Until a run under way says that so many jobs have ended."""
    assert process.stderr is not None
    for line in cast("Iterable[str]", process.stderr):
        words = line.rpartition(": ")[2].split()
        if len(words) > 2 and words[1] == "of" and words[0].isdigit() and int(words[0]) >= least:
            return
    raise AssertionError("the run ended before")


def assert_nothing_lost(summary: dict[str, object], orders: int) -> None:
    jobs = summary["jobs"]
    assert isinstance(jobs, dict)
    assert (jobs["sent"], jobs["done"], jobs["failed"], jobs["lost"]) == (orders, orders, 0, 0)
    assert summary["verdict"] == "pass"


def is_published_at(redis: str, address: str) -> bool:
    """Whether both ports of a container of Redis are to be reached at one address of this machine, and nowhere else."""
    ports = docker("port", redis).splitlines()
    return len(ports) == 2 and all(port.split(" -> ")[1].rpartition(":")[0] == address for port in ports)


def tell(capsys: pytest.CaptureFixture[str], line: str) -> None:
    """What was measured is worth knowing where the test passes too."""
    with capsys.disabled():
        print(f"\n{line}", end="")
