"""The lab on a swarm of one node. It stands last, since leaving a swarm disturbs the names of other networks."""

import json
import subprocess
from collections.abc import Iterator
from uuid import uuid4

import httpx
import pytest

from tests.compose.conftest import require_engine
from tests.compose.lab import ROOT, docker, environment, free_ports, left, remove_images, wait_until


class Swarm:
    """A stack, by `scripts/swarm`, with images of its own."""

    def __init__(self, stack: str) -> None:
        self.stack = stack
        page, flower = free_ports(2)
        self.page_port = page
        self._environment = {
            **environment(),
            "COMPOSE_PROJECT_NAME": stack,
            "MANYHANDS_STACK": stack,
            "MANYHANDS_WORKER_IMAGE": f"{stack}-worker",
            "MANYHANDS_LAB_IMAGE": f"{stack}-lab",
            "MANYHANDS_PAGE_PORT": str(page),
            "MANYHANDS_FLOWER_PORT": str(flower),
        }

    def script(self, *arguments: str) -> str:
        """What `scripts/swarm ...` prints."""
        done = subprocess.run(
            [ROOT / "scripts" / "swarm", *arguments],
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

    def workers(self, pool: str) -> int:
        """The workers of a pool that are on the roster."""
        return self.script("workers").count(f" {pool} ")


@pytest.fixture(scope="module")
def swarm() -> Iterator[Swarm]:
    require_engine()
    # Somebody's swarm is used as it is, and stays.
    is_ours = docker("info", "--format", "{{.Swarm.LocalNodeState}}") == "inactive"
    if is_ours:
        docker("swarm", "init", "--advertise-addr", "127.0.0.1")
    swarm = Swarm(f"manyhands-{uuid4().hex[:8]}")
    try:
        swarm.script("up")
        yield swarm
    finally:
        assert "--volumes removes them" in swarm.script("down")
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
