"""What compose.yaml says of the lab, the files for a swarm and for Kubernetes say too."""

import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from producer.message import POOLS

ROOT = Path(__file__).parents[2]
KUBERNETES = ROOT / "docs" / "kubernetes"


def read(path: Path) -> dict[str, Any]:
    [only] = read_all(path)
    return only


def read_all(path: Path) -> list[dict[str, Any]]:
    return list(yaml.safe_load_all(path.read_text(encoding="utf-8")))


@pytest.fixture(scope="module")
def services() -> dict[str, Any]:
    return dict(read(ROOT / "compose.yaml")["services"])


@pytest.fixture(scope="module")
def swarm() -> dict[str, Any]:
    return dict(read(ROOT / "compose.swarm.yaml")["services"])


def test_a_worker_of_each_pool_serves_its_queue(services: dict[str, Any]) -> None:
    for pool in POOLS:
        assert services[pool]["command"][:2] == ["--pool", pool]


def test_nobody_is_root_or_may_write_or_rise(services: dict[str, Any]) -> None:
    for name, service in services.items():
        assert service["cap_drop"] == ["ALL"], name
        assert service["read_only"], name
        assert service["init"], name
        assert service["security_opt"] == ["no-new-privileges:true"], name
        assert service.get("user") != "root", name


def test_every_port_is_on_loopback_unless_somebody_asks(services: dict[str, Any]) -> None:
    ports = [port for service in services.values() for port in service.get("ports", ())]

    assert len(ports) == 4
    assert all(port.startswith(("127.0.0.1:", "${MANYHANDS_PUBLISH:-127.0.0.1}:")) for port in ports)


def test_an_image_has_one_service_that_builds_it_and_none_is_looked_for_elsewhere(services: dict[str, Any]) -> None:
    ours = {name: service for name, service in services.items() if service["image"] != services["redis"]["image"]}
    # The tool makes its image where there is none yet, and nothing else does it in place of its builder.
    tool = ours.pop("producer")
    builders = [service["image"] for service in ours.values() if "build" in service]

    assert sorted(builders) == sorted({service["image"] for service in ours.values()})
    for name, service in ours.items():
        assert service["pull_policy"] == ("${MANYHANDS_BUILD:-build}" if "build" in service else "never"), name
    assert (tool["build"], tool["pull_policy"]) == (ours["collector"]["build"], "missing")


def test_a_command_finds_the_lab_as_it_is(services: dict[str, Any]) -> None:
    assert "depends_on" not in services["producer"]


@pytest.mark.parametrize("document", ["README.md", "docs/many-machines.md", "compose.yaml", "docker/open"])
def test_nobody_is_told_to_set_a_variable_for_one_command(document: str) -> None:
    # The next command would not have it, and Compose would make Redis anew without it.
    told = (ROOT / document).read_text(encoding="utf-8")

    assert not re.search(r"MANYHANDS_\w+=\S+ docker compose (?!-f compose\.worker)", told)


def test_the_shop_of_a_lab_is_the_same_everywhere(services: dict[str, Any], swarm: dict[str, Any]) -> None:
    [deployment] = [each for each in read_all(KUBERNETES / "collector.yaml") if each["kind"] == "Deployment"]
    [container] = deployment["spec"]["template"]["spec"]["containers"]
    told = {each["name"]: each["value"] for each in container["env"]}
    heads = services["collector"]["environment"]["MANYHANDS_MACHINES"]

    assert swarm["collector"]["environment"]["MANYHANDS_MACHINES"] == heads
    assert "docker service scale" in swarm["collector"]["environment"]["MANYHANDS_SCALE"]
    assert "kubectl scale" in told["MANYHANDS_SCALE"]
    assert told["MANYHANDS_MACHINES"] == _default(heads)


def test_a_swarm_has_the_same_services(services: dict[str, Any], swarm: dict[str, Any]) -> None:
    # Keys are secrets there, and there is no tool and no opening run: scripts/swarm is both.
    assert swarm.keys() == services.keys() - {"keys", "producer", "opening"}
    for name, service in swarm.items():
        assert (
            service["command" if name != "flower" else "entrypoint"]
            == services[name]["command" if name != "flower" else "entrypoint"]
        )
        assert service["image"] == services[name]["image"]
        assert service.get("healthcheck") == services[name].get("healthcheck")
        assert service["read_only"]
        assert service["cap_drop"] == ["ALL"]
        assert {"type": "tmpfs", "target": "/tmp"} in service["volumes"]  # noqa: S108  # the container's own


def test_kubernetes_has_a_deployment_for_each_pool(services: dict[str, Any]) -> None:
    deployments = {each["metadata"]["name"]: each for each in read_all(KUBERNETES / "workers.yaml")}

    assert deployments.keys() == {f"manyhands-{pool}" for pool in POOLS}
    for pool in POOLS:
        pod = deployments[f"manyhands-{pool}"]["spec"]["template"]["spec"]
        [container] = pod["containers"]
        assert container["args"] == [_default(word) for word in services[pool]["command"]]
        assert container["securityContext"]["readOnlyRootFilesystem"]
        assert pod["terminationGracePeriodSeconds"] == int(services[pool]["stop_grace_period"].rstrip("s"))
        environment = {each["name"]: each["value"] for each in container["env"]}
        assert environment == services[pool]["environment"]


def test_kubernetes_runs_the_same_redis(services: dict[str, Any]) -> None:
    configuration, _, stateful = read_all(KUBERNETES / "redis.yaml")
    [container] = stateful["spec"]["template"]["spec"]["containers"]

    assert container["image"] == services["redis"]["image"]
    assert settings(configuration["data"]["redis.conf"]) == settings(
        (ROOT / "docker" / "redis.conf").read_text(encoding="utf-8")
    )


def test_keda_looks_at_the_queue_that_a_pool_serves() -> None:
    scaled = [each for each in read_all(KUBERNETES / "keda.yaml") if each["kind"] == "ScaledObject"]

    assert scaled
    for each in scaled:
        [trigger] = each["spec"]["triggers"]
        pool = trigger["metadata"]["listName"]
        assert pool in POOLS
        assert each["spec"]["scaleTargetRef"]["name"] == f"manyhands-{pool}"


def settings(text: str) -> list[str]:
    return [line.strip() for line in text.splitlines() if line.strip() and not line.startswith("#")]


def _default(word: str) -> str:
    """A word of compose.yaml as it is where no variable is set."""
    return word.partition(":-")[2].rstrip("}") if word.startswith("${") else word
