import pytest

from producer.broker import connect, public_url
from producer.errors import BadInputError


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("redis://127.0.0.1:6379/0", "redis://127.0.0.1:6379/0"),
        ("redis://:hush@127.0.0.1:6379/0", "redis://:***@127.0.0.1:6379/0"),
        ("rediss://ada:hush@cafe.example/2", "rediss://ada:***@cafe.example/2"),
        ("redis://:p%40ss%2Fhush@host:6379/0", "redis://:***@host:6379/0"),
        ("redis://:hush@[::1]:6379/0", "redis://:***@[::1]:6379/0"),
    ],
)
def test_a_url_is_shown_without_its_password_and_is_otherwise_the_same(url: str, shown: str) -> None:
    assert public_url(url) == shown


@pytest.mark.parametrize(
    "url",
    [
        "redis://[bad:hush@host",
        "redis://:hush@host:port/0",
        "redis://host:6379/0?password=hush",
        # Passwords that should have been percent-encoded, as a generator makes them.
        "redis://:a/hush@host:6379/0",
        "redis://:a?hush@host:6379/0",
        "redis://:a#hush@host:6379/0",
        "redis://:a@hush@host:6379/0",
    ],
)
def test_a_url_that_is_malformed_hides_its_password_too(url: str) -> None:
    assert "hush" not in public_url(url)


@pytest.mark.parametrize(
    "url",
    [
        "",
        "nonsense",
        "http://:hush@host",
        "amqp://guest:hush@host//",
        "redis://:hush@host:port/0",
        "redis://:hush/more@host:6379/0",
        "redis://:hush?more@host:6379/0",
        "redis://[bad:hush@host",
    ],
)
def test_what_is_no_url_of_a_broker_is_refused_before_anything_is_tried(url: str) -> None:
    with pytest.raises(BadInputError) as refused:
        connect(url)

    assert "is not the URL of a broker" in str(refused.value)
    assert str(refused.value).endswith("Give redis://:PASSWORD@HOST:6379/0.")
    assert "hush" not in str(refused.value)
