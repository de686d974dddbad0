import base64

import pytest

from collector.page.guardrails import Rules, is_same_origin, name_of, password_of
from manyhands.serve import is_loopback, listen_at, page_rules
from producer.errors import BadInputError

EVERYWHERE = "0.0.0.0"  # noqa: S104  # nothing is bound
HOST = {"host": "127.0.0.1:8080"}


def basic(user: str, password: str) -> str:
    return "Basic " + base64.b64encode(f"{user}:{password}".encode()).decode()


def test_only_our_own_page_may_act() -> None:
    rules = Rules(None)
    ours = {**HOST, "origin": "http://127.0.0.1:8080", "x-manyhands-token": rules.token}

    assert rules.may_act(ours, "http")
    assert not rules.may_act({**ours, "x-manyhands-token": "guessed"}, "http")
    assert not rules.may_act({**ours, "x-manyhands-token": "gueßt"}, "http")
    assert not rules.may_act({**HOST, "origin": "http://127.0.0.1:8080"}, "http")
    assert not rules.may_act({**ours, "origin": "http://evil.example"}, "http")


@pytest.mark.parametrize(
    ("headers", "is_same"),
    [
        ({"origin": "http://127.0.0.1:8080"}, True),
        ({"origin": "http://127.0.0.1:8080", "sec-fetch-site": "same-origin"}, True),
        ({"origin": "http://127.0.0.1:8080", "sec-fetch-site": "cross-site"}, False),
        ({"origin": "http://127.0.0.1:9090"}, False),
        ({"origin": "http://127.0.0.1"}, False),
        ({"origin": "https://127.0.0.1:8080"}, False),
        ({"origin": "null"}, False),
        ({}, False),
    ],
)
def test_the_origin_is_that_of_the_host(headers: dict[str, str], *, is_same: bool) -> None:
    assert is_same_origin({**HOST, **headers}, "http") is is_same


@pytest.mark.parametrize("host", ["127.0.0.1:8080", "localhost:8080", "localhost", "LOCALHOST", "[::1]:8080"])
def test_a_name_of_this_machine_is_known(host: str) -> None:
    assert Rules(None).is_known_host(host)


@pytest.mark.parametrize(
    "host", ["evil.example", "127.0.0.1.evil.example", "localhost.evil.example:8080", "", "[::1", "10.0.0.7"]
)
def test_a_strangers_name_is_not(host: str) -> None:
    assert not Rules(None).is_known_host(host)


def test_with_a_password_any_name_will_do() -> None:
    assert Rules("long enough").is_known_host("lab.example")


def test_the_password_is_asked_for_whatever_the_name() -> None:
    rules = Rules("correct horse: battery")

    assert rules.knows_password(basic("anybody", "correct horse: battery"))
    assert rules.knows_password(basic("", "correct horse: battery"))
    assert not rules.knows_password(basic("anybody", "correct horse"))
    assert not rules.knows_password("")


@pytest.mark.parametrize("given", ["", "Basic", "Basic !!!", "Bearer eDp5", "Basic /w==", "Basic " + "eA=="])
def test_what_is_no_password_is_none(given: str) -> None:
    assert not password_of(given)


def test_a_name_is_that_of_the_host_header() -> None:
    assert name_of("LocalHost:1") == "localhost"
    assert not name_of("[")


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "::1", "127.8.8.8"])
def test_on_loopback_nobody_needs_a_password(host: str) -> None:
    assert is_loopback(host)
    assert page_rules(host, {}).password is None


@pytest.mark.parametrize("host", [EVERYWHERE, "::", "192.168.1.7", "lab.example"])
def test_elsewhere_a_password_is_made_up_where_none_is_given(host: str) -> None:
    made = page_rules(host, {}).password

    assert made is not None
    assert len(made) >= 12
    assert page_rules(host, {}).password != made
    assert page_rules(host, {"MANYHANDS_PAGE_PASSWORD": "given to us"}).password == "given to us"


def test_a_container_whose_port_is_published_on_loopback_needs_none() -> None:
    rules = page_rules(EVERYWHERE, {"MANYHANDS_PAGE_PUBLISHED_ON_LOOPBACK": "1"})

    assert rules.password is None
    assert not rules.is_known_host("lab.example")


def test_a_short_password_is_refused() -> None:
    with pytest.raises(BadInputError, match="MANYHANDS_PAGE_PASSWORD"):
        page_rules(EVERYWHERE, {"MANYHANDS_PAGE_PASSWORD": "1234567"})


@pytest.mark.parametrize(
    ("host", "expected"),
    [
        ("192.0.2.1", "--host 192.0.2.1: is not an address of this machine. Give"),
        ("nobody.invalid", "--host nobody.invalid: is no address ("),
    ],
)
def test_an_address_of_another_machine_is_not_cured_by_another_port(host: str, expected: str) -> None:
    with pytest.raises(BadInputError) as refused:
        listen_at(host, 8080)
    assert str(refused.value).startswith(expected)
    assert "--port" not in str(refused.value)


def test_a_port_that_is_taken_is_told_once() -> None:
    with listen_at("127.0.0.1", 0) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(BadInputError, match=rf"--port {port} .*\(Address already in use\).*--port 0"):
            listen_at("127.0.0.1", port)
