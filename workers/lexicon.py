"""The dictionary: which words there are, and how common each is. It comes with the package pyspellchecker."""

import re
from dataclasses import dataclass
from functools import cache

from spellchecker import SpellChecker

BRITISH = (
    (re.compile(r"our"), "or"),  # neighbour, colourful
    (re.compile(r"(?<=[td])re(s?)$"), r"er\1"),  # centre, metres
    (re.compile(r"is(?=(?:e|ed|es|er|ers|ing|ation)$)"), "iz"),  # organised
    (re.compile(r"ys(?=(?:e|ed|es|ing)$)"), "yz"),  # analyse
    (re.compile(r"ll(?=(?:ed|ing|er|ers)$)"), "l"),  # travelling
    (re.compile(r"^tyre"), "tire"),
)


@dataclass(frozen=True, slots=True)
class Lexicon:
    """Words with how often each occurs in a large corpus; `spellings` are those of the letters a to z alone, sorted."""

    counts: dict[str, int]
    spellings: tuple[str, ...]

    def __contains__(self, word: str) -> bool:
        stem = word.removesuffix("'s")
        return word in self.counts or stem in self.counts or american(stem) in self.counts


def american(word: str) -> str:
    """A word as it is spelt in America, as far as endings tell: the corpus is American, a pupil need not be."""
    for british, spelling in BRITISH:
        word = british.sub(spelling, word)
    return word


@cache
def read_lexicon() -> Lexicon:
    """The English dictionary, read once for each process (about 0.2 s)."""
    counts: dict[str, int] = dict(SpellChecker(language="en").word_frequency.dictionary)
    return Lexicon(counts, tuple(sorted(word for word in counts if word.isascii() and word.isalpha())))
