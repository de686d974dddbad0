"""`manyhands doctor`: what this machine has, and what is wrong, each with its cure."""

import os
import shutil
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import cast

import redis

from collector.roster import present
from manyhands.broker import embedded_broker
from manyhands.guard import Guard
from manyhands.lab import reach
from producer.broker import public_url
from producer.errors import BadInputError
from producer.papers import read_papers
from workers.host import cores, cpu_limit, describe
from workers.rubric import read_rubric

LEAST_FREE_BYTES = 200_000_000
LEAST_REDIS = (6, 2)


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at. `cure` says what to do where it is not well."""

    what: str
    found: str
    cure: str = ""

    @property
    def is_well(self) -> bool:
        """Whether nothing needs to be done."""
        return not self.cure


def examine(url: str | None, runs: Path) -> Iterator[Finding]:
    """Look at everything that a run needs."""
    machine = describe()
    yield Finding("Python", f"{machine['python']} on {machine['system']}")
    yield Finding("Celery", ", ".join(f"{name} {version}" for name, version in machine["packages"].items()))
    yield _cores()
    yield _look("sample class", lambda: f"{len(read_papers())} papers, rubric “{read_rubric().title}”")
    yield _runs(runs)
    yield _open_files()
    yield _look("embedded broker", _try_embedded_broker)
    if url is not None:
        yield _look("broker", lambda: _try_broker(url))
        yield _look("workers", lambda: _count_workers(url))
    docker = shutil.which("docker")
    yield Finding("Docker", docker or "not there: the lab on many machines needs it, nothing else does")


def _cores() -> Finding:
    limit = cpu_limit()
    said = f"{cores():g} to use of {os.cpu_count()}" + (f", cgroup limit {limit:g}" if limit else "")
    if cores() < 2:
        return Finding("cores", said, "Give it two: on one core nothing is parallel, and prefork shows no gain")
    return Finding("cores", said)


def _look(what: str, find: Callable[[], str]) -> Finding:
    try:
        return Finding(what, find())
    except BadInputError as error:
        return Finding(what, error.what, error.cure)


def _runs(runs: Path) -> Finding:
    place = next(folder for folder in (runs.absolute(), *runs.absolute().parents) if folder.exists())
    if not os.access(place, os.W_OK):
        return Finding("runs", f"{place} cannot be written", "Name another folder with --runs DIR")
    free = shutil.disk_usage(place).free
    said = f"{runs}, {free / 1e9:.1f} GB free"
    return Finding("runs", said, "Free some space" if free < LEAST_FREE_BYTES else "")


def _open_files() -> Finding:
    if sys.platform == "win32":
        return Finding("system", "Windows", "Use WSL: Celery's pools and the embedded broker need Linux or macOS")
    import resource  # noqa: PLC0415  # there is none on Windows

    soft, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    return Finding(
        "open files", f"{soft} allowed", "Run `ulimit -n 1024`: each slot takes some connections" if soft < 512 else ""
    )


def _try_embedded_broker() -> str:
    with Guard() as guard, embedded_broker(guard) as broker:
        return _version(broker.url) + ", starts and stops"


def _try_broker(url: str) -> str:
    version = _version(url)
    return f"{version} at {public_url(url)}"


def _count_workers(url: str) -> str:
    client = reach(url)
    try:
        pools = Counter(worker.pool for worker in present(client))
    finally:
        client.close()
    return ", ".join(f"{count} on {pool}" for pool, count in sorted(pools.items())) or "nobody is there"


def _version(url: str) -> str:
    client = reach(url)
    try:
        info = cast("dict[str, object]", client.info())
    except redis.RedisError as error:
        raise BadInputError(public_url(url), f"INFO is refused ({error})", "Allow INFO to this user") from None
    finally:
        client.close()
    version = str(info.get("redis_version", "0"))
    if tuple(int(part) for part in version.split(".")[:2]) < LEAST_REDIS:
        raise BadInputError(public_url(url), f"is Redis {version}", "Use Redis 6.2 or newer")
    name = "Valkey" if "valkey_version" in info else "Redis"
    return f"{name} {info.get('valkey_version', version)}"
