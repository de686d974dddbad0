"""What a worker is told from outside: every environment variable that it reads, with its default."""

import os
from pathlib import Path

from producer.errors import BadInputError

BROKER_URL_VARIABLE = "MANYHANDS_BROKER_URL"
BROKER_URL_FILE_VARIABLE = "MANYHANDS_BROKER_URL_FILE"
VISIBILITY_TIMEOUT_VARIABLE = "MANYHANDS_VISIBILITY_TIMEOUT_S"
FLEET_VARIABLE = "MANYHANDS_FLEET"
JOURNAL_VARIABLE = "MANYHANDS_JOURNAL"
WARM_VARIABLE = "MANYHANDS_WARM"
ALIVE_FILE_VARIABLE = "MANYHANDS_ALIVE_FILE"
ACKNOWLEDGE_VARIABLE = "MANYHANDS_ACKNOWLEDGE"

DEFAULT_BROKER_URL = "redis://127.0.0.1:6379/0"

# A message that its worker holds for longer is given to another: too short and long jobs run twice, too long and the
# orders of a dead barista wait.
DEFAULT_VISIBILITY_TIMEOUT_S = 60.0

# The same for who joins from elsewhere: nobody knows what runs will ask of it, and the roster tells at once who is gone.
JOINED_VISIBILITY_TIMEOUT_S = 600.0

# With late acknowledgement and a prefetch of one the gevent worker's loop sleeps 2 s after each window of messages (nothing
# wakes it when a greenlet acknowledges); with two a message is always at hand.
GEVENT_PREFETCH = 2


_CURE = f"Start the lab that makes it (docker compose up -d), or mend {BROKER_URL_FILE_VARIABLE}"


def given_broker_url() -> str | None:
    """Where the broker is, password included, as the environment tells it: itself, or the file that holds it.

    None where it tells nothing.

    Raises:
        BadInputError: the file cannot be read.
    """
    url, file = os.environ.get(BROKER_URL_VARIABLE), os.environ.get(BROKER_URL_FILE_VARIABLE)
    if url or not file:
        return url or None
    try:
        return Path(file).read_text(encoding="utf-8").strip()
    except OSError as error:
        raise BadInputError(file, f"cannot be read ({error.strerror})", _CURE) from None


def broker_url() -> str:
    """Where the broker is, password included."""
    return given_broker_url() or DEFAULT_BROKER_URL


def keep_broker_url(url: str) -> None:
    """Whatever this process becomes finds the URL in its environment."""
    os.environ[BROKER_URL_VARIABLE] = url


def suit_who_joins() -> None:
    """What a worker of a lab is told where its environment tells nothing: to hold messages long, and to be warm."""
    os.environ.setdefault(VISIBILITY_TIMEOUT_VARIABLE, str(JOINED_VISIBILITY_TIMEOUT_S))
    os.environ.setdefault(WARM_VARIABLE, "papers")


def visibility_timeout_s() -> float:
    """How long a message may be held without acknowledgement, in seconds."""
    return float(os.environ.get(VISIBILITY_TIMEOUT_VARIABLE, DEFAULT_VISIBILITY_TIMEOUT_S))


def fleet() -> str:
    """The run that this worker was started for; empty where it was started for any."""
    return os.environ.get(FLEET_VARIABLE, "")


def alive_file() -> Path | None:
    """What a worker touches whenever the broker heard that it is here, for a container's health check; None for nothing."""
    file = os.environ.get(ALIVE_FILE_VARIABLE)
    return Path(file) if file else None


def acknowledges_late() -> bool:
    """Whether a message is acknowledged when its job is done; early loses the jobs of a worker that dies, which is shown."""
    return os.environ.get(ACKNOWLEDGE_VARIABLE, "late") != "early"


def keeps_journal() -> bool:
    """Whether executions leave entries; off only to measure what the journal costs."""
    return os.environ.get(JOURNAL_VARIABLE, "on") != "off"


def warms_papers() -> bool:
    """Whether the dictionary is read before the first paper comes, so that no paper pays for it."""
    return os.environ.get(WARM_VARIABLE) == "papers"
