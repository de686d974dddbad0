"""`manyhands serve`: the page of a lab, and what it may know and start."""

import asyncio
import os
import secrets
import socket
from collections.abc import Mapping
from contextlib import suppress
from errno import EADDRNOTAVAIL
from ipaddress import ip_address
from pathlib import Path
from typing import Any

import uvicorn

from collector.page.app import Page
from collector.page.guardrails import LEAST_PASSWORD, LOCAL_NAMES, Rules
from collector.page.house import Outcome
from manyhands import __version__
from manyhands.asking import DEFAULTS, LIMITS
from manyhands.commands.options import WORKS
from manyhands.lab import PAGE_PORT_VARIABLE, Lab, is_lab, scale_command
from manyhands.runner import Runner
from manyhands.syllabus import syllabus
from manyhands.work import default_machines
from producer.broker import public_url
from producer.errors import BadInputError
from workers.host import cores

FLOWER_PORT_VARIABLE = "MANYHANDS_FLOWER_PORT"
PASSWORD_VARIABLE = "MANYHANDS_PAGE_PASSWORD"  # noqa: S105  # the name of one

# In a container the page listens at every address, and the container's port is published on the host's loopback alone.
LOOPBACK_VARIABLE = "MANYHANDS_PAGE_PUBLISHED_ON_LOOPBACK"

HOST_CURE = "Give one of this machine's, 0.0.0.0 for all of them, or leave --host out for this machine alone"

# Whoever follows the page live is told that it ends; who does not go then is sent.
FAREWELL_S = 2


class Laboratory:
    """What the page is told of this lab (a `House`)."""

    def __init__(self, lab: Lab, runner: Runner, runs: Path) -> None:
        self._runner = runner
        self._runs = runs
        url = public_url(lab.broker.url)
        self._about: dict[str, Any] = {
            "version": __version__,
            "broker": {"url": url},
            "present_only": lab.present_only,
            "cores": cores(),
            "flower_port": flower_port(),
            "join": scale_command("{pool}", "{count}")
            if lab.present_only
            else f"manyhands join {url} --pool {{pool}} --slots 8",
            "exercises": syllabus(runs),
            "works": list(WORKS),
            "defaults": {**DEFAULTS, "machines": default_machines()},
            "limits": LIMITS,
        }

    def about(self) -> dict[str, Any]:
        """What is the same as long as the page is served."""
        return self._about

    def asking(self) -> dict[str, Any] | None:
        """What is under way that the page asked for."""
        if self._runner.under_way is None:
            return None
        asked = self._runner.under_way.asked
        predicted = asked.get("predicted", asked.get("predicted_s"))
        title = next(
            (each["title"] for each in self._about["exercises"] if each["name"] == asked.get("exercise")), asked.get("work")
        )
        return {"exercise": asked.get("exercise"), "title": title, "predicted": predicted}

    def refused(self) -> BadInputError | None:
        """Why what the page last asked for came to nothing."""
        return self._runner.refused

    def refresh(self) -> None:
        """Look again at what is stored of exercises."""
        self._about["exercises"] = syllabus(self._runs)

    def start(self, asked: dict[str, Any], mark: str) -> "asyncio.Future[Outcome]":
        """Start what is asked for."""
        return self._runner.start(asked, mark)

    def stop(self) -> None:
        """Stop it."""
        self._runner.stop()


def flower_port() -> int | None:
    """Where a lab's Flower is: beside the page, on the same machine; None where there is none."""
    port = os.environ.get(FLOWER_PORT_VARIABLE)
    return int(port) if port and is_lab() else None


class PageServer(uvicorn.Server):
    """A server that tells who watches live that it ends, and ends what the page started."""

    def __init__(self, page: Page, runner: Runner, config: uvicorn.Config) -> None:
        super().__init__(config)
        self._page = page
        self._runner = runner

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """End the live streams and the run under way, then everything."""
        self._page.hub.end()
        self._runner.stop()
        await super().shutdown(sockets)
        await self._runner.end()


def page_rules(host: str, environment: Mapping[str, str]) -> Rules:
    """Who may look: everybody on this machine; from elsewhere, who has the password. It is made up where none is given.

    Raises:
        BadInputError: the password is too short to be one.
    """
    password = environment.get(PASSWORD_VARIABLE) or None
    if password is not None and len(password) < LEAST_PASSWORD:
        raise BadInputError(PASSWORD_VARIABLE, f"has fewer than {LEAST_PASSWORD} letters", "Give a longer password")
    if password is None and not is_loopback(host) and environment.get(LOOPBACK_VARIABLE) != "1":
        password = secrets.token_urlsafe(9)
    return Rules(password)


def is_loopback(host: str) -> bool:
    """Whether an address can be reached from this machine alone."""
    if host in LOCAL_NAMES:
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False


def listen_at(host: str, port: int) -> socket.socket:
    """A socket that is bound; port 0 takes any that is free.

    Raises:
        BadInputError: the port is taken, or the address is not one of this machine.
    """
    try:
        family = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0][0]
    except OSError as error:
        raise BadInputError(f"--host {host}", f"is no address ({error.strerror})", HOST_CURE) from None
    try:
        return socket.create_server((host, port), family=family, backlog=2048)
    except OSError as error:
        if error.errno == EADDRNOTAVAIL:
            raise BadInputError(f"--host {host}", "is not an address of this machine", HOST_CURE) from None
        cure = f"Choose another, such as --port {port % 65535 + 1}, or --port 0 for any that is free"
        # Python tells the address in its words again.
        raise BadInputError(
            f"--port {port} on {host}", f"cannot be listened at ({os.strerror(error.errno or 0)})", cure
        ) from None


def serve(lab: Lab, runs: Path, listener: socket.socket, rules: Rules) -> None:
    """Serve the page until interrupted."""
    runner = Runner(lab.guard, lab.broker.url, runs)
    page = Page(Laboratory(lab, runner, runs), lab.broker.url, runs, rules)
    config = uvicorn.Config(
        page.app(),
        log_level="critical",
        access_log=False,
        server_header=False,
        timeout_graceful_shutdown=FAREWELL_S,
        h11_max_incomplete_event_size=65_536,
    )
    with suppress(KeyboardInterrupt):
        PageServer(page, runner, config).run(sockets=[listener])


def address_of(listener: socket.socket) -> str:
    """What to type into a browser."""
    host, port = listener.getsockname()[:2]
    if os.environ.get(LOOPBACK_VARIABLE) == "1":
        return f"http://127.0.0.1:{os.environ.get(PAGE_PORT_VARIABLE) or port}"
    shown = {"0.0.0.0": socket.gethostname(), "::": socket.gethostname()}.get(host, host)  # noqa: S104  # compared, not bound
    return f"http://{f'[{shown}]' if ':' in shown else shown}:{port}"
