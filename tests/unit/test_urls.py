from pathlib import Path
from urllib.parse import urlencode

import pytest

from producer.broker import connect, public_url, with_tls
from producer.errors import BadInputError
from tests.unit.builders import write


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("redis://127.0.0.1:6379/0", "redis://127.0.0.1:6379/0"),
        ("redis://:hush@127.0.0.1:6379/0", "redis://:***@127.0.0.1:6379/0"),
        ("rediss://ada:hush@cafe.example/2", "rediss://ada:***@cafe.example/2"),
        ("redis://:p%40ss%2Fhush@host:6379/0", "redis://:***@host:6379/0"),
        ("redis://:hush@[::1]:6379/0", "redis://:***@[::1]:6379/0"),
        ("rediss://:hush@h:6380/0?ssl_cert_reqs=required&db=1", "rediss://:***@h:6380/0?db=1"),
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


def test_a_broker_behind_tls_must_show_a_certificate_that_is_trusted(tmp_path: Path) -> None:
    file = write(tmp_path / "lab.pem", "x")

    # kombu would trust anybody where the URL does not say so.
    assert with_tls("rediss://:x@h:6380/0") == "rediss://:x@h:6380/0?ssl_cert_reqs=required"
    assert with_tls("rediss://h/0?a=1", file) == (
        f"rediss://h/0?a=1&ssl_cert_reqs=required&{urlencode({'ssl_ca_certs': str(file)})}"
    )
    assert with_tls(with_tls("rediss://h/0", file), file) == with_tls("rediss://h/0", file)
    assert with_tls("redis://h/0") == "redis://h/0"
    with pytest.raises(BadInputError, match="--ca: is for rediss:// alone"):
        with_tls("redis://h/0", file)
    with pytest.raises(BadInputError, match="is no file"):
        with_tls("rediss://h/0", tmp_path / "gone.pem")
