"""The lesson is over: the lab is closed, brought up to date, and taken down."""

import pytest

from tests.compose.lab import Lab, is_published_at, left

pytestmark = pytest.mark.usefixtures("green_after_s")


def test_a_lab_that_is_closed_again_is_on_loopback_alone(lab: Lab) -> None:
    lab.set(MANYHANDS_PUBLISH=None)
    lab.compose("up", "--detach", "redis")

    [redis] = lab.containers("redis")
    assert is_published_at(redis, "127.0.0.1")


def test_newer_files_are_what_the_next_up_brings(lab: Lab) -> None:
    about = lab.folder / "manyhands" / "__init__.py"
    about.write_text(f'{about.read_text(encoding="utf-8")}\n__version__ = "99.0.0"\n', encoding="utf-8")

    lab.compose("up", "--detach")

    assert "99.0.0" in lab.compose("run", "--rm", "-T", "producer", "--version")
    assert "99.0.0" in lab.compose("exec", "-T", "collector", "python", "-m", "manyhands", "--version")


def test_nothing_is_left_after_down(lab: Lab) -> None:
    lab.compose("--profile", "tools", "down", "--volumes", "--remove-orphans")

    assert left(lab.project) == []
