"""A question that several runs answer: what was predicted, what it came to, why, and the claims, in words."""

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup


@dataclass(frozen=True, slots=True)
class Claimed:
    """A claim, whether it held (None where nobody can say), and what was seen."""

    says: str
    holds: bool | None
    seen: str


@dataclass(frozen=True, slots=True)
class Answered:
    """The question, the prediction and the answer beside it, with their unit, and how far `off` it was.

    `beside` are the ideal and the bound, by name, where there are any. `why` are the parts of the explanation by their
    heading, each in paragraphs.
    """

    question: str
    predicted: str
    answer: str
    off: str
    beside: Sequence[tuple[str, str]]
    why: Sequence[tuple[str, Sequence[Markup]]]
    claims: Sequence[Claimed]
