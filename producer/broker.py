"""The broker as the producer meets it: a Redis client that was tried before it is used, and its URL without secrets."""

import ssl
from pathlib import Path
from urllib.parse import parse_qs, urlencode, urlsplit, urlunsplit

import redis

from producer.errors import BadInputError

SCHEMES = ("redis", "rediss")
CONNECT_TIMEOUT_S = 5.0

# What is shown for a URL that might hold a password in a place where none belongs.
UNTOLD = "the broker's URL"


def connect(url: str, cure: str = "Start it, or leave --broker out to use the embedded one") -> redis.Redis:
    """A client of the broker at `url`, after one PING. `cure` is said where nobody answers.

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
    except (redis.ConnectionError, redis.TimeoutError) as error:
        if "CERTIFICATE_VERIFY_FAILED" in str(error):
            raise BadInputError(where, "its certificate is not trusted here", "Name the lab's with --ca FILE") from None
        if "NO_CERTIFICATE" in str(error):
            raise BadInputError("--ca", "is no certificate", "Name the lab's, in PEM") from None
        raise BadInputError(where, "no broker answers there", cure) from None
    except redis.ResponseError as error:
        if "NOAUTH" in str(error):
            raise BadInputError(where, "the broker wants a password", "Give redis://:PASSWORD@HOST:6379/0") from None
        raise BadInputError(where, f"the broker refused: {error}", "Give the URL of a Redis or Valkey server") from None
    except redis.RedisError as error:
        raise BadInputError(
            where, f"what answers there is not Redis ({error})", "Give the URL of a Redis or Valkey server"
        ) from None
    return client


def with_tls(url: str, ca: Path | None = None) -> str:
    """The URL with what redis-py and kombu need to trust the broker at a `rediss://` one: kombu would trust anybody.

    `ca` is the file of the certificate that the broker's must come from; without it the system's are trusted.

    Raises:
        BadInputError: there is no such file, or the URL is not a `rediss://` one.
    """
    if ca is None and not url.startswith("rediss:"):
        return url
    if ca is not None and not url.startswith("rediss:"):
        raise BadInputError("--ca", "is for rediss:// alone", "Leave it out, or give the URL of the lab's TLS port")
    if ca is not None and not ca.is_file():
        raise BadInputError(ca, "is no file", "Name the lab's certificate, in PEM")
    given = parse_qs(urlsplit(url).query)
    wanted = {"ssl_cert_reqs": "required"} | ({} if ca is None else {"ssl_ca_certs": str(ca.absolute())})
    missing = urlencode({key: value for key, value in wanted.items() if key not in given})
    return url + ("&" if "?" in url else "?") * bool(missing) + missing


def is_its_own(url: str, ca: Path) -> bool:
    """Whether the broker shows the very certificate that is in the file: then it does not matter what it is called."""
    parts = urlsplit(url)
    try:
        shown = ssl.get_server_certificate((parts.hostname or "", parts.port or 6379), timeout=CONNECT_TIMEOUT_S)
        return ssl.PEM_cert_to_DER_cert(shown) == ssl.PEM_cert_to_DER_cert(ca.read_text(encoding="ascii").strip())
    except (OSError, ValueError):
        return False


def _check_scheme(url: str) -> None:
    if urlsplit(url).scheme not in SCHEMES:
        raise ValueError("another scheme")


def public_url(url: str) -> str:
    """The URL as it may be shown: scheme, host, port and path, and nothing that may be a secret, or that we added."""
    try:
        parts = urlsplit(url)
        host = f"[{parts.hostname}]" if ":" in (parts.hostname or "") else parts.hostname or ""
        port = f":{parts.port}" if parts.port else ""
    except ValueError:
        return UNTOLD
    if "@" in parts.path + parts.query + parts.fragment or "password" in parts.query:
        return UNTOLD  # a password with a slash or a question mark in it, not quoted, lands there
    secret = "" if parts.password is None else f"{parts.username or ''}:***@"
    query = "&".join(part for part in parts.query.split("&") if not part.startswith("ssl_"))
    return urlunsplit(parts._replace(netloc=secret + host + port, query=query))
