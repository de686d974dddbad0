"""The broker as the producer meets it: a Redis client that was tried before it is used, and its URL without secrets."""

from urllib.parse import urlsplit, urlunsplit

import redis

from producer.errors import BadInputError

SCHEMES = ("redis", "rediss")
CONNECT_TIMEOUT_S = 5.0

# What is shown for a URL that might hold a password in a place where none belongs.
UNTOLD = "the broker's URL"


def connect(url: str) -> redis.Redis:
    """A client of the broker at `url`, after one PING.

    Raises:
        BadInputError: the URL is no Redis URL, nobody answers there, it wants a password, or it is not Redis.
    """
    where = public_url(url)
    try:
        _check_scheme(url)
        client = redis.Redis.from_url(url, socket_connect_timeout=CONNECT_TIMEOUT_S, socket_timeout=CONNECT_TIMEOUT_S)
        client.ping()
    except ValueError:  # what it says may hold a piece of a password
        raise BadInputError(where, "is not the URL of a broker", "Give redis://:PASSWORD@HOST:6379/0") from None
    except redis.AuthenticationError:
        raise BadInputError(
            where, "the broker wants a password, or another one", "Give redis://:PASSWORD@HOST:6379/0"
        ) from None
    except (redis.ConnectionError, redis.TimeoutError):
        raise BadInputError(
            where, "no broker answers there", "Start it, or leave --broker out to use the embedded one"
        ) from None
    except redis.ResponseError as error:
        if "NOAUTH" in str(error):
            raise BadInputError(where, "the broker wants a password", "Give redis://:PASSWORD@HOST:6379/0") from None
        raise BadInputError(where, f"the broker refused: {error}", "Give the URL of a Redis or Valkey server") from None
    except redis.RedisError as error:
        raise BadInputError(
            where, f"what answers there is not Redis ({error})", "Give the URL of a Redis or Valkey server"
        ) from None
    return client


def _check_scheme(url: str) -> None:
    if urlsplit(url).scheme not in SCHEMES:
        raise ValueError("another scheme")


def public_url(url: str) -> str:
    """The URL as it may be shown: scheme, host, port and path, and nothing that may be a secret."""
    try:
        parts = urlsplit(url)
        host = f"[{parts.hostname}]" if ":" in (parts.hostname or "") else parts.hostname or ""
        port = f":{parts.port}" if parts.port else ""
    except ValueError:
        return UNTOLD
    if "@" in parts.path + parts.query + parts.fragment or "password" in parts.query:
        return UNTOLD  # a password with a slash or a question mark in it, not quoted, lands there
    secret = "" if parts.password is None else f"{parts.username or ''}:***@"
    return urlunsplit(parts._replace(netloc=secret + host + port))
