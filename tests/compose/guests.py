"""Workers from elsewhere, as docs/many-machines.md tells to start them: one with Docker alone, one with Compose."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.compose.lab import BUILD_TIMEOUT_S, Lab, docker

AHEAD_S = 100


@dataclass(frozen=True)
class Guests:
    """Where the guests work. The clock of `early_host` is `AHEAD_S` ahead of everybody else's."""

    early_host: str
    other_host: str

    @property
    def hosts(self) -> set[str]:
        return {self.early_host, self.other_host}


@contextmanager
def guests_of(lab: Lab, network: str, certificate: Path) -> Iterator[Guests]:
    """Two workers who reach nothing of the lab but its published port, and know it by its certificate."""
    certificate.write_text(lab.compose("exec", "-T", "collector", "cat", "/keys/tls.crt"), encoding="ascii")
    name = guest_project(lab)
    with by_docker(lab, f"{name}-early", network, certificate) as early, by_compose(lab, name, certificate) as other:
        yield Guests(early, other)


def guest_project(lab: Lab) -> str:
    """What all that guests make is called."""
    return f"{lab.project}-guest"


@contextmanager
def by_docker(lab: Lab, container: str, network: str, certificate: Path) -> Iterator[str]:
    """The host name of a worker that `docker run` started; its clock runs ahead."""
    image = build_ahead(lab)
    options = ["--detach", "--name", container, "--network", network, "--volume", f"{certificate}:/lab.crt:ro"]
    environment = ["--env", f"MANYHANDS_BROKER_URL={lab.url('rediss')}", "--env", "MANYHANDS_CA=/lab.crt"]
    docker("run", *options, *environment, image, "--pool", "threads", "--slots", "8", "--name", "zoe")
    try:
        yield docker("inspect", container, "--format", "{{.Config.Hostname}}")
    finally:
        docker("rm", "--force", container)


def build_ahead(lab: Lab) -> str:
    image = f"{lab.project}-ahead"
    arguments = ["--build-arg", f"WORKER={lab.images['worker']}", "--build-arg", f"AHEAD_S={AHEAD_S}", "--label", lab.label]
    file = Path(__file__).with_name("ahead.Dockerfile")
    docker("build", "--quiet", "--tag", image, *arguments, "--file", str(file), str(file.parent), timeout_s=BUILD_TIMEOUT_S)
    return image


@contextmanager
def joined(lab: Lab, network: str, *options: str) -> Iterator[str]:
    """The host name of a machine that typed `manyhands join redis://:PASSWORD@HOST:PORT/0` and these options."""
    container = f"{guest_project(lab)}-joined"
    docker("run", "--detach", "--name", container, "--network", network, lab.images["lab"], "join", lab.url(), *options)
    try:
        yield docker("inspect", container, "--format", "{{.Config.Hostname}}")
    finally:
        docker("rm", "--force", container)


@contextmanager
def by_compose(lab: Lab, project: str, certificate: Path) -> Iterator[str]:
    """The host name of a worker that `compose.worker.yaml` started."""
    variables = {
        "COMPOSE_PROJECT_NAME": project,
        "MANYHANDS_WORKER_IMAGE": f"{project}-worker",
        "MANYHANDS_BROKER_URL": lab.url("rediss"),
        "MANYHANDS_CA": str(certificate),
    }
    file = certificate.with_name("guest.env")
    file.write_text("".join(f"{name}={value}\n" for name, value in variables.items()), encoding="utf-8")

    def compose(*arguments: str) -> str:
        return lab.compose("--env-file", str(file), "--file", "compose.worker.yaml", *arguments).strip()

    try:
        compose("up", "--detach")
        yield docker("inspect", compose("ps", "--quiet", "worker"), "--format", "{{.Config.Hostname}}")
    finally:
        compose("down", "--volumes", "--rmi", "all")
