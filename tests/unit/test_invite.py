import pytest

from manyhands.commands.invite import invitation
from producer.errors import BadInputError


@pytest.mark.parametrize("publish", ["127.0.0.1", "::1", "[::1]"])
def test_a_lab_on_loopback_invites_nobody_and_says_how_to_open_it(publish: str) -> None:
    said = "\n".join(invitation("hush", publish, None, None))

    assert "hush" not in said
    assert "echo MANYHANDS_PUBLISH=192.168.1.5 >> .env" in said


def test_what_is_no_address_is_an_error_that_says_what_one_is() -> None:
    with pytest.raises(BadInputError, match=r"'my-laptop', which is no IP address\. Give .* MANYHANDS_PUBLISH=192\.168\.1\.5"):
        invitation("hush", "my-laptop", None, None)


@pytest.mark.parametrize(
    ("publish", "host"),
    [
        ("192.168.1.5", "192.168.1.5"),
        ("0.0.0.0", "HOST"),  # noqa: S104
        ("fd00::5", "[fd00::5]"),
        ("[fd00::5]", "[fd00::5]"),
    ],
)
def test_an_open_lab_tells_both_ways_in(publish: str, host: str) -> None:
    said = "\n".join(invitation("hush", publish, "26379", "26380"))

    assert f"join 'redis://:hush@{host}:26379/0'" in said
    assert f"join 'rediss://:hush@{host}:26380/0' --ca lab.crt" in said
