"""Prose of an exercise as a page shows it: paragraphs, with what is code, bold or leaning marked up."""

import re
from html import escape

from markupsafe import Markup

# A link is its words: a report leads nowhere. Each mark is looked for in what is escaped already.
MARKS = (
    (re.compile(r"`([^`]+)`"), r"<code>\1</code>"),
    (re.compile(r"\*\*([^*]+)\*\*"), r"<strong>\1</strong>"),
    (re.compile(r"\*([^*]+)\*"), r"<em>\1</em>"),
    (re.compile(r"\[([^\]]+)\]\([^)]*\)"), r"\1"),
)


def prose(text: str) -> list[Markup]:
    """The paragraphs of a text in Markdown."""
    return [_marked(" ".join(paragraph.split())) for paragraph in text.split("\n\n") if paragraph.strip()]


def _marked(text: str) -> Markup:
    marked = escape(text)
    for mark, html in MARKS:
        marked = mark.sub(html, marked)
    return Markup(marked)  # noqa: S704  # it was escaped, and then given marks of ours
