import json
from pathlib import Path

import pytest

from tests.unit.builders import write
from workers.host import cores, cpu_limit, describe


@pytest.mark.parametrize(
    ("text", "limit"),
    [("max 100000\n", None), ("150000 100000\n", 1.5), ("50000 100000\n", 0.5), ("400000 100000\n", 4.0)],
)
def test_a_cgroup_says_how_many_cores_it_allows(tmp_path: Path, text: str, limit: float | None) -> None:
    assert cpu_limit(write(tmp_path / "cpu.max", text)) == limit


@pytest.mark.parametrize("text", ["", "100000", "a b", "1 2 3", "1.5 100000"])
def test_a_file_that_says_something_else_sets_no_limit(tmp_path: Path, text: str) -> None:
    assert cpu_limit(write(tmp_path / "cpu.max", text)) is None


def test_no_file_is_no_limit(tmp_path: Path) -> None:
    assert cpu_limit(tmp_path / "cpu.max") is None


def test_a_host_is_described_in_json_with_what_a_run_depends_on() -> None:
    told = json.loads(json.dumps(describe()))

    assert {"host", "system", "python", "cores", "cgroup_cores", "packages"} <= told.keys()
    assert told["cores"] == cores() > 0
    assert {"celery", "kombu", "redis", "gevent", "billiard"} <= told["packages"].keys()
