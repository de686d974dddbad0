"""The README's two commands, as the first thing typed in a fresh clone."""

import os
import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent.parent


@pytest.fixture(scope="module")
def clone(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("clone") / "manyhands"
    subprocess.run(["git", "clone", "--quiet", str(ROOT), str(folder)], check=True)
    return folder


def type_in(clone: Path, *words: str) -> subprocess.CompletedProcess[str]:
    # Nothing of the environment that runs this test helps the clone.
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("VIRTUAL_ENV", "PYTHON"))}
    return subprocess.run(words, cwd=clone, env=environment, capture_output=True, text=True, check=False)


def test_both_commands_set_themselves_up(clone: Path) -> None:
    demo = type_in(clone, "scripts/lab", "demo", "--json")
    assert demo.returncode == 0, demo.stderr
    assert "Setting up .venv" in demo.stderr

    # All the tests would run this one again, without end; what is to be seen here is that they can be run.
    tests = type_in(clone, "scripts/test", "tests/unit/test_architecture.py", "tests/unit/test_orders.py")
    assert tests.returncode == 0, tests.stdout + tests.stderr
    assert "Setting up .venv" in tests.stderr

    again = type_in(clone, "scripts/lab", "--version")
    assert again.stdout.startswith("manyhands")
    assert "Setting up" not in again.stderr

    assert type_in(clone, "git", "status", "--porcelain").stdout == ""


def test_a_lock_holds_versions_and_hashes_and_no_address() -> None:
    for lock in (ROOT / "requirements").glob("*.lock"):
        text = lock.read_text()
        assert "://" not in text
        pinned = re.findall(r"^[A-Za-z0-9_.-]+==\S+", text, flags=re.MULTILINE)
        assert {"celery", "kombu", "redis", "gevent", "numpy"} <= {pin.partition("==")[0] for pin in pinned}
        assert text.count("--hash=sha256:") > len(pinned)


def test_no_file_names_a_place_of_this_machine() -> None:
    found = subprocess.run(
        ["git", "grep", "-lE", r"(^|[^.[:alnum:]])/(work|root|home)/"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert found.stdout.split() == ["tests/acceptance/test_fresh_clone.py"] or found.stdout == ""
