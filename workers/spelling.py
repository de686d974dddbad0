"""Spelling: the words of the dictionary within two slips of an unknown one.

A slip leaves a letter out, adds one, writes a wrong one, or swaps two neighbours; the least number of slips is the
unrestricted Damerau-Levenshtein distance. Two ways that find the same words:

- `suggest_python` makes everything that one slip and then another make of the word, and keeps what is in the
  dictionary (Norvig 2007). Pure Python from end to end: it holds the GIL.
- `suggest_native` measures the distance to every word of the dictionary, in C++, with the GIL released.
"""

from collections.abc import Callable, Iterable, Sequence
from string import ascii_lowercase

import numpy
from rapidfuzz.distance import DamerauLevenshtein
from rapidfuzz.process import cdist

from workers.execution import phase
from workers.lexicon import Lexicon

MOST_SLIPS = 2
MOST_SUGGESTIONS = 3

# Longer words are rarely slips of the pen, and two slips of a long word make a million others.
LONGEST_WORD = 16

Suggest = Callable[[Sequence[str], Lexicon], dict[str, tuple[str, ...]]]


def is_suggestible(word: str) -> bool:
    """Whether suggestions are looked for: the letters a to z alone, and not too many."""
    return word.isascii() and word.isalpha() and len(word) <= LONGEST_WORD


def suggest_python(words: Sequence[str], lexicon: Lexicon) -> dict[str, tuple[str, ...]]:
    """For each unknown word the likeliest words within two slips, likeliest first."""
    return {word: _likeliest(_within_two(word, lexicon), lexicon) for word in words}


def _within_two(word: str, lexicon: Lexicon) -> dict[str, int]:
    one_slip = slips(word)
    found = {near: MOST_SLIPS for once in one_slip for near in slips(once) if near in lexicon.counts}
    return found | {near: 1 for near in one_slip if near in lexicon.counts}


def slips(word: str) -> set[str]:
    """Everything that one slip makes of a word."""
    cuts = [(word[:place], word[place:]) for place in range(len(word) + 1)]
    left_out = [before + after[1:] for before, after in cuts if after]
    swapped = [before + after[1] + after[0] + after[2:] for before, after in cuts if len(after) > 1]
    wrong = [before + letter + after[1:] for before, after in cuts if after for letter in ascii_lowercase]
    added = [before + letter + after for before, after in cuts for letter in ascii_lowercase]
    return {*left_out, *swapped, *wrong, *added}


def suggest_native(words: Sequence[str], lexicon: Lexicon) -> dict[str, tuple[str, ...]]:
    """The same, measured against the whole dictionary with the GIL released."""
    if not words:
        return {}
    with phase("native"):
        distances = cdist(
            words,
            lexicon.spellings,
            scorer=DamerauLevenshtein.distance,
            score_cutoff=MOST_SLIPS,
            dtype=numpy.uint8,
        )
    suggestions = {}
    for word, row in zip(words, distances, strict=True):
        near = {lexicon.spellings[place]: int(row[place]) for place in numpy.flatnonzero(row <= MOST_SLIPS)}
        suggestions[word] = _likeliest(near, lexicon)
    return suggestions


def _likeliest(near: dict[str, int], lexicon: Lexicon) -> tuple[str, ...]:
    """Fewest slips first, then the commonest, then by alphabet: the same order whoever found them."""
    spelt: Iterable[str] = (word for word in near if word.isalpha())
    ranked = sorted(spelt, key=lambda word: (near[word], -lexicon.counts[word], word))
    return tuple(ranked[:MOST_SUGGESTIONS])
