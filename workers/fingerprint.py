"""Fingerprints of a paper, by winnowing (Schleimer, Wilkerson and Aiken 2003), and how much two papers share."""

from collections.abc import Sequence
from zlib import crc32

# Noise: shared runs shorter than this many words are no evidence. Guarantee: runs of at least WORDS + WINDOW - 1
# words that two papers share are found.
WORDS = 5
WINDOW = 4


def fingerprint(words: Sequence[str]) -> frozenset[int]:
    """Of every `WINDOW` neighbouring runs of `WORDS` words the smallest hash, the rightmost where there are several."""
    hashes = [crc32(" ".join(words[start : start + WORDS]).encode()) for start in range(len(words) - WORDS + 1)]
    windows = (hashes[start : start + WINDOW] for start in range(max(1, len(hashes) - WINDOW + 1)))
    return frozenset(min(window) for window in windows if window)


def share(one: frozenset[int], other: frozenset[int]) -> float:
    """The part of one paper's fingerprints that the other has too, from 0 to 1."""
    return len(one & other) / len(one) if one else 0.0
