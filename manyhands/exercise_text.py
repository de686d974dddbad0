"""The text of an exercise: five parts in Markdown, in which the figures of its runs are filled in."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from manyhands.figure import Facts, Figure, in_words

PARTS = ("Predict", "Run", "Look", "Explain", "Change one number")

# What is told before the run, and what only after it.
BEFORE, AFTER = PARTS[:2], PARTS[2:]

HEADING = re.compile(r"^## (.+)$", re.MULTILINE)

# {run.path} or {run.path / run.path}; nothing else has braces in a text.
PLACEHOLDER = re.compile(r"\{([^{}/]+?)(?:\s*/\s*([^{}/]+?))?\}")


@dataclass(frozen=True, slots=True)
class Part:
    """One part: its heading, and its paragraphs as Markdown."""

    heading: str
    body: str


def parts(text: str) -> list[Part]:
    """The parts of a text, in its order."""
    _, *pieces = HEADING.split(text)
    return [Part(heading.strip(), body.strip()) for heading, body in zip(pieces[::2], pieces[1::2], strict=True)]


def placeholders(text: str) -> Iterator[Figure]:
    """The figures that a text asks for."""
    return (Figure(found[1], found[2]) for found in PLACEHOLDER.finditer(text))


def fill(text: str, facts: Facts) -> str:
    """The text with its figures; what nobody knows, or what was not run yet, is an ellipsis."""

    def figure(found: re.Match[str]) -> str:
        named = Figure(found[1], found[2])
        return in_words(named, named.look_up(facts))

    return PLACEHOLDER.sub(figure, text)
