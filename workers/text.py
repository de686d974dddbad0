"""Words and sentences of a paper."""

import re
from dataclasses import dataclass

# Letters with an apostrophe inside: "don't" is one word, 'quoted' is without its quotes.
WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)*")
SENTENCE_END = re.compile(r"[.!?]+(?:[\"'”’)\]*_]*)(?=\s|$)|\n[ \t]*\n")
MARKDOWN = re.compile(r"^#{1,6}[ \t].*$|^[ \t]*(?:[-*+]|\d{1,9}\.)[ \t]+|[*_`>]+|\]\([^)\n]*\)", re.MULTILINE)
VOWELS = re.compile(r"[aeiouy]+")


@dataclass(frozen=True, slots=True)
class Text:
    """A paper taken apart. `words` are as written; `names` are words that are never written small."""

    words: tuple[str, ...]
    sentences: int
    names: frozenset[str]

    @property
    def plain(self) -> tuple[str, ...]:
        """The words in small letters, with straight apostrophes."""
        return tuple(plain(word) for word in self.words)


def read_text(source: str) -> Text:
    """Words and sentences of a paper in plain text or Markdown; headings are not prose, so they do not count."""
    prose = MARKDOWN.sub(" ", source)
    words: list[str] = []
    openings: set[int] = set()
    sentences = 0
    for sentence in SENTENCE_END.split(prose):
        found = WORD.findall(sentence)
        if found:
            openings.add(len(words))
            words.extend(found)
            sentences += 1
    return Text(tuple(words), sentences, _names(words, openings))


def _names(words: list[str], openings: set[int]) -> frozenset[str]:
    """Words that stand capital inside a sentence and small nowhere: names, and not to be spelt from a dictionary."""
    small = {plain(word) for word in words if word[0].islower()}
    capital = {plain(word) for place, word in enumerate(words) if word[0].isupper() and place not in openings}
    return frozenset(capital - small)


def plain(word: str) -> str:
    """A word in small letters, with a straight apostrophe."""
    return word.lower().replace("’", "'")


def syllables(word: str) -> int:
    """About how many syllables an English word has: its groups of vowels, less a silent final e; at least one."""
    groups = len(VOWELS.findall(word))
    if word.endswith("e") and not word.endswith(("le", "ee")) and groups > 1:
        groups -= 1
    return max(1, groups)


def reading_grade(text: Text) -> float:
    """The school year that can read it: `0.39 words/sentence + 11.8 syllables/word - 15.59` (Kincaid et al. 1975).

    For example 100 words in 5 sentences with 140 syllables: 0.39 * 20 + 11.8 * 1.4 - 15.59 = 8.73.
    """
    count = len(text.words)
    if not count or not text.sentences:
        return 0.0
    return 0.39 * count / text.sentences + 11.8 * sum(map(syllables, text.plain)) / count - 15.59
