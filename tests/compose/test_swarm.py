"""The lab on a swarm of one node. It stands last, since leaving a swarm disturbs the names of other networks."""

import json
import subprocess
from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import httpx
import pytest

from tests.compose.conftest import require_engine
from tests.compose.lab import clone, docker, environment, free_ports, left, remove_images, wait_until


class Swarm:
    """A stack, by `scripts/swarm` in a clone of the project, with images of its own."""

    def __init__(self, folder: Path, stack: str) -> None:
        self.folder = folder
        self.stack = stack
        clone(folder)
        self.page_port, self.flower_port = free_ports(2)
        self._environment = {
            **environment(),
            "COMPOSE_PROJECT_NAME": stack,
            "MANYHANDS_STACK": stack,
            "MANYHANDS_WORKER_IMAGE": f"{stack}-worker",
            "MANYHANDS_LAB_IMAGE": f"{stack}-lab",
            "MANYHANDS_PAGE_PORT": str(self.page_port),
            "MANYHANDS_FLOWER_PORT": str(self.flower_port),
        }

    def script(self, *arguments: str) -> str:
        """What `scripts/swarm ...` prints."""
        done = subprocess.run(
            [self.folder / "scripts" / "swarm", *arguments],
            env=self._environment,
            capture_output=True,
            text=True,
            timeout=300,
            check=False,
        )
        assert done.returncode == 0, f"{done.stdout}\n{done.stderr}"
        return done.stdout

    def replicas(self) -> dict[str, str]:
        """Running and wanted tasks of each service, such as `1/1`."""
        listed = docker("stack", "services", self.stack, "--format", "{{.Name}} {{.Replicas}}").splitlines()
        return {line.split()[0].removeprefix(f"{self.stack}_"): line.split()[1] for line in listed}

    def is_gone(self) -> bool:
        """Whether nothing of the stack is left."""
        return not left(self.stack, "com.docker.stack.namespace")

    def containers(self, service: str) -> list[str]:
        """The containers of a service that run."""
        return docker("ps", "--quiet", "--filter", f"label=com.docker.swarm.service.name={self.stack}_{service}").split()

    def version(self) -> str:
        """The version of the page, or nothing while it is away."""
        try:
            password = self.script("password", "page").strip()
            told = httpx.get(f"http://127.0.0.1:{self.page_port}/api/lab", auth=("lab", password), timeout=10).json()
        except (AssertionError, httpx.HTTPError):
            return ""
        return str(told["version"])

    def workers(self, pool: str) -> int:
        """The workers of a pool that are on the roster."""
        return self.script("workers").count(f" {pool} ")


@pytest.fixture(scope="module")
def swarm(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Swarm]:
    require_engine()
    # Somebody's swarm is used as it is, and stays.
    is_ours = docker("info", "--format", "{{.Swarm.LocalNodeState}}") == "inactive"
    if is_ours:
        docker("swarm", "init", "--advertise-addr", "127.0.0.1")
    swarm = Swarm(tmp_path_factory.mktemp("clone"), f"manyhands-{uuid4().hex[:8]}")
    try:
        swarm.script("up")
        yield swarm
    finally:
        swarm.script("down", "--volumes")
        wait_until(swarm.is_gone, "nothing of the stack is left")
        remove_images(swarm.stack)
        if is_ours:
            docker("swarm", "leave", "--force")


def test_a_stack_is_deployed_and_scaled_and_serves(swarm: Swarm) -> None:
    wait_until(lambda: all(ready == "1/1" for ready in swarm.replicas().values()), "every service runs")
    wait_until(lambda: swarm.workers("threads") == 1, "the worker is here")

    docker("service", "scale", "--detach", f"{swarm.stack}_threads=3")
    wait_until(lambda: swarm.workers("threads") == 3, "three workers are here")
    summary = json.loads(swarm.script("run", "coffee", "--orders", "24", "--speed", "480", "--pool", "threads", "--json"))

    assert summary["workers"] == 3
    assert summary["jobs"] == {"sent": 24, "done": 24, "failed": 0, "lost": 0, "repeated": 0}


def test_the_page_asks_for_a_password_on_a_swarm(swarm: Swarm) -> None:
    port = swarm.page_port
    password = swarm.script("password", "page").strip()

    assert httpx.get(f"http://127.0.0.1:{port}/", timeout=10).status_code == 401
    assert httpx.get(f"http://127.0.0.1:{port}/", auth=("lab", password), timeout=10).status_code == 200
    told = httpx.get(f"http://127.0.0.1:{port}/api/lab", auth=("lab", password), timeout=10).json()
    assert told["join"] == f"docker service scale {swarm.stack}_{{pool}}={{count}}"
    assert told["flower_port"] == swarm.flower_port


def test_newer_files_are_what_the_next_up_brings_and_who_has_them_already_goes_on(swarm: Swarm) -> None:
    workers, redis = swarm.containers("threads"), swarm.containers("redis")
    about = swarm.folder / "manyhands" / "__init__.py"
    about.write_text(f'{about.read_text(encoding="utf-8")}\n__version__ = "99.0.0"\n', encoding="utf-8")

    swarm.script("up")

    wait_until(lambda: swarm.version() == "99.0.0", "the page is the new one")
    assert (swarm.containers("threads"), swarm.containers("redis")) == (workers, redis)
    assert len(workers) == 3


def test_a_stack_that_is_taken_down_says_what_it_keeps(swarm: Swarm) -> None:
    assert "scripts/swarm down --volumes removes them" in swarm.script("down")
