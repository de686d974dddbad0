"""A paper graded as it comes in a message, compared with the fingerprints of its class."""

import json
from collections.abc import Hashable, Mapping
from functools import lru_cache
from typing import Any, Protocol

from workers.coffee import UnreadableError
from workers.execution import phase
from workers.fingerprint import fingerprint
from workers.grader import GRADERS, grade
from workers.lexicon import read_lexicon
from workers.rubric import Rubric
from workers.text import read_text

# Classes that a worker keeps at hand.
MOST_CLASSES = 4


class UngradablePaperError(Exception):
    """The paper cannot be graded. Hand it in again as text."""


class Shelf(Hashable, Protocol):
    """Where the fingerprints of a class lie: a Redis client, as far as it is needed."""

    def get(self, name: str) -> Any:
        """The text under a key, or None."""


Class = Mapping[str, frozenset[int]]


def warm() -> None:
    """Read what all papers need, so that the first does not pay for it."""
    read_lexicon()


def fingerprint_class(texts: Mapping[str, str]) -> dict[str, list[int]]:
    """The fingerprints of a class's papers by name, ready for JSON."""
    return {name: sorted(fingerprint(read_text(text).plain)) for name, text in texts.items()}


def read_class(text: str | bytes) -> Class:
    """The fingerprints of a class, as they lie on the shelf."""
    return {name: frozenset(prints) for name, prints in json.loads(text).items()}


def grade_message(paper: dict[str, Any], rubric: dict[str, Any], shelf: Shelf) -> dict[str, Any]:
    """Grade what came in a message. What is left to do then is all hands.

    Raises:
        UnreadableError: the message is no paper with a rubric.
        UngradablePaperError: the paper has a fault.
    """
    try:
        name, text, fault, grader = paper["paper"], paper["text"], paper.get("fault"), paper["grader"]
        criteria = Rubric.from_message(rubric)
    except (KeyError, TypeError, AttributeError) as error:
        raise UnreadableError(f"no paper with a rubric ({error!r})") from None
    if fault:
        raise UngradablePaperError(f"{name} {fault}")
    if not isinstance(grader, str) or grader not in GRADERS or not isinstance(text, str):
        raise UnreadableError(f"the grader is {grader!r}, which must be one of {', '.join(GRADERS)}")
    # Looked up before the hands are busy: to ask the broker is to wait, and a greenlet that waits lets others work.
    everybody = _class(shelf, str(paper["class"])) if paper.get("class") else {}
    with phase("hands"):
        others = {other: prints for other, prints in everybody.items() if other != name}
        return grade(name, text, criteria, others, grader).as_message()


@lru_cache(maxsize=MOST_CLASSES)
def _class(shelf: Shelf, key: str) -> Class:
    text = shelf.get(key)
    if not text:
        # Nobody may be told that the words are their own when there was nothing to compare them with.
        raise UngradablePaperError("The class that the paper is compared with is not on the broker. Send it again")
    return read_class(text)
