"""What the page is told by whoever serves it: it draws a lab, and may not know how runs are started."""

from asyncio import Future
from dataclasses import dataclass
from typing import Any, Protocol

from producer.errors import BadInputError


class BusyError(Exception):
    """A run is under way, and a lab has one at a time."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """How something that was asked for ended: the name of its last run, where there is one, or what is wrong with it."""

    run: str | None
    error: BadInputError | None = None


class House(Protocol):
    """The lab, as the page needs it."""

    def about(self) -> dict[str, Any]:
        """What `/api/lab` says beside who is present: version, exercises, defaults and the like."""

    def asking(self) -> dict[str, Any] | None:
        """What is under way that the page asked for, or None."""

    def refused(self) -> BadInputError | None:
        """Why what the page last asked for came to nothing, or None."""

    def refresh(self) -> None:
        """Look again at what is stored of exercises."""

    def start(self, asked: dict[str, Any], mark: str) -> "Future[Outcome]":
        """Begin what the page asks for; the future tells how it ended. Its runs bear the mark when they open.

        Raises:
            BadInputError: it cannot be done as it was asked.
            BusyError: something is under way.
        """

    def stop(self) -> None:
        """End what the page asked for, as an interrupt would."""
