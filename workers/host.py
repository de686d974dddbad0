"""What a host has: cores, limits and versions, as the record of a run names them."""

import os
import platform
import sys
from importlib.metadata import version
from pathlib import Path
from typing import Any

PACKAGES = ("celery", "kombu", "redis", "gevent", "billiard")
CPU_LIMIT_FILE = Path("/sys/fs/cgroup/cpu.max")
CPU_TIMES_FILE = Path("/proc/stat")
BOOT_FILE = Path("/proc/sys/kernel/random/boot_id")


def cores() -> float:
    """Cores that this process may use: its affinity, and the cgroup's limit where that is less."""
    affinity = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    limit = cpu_limit()
    return affinity if limit is None else min(float(affinity), limit)


def cores_of_computer() -> float:
    """Cores of the whole computer, whoever may use them."""
    return float(os.cpu_count() or 1)


def cpu_limit(path: Path = CPU_LIMIT_FILE) -> float | None:
    """The cgroup's limit in cores, or None where there is none."""
    try:
        quota, period = path.read_text(encoding="ascii").split()
        return None if quota == "max" else int(quota) / int(period)
    except (OSError, ValueError):
        return None


def busy_s(path: Path = CPU_TIMES_FILE) -> float | None:
    """Seconds that the computer's cores have been busy since it began, all of them together; None where nobody tells."""
    try:
        _, *ticks = path.read_text(encoding="ascii").partition("\n")[0].split()
        user, nice, system, _, _, irq, softirq, steal, *_ = (int(tick) for tick in ticks)
    except (OSError, ValueError):
        return None
    return (user + nice + system + irq + softirq + steal) / os.sysconf("SC_CLK_TCK")


def computer(path: Path = BOOT_FILE) -> str:
    """Names the computer: containers on one share its cores. Its boot on Linux, else the host's name."""
    try:
        return path.read_text(encoding="ascii").strip()
    except OSError:
        return platform.node()


def describe() -> dict[str, Any]:
    """Cores, limits and versions of this host, ready for JSON."""
    return {
        "host": platform.node(),
        "computer": computer(),
        "system": f"{platform.system()} {platform.release()} {platform.machine()}",
        "python": sys.version.split()[0],
        "cores": cores(),
        "cgroup_cores": cpu_limit(),
        "packages": {package: version(package) for package in PACKAGES},
    }
