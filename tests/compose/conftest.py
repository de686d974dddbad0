"""One lab of containers for all tests here; they go through it in the order in which they stand."""

import os
import shutil
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import pytest

from tests.compose.guests import Guests, guest_project, guests_of
from tests.compose.lab import BUILD_TIMEOUT_S, Lab, docker, images_of, left, remove_images, wait_until


def engine_trouble() -> str:
    """Why there is no Docker to test with; empty where there is."""
    if shutil.which("docker") is None:
        return "Docker is not installed"
    for command in (["docker", "info"], ["docker", "compose", "version"]):
        if subprocess.run(command, capture_output=True, check=False).returncode:
            return f"`{' '.join(command)}` fails"
    return ""


def require_engine() -> None:
    trouble = engine_trouble()
    if trouble and os.environ.get("CI") == "true":
        pytest.fail(f"{trouble}, and the lab in containers must be tested here")
    if trouble:
        pytest.skip(f"{trouble}: the lab in containers is not tested")


@pytest.fixture(scope="session")
def far_network() -> Iterator[tuple[str, str]]:
    """A network with nothing of the lab in it, and the address of this machine there."""
    require_engine()
    name = f"manyhands-far-{uuid4().hex[:8]}"
    docker("network", "create", name)
    yield name, docker("network", "inspect", name, "--format", "{{(index .IPAM.Config 0).Gateway}}")
    docker("network", "rm", name)


@pytest.fixture(scope="session")
def lab(far_network: tuple[str, str], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lab]:
    """Its images are built, and nothing is up yet."""
    lab = Lab(tmp_path_factory.mktemp("clone"), f"manyhands-test-{uuid4().hex[:8]}", publish=far_network[1])
    lab.compose("build", "--quiet", timeout_s=BUILD_TIMEOUT_S)
    yield lab
    lab.compose("--profile", "tools", "down", "--volumes", "--remove-orphans")
    remove_images(lab.project)
    for project in (lab.project, guest_project(lab)):
        assert left(project) == []
        assert images_of(project) == set()


@pytest.fixture(scope="session")
def green_after_s(lab: Lab) -> float:
    """The lab is up: how long it took from `docker compose up` until every health check was green."""
    started_s = time.monotonic()
    lab.compose("up", "--detach")
    wait_until(lab.is_green, "every health check is green")
    return time.monotonic() - started_s


@pytest.fixture
def guests(lab: Lab, far_network: tuple[str, str], tmp_path: Path) -> Iterator[Guests]:
    """Workers on networks from which nothing of the lab is to be reached but the published port."""
    with guests_of(lab, far_network[0], tmp_path / "lab.crt") as guests:
        yield guests
