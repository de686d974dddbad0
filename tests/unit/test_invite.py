import pytest

from manyhands.commands.invite import invitation


def test_a_lab_on_loopback_invites_nobody_and_says_how_to_open_it() -> None:
    said = "\n".join(invitation("hush", "127.0.0.1", None, None))

    assert "hush" not in said
    assert "MANYHANDS_PUBLISH=" in said


@pytest.mark.parametrize(
    ("publish", "host"),
    [("192.168.1.5", "192.168.1.5"), ("0.0.0.0", "HOST"), ("fd00::5", "[fd00::5]")],  # noqa: S104
)
def test_an_open_lab_tells_both_ways_in(publish: str, host: str) -> None:
    said = "\n".join(invitation("hush", publish, "26379", "26380"))

    assert f"join 'redis://:hush@{host}:26379/0'" in said
    assert f"join 'rediss://:hush@{host}:26380/0' --ca lab.crt" in said
