"""The grader: a paper and a rubric in, a score, a mark for each criterion and feedback in words out."""

import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from functools import lru_cache
from typing import Any

from workers.fingerprint import fingerprint, share
from workers.lexicon import Lexicon, read_lexicon
from workers.rubric import Point, Rubric
from workers.spelling import Suggest, is_suggestible, suggest_native, suggest_python
from workers.text import Text, plain, read_text, reading_grade

# The two graders give the same marks. `python` holds the GIL all the time; `native` lets it go in its hot part.
GRADERS: dict[str, Suggest] = {"python": suggest_python, "native": suggest_native}

# Suggestions are looked for this many times a paper: a teacher reads no more, and a paper of nothing but slips
# must not hold up the class.
MOST_LOOKED_UP = 10


@dataclass(frozen=True, slots=True)
class Mark:
    """What one criterion gave: `points` out of `most`, and why."""

    criterion: str
    points: float
    most: float
    feedback: str


@dataclass(frozen=True, slots=True)
class Grade:
    """What a paper gets: `score` out of 100."""

    paper: str
    score: float
    marks: tuple[Mark, ...]

    def as_message(self) -> dict[str, Any]:
        """The grade as it is put in the journal."""
        return asdict(self)


def grade(name: str, source: str, rubric: Rubric, others: Mapping[str, frozenset[int]], grader: str) -> Grade:
    """Grade one paper. `others` are the fingerprints of the other papers of the class, by name."""
    text, lexicon = read_text(source), read_lexicon()
    marks = (
        _mark_length(text, rubric),
        _mark_readability(text, rubric),
        _mark_spelling(text, rubric, lexicon, GRADERS[grader]),
        _mark_originality(text, rubric, others),
        *(_mark_point(text, point) for point in rubric.points),
    )
    return Grade(name, round(sum(mark.points for mark in marks), 1), marks)


def _mark(criterion: str, part: float, most: float, feedback: str) -> Mark:
    return Mark(criterion, round(max(0.0, min(1.0, part)) * most, 1), most, feedback)


def _mark_length(text: Text, rubric: Rubric) -> Mark:
    words, scale = len(text.words), rubric.length
    if words < scale.least:
        said = f"{words} words; write at least {scale.least:g}."
        return _mark("length", words / scale.least, scale.weight, said)
    if words > scale.most:
        said = f"{words} words; say it in {scale.most:g}."
        return _mark("length", scale.most / words, scale.weight, said)
    return _mark("length", 1.0, scale.weight, f"{words} words: a good length.")


def _mark_readability(text: Text, rubric: Rubric) -> Mark:
    year, scale = reading_grade(text), rubric.readability
    if year > scale.most:
        said = f"Reads like school year {year:.0f}: cut long sentences in two, and take shorter words."
    elif year < scale.least:
        said = f"Reads like school year {max(year, 0):.0f}: join short sentences to show how thoughts hang together."
    else:
        said = f"Reads easily (school year {year:.0f})."
    # Four school years beyond the scale leave nothing.
    beyond = max(year - scale.most, scale.least - year, 0.0)
    return _mark("readability", 1 - beyond / 4, scale.weight, said)


def _mark_spelling(text: Text, rubric: Rubric, lexicon: Lexicon, suggest: Suggest) -> Mark:
    words = text.plain
    unknown = Counter(word for word in words if len(word) > 1 and word not in lexicon and word not in text.names)
    looked_up = [word for word in unknown if is_suggestible(word)][:MOST_LOOKED_UP]
    suggestions = suggest(looked_up, lexicon)
    scale, slips = rubric.spelling, unknown.total() * 1000 / max(1, len(words))
    part = 1 - (slips - scale.least) / (scale.most - scale.least)
    return _mark("spelling", part, scale.weight, _spelling_feedback(unknown, suggestions))


def _spelling_feedback(unknown: Counter[str], suggestions: Mapping[str, tuple[str, ...]]) -> str:
    if not unknown:
        return "No slips found."
    listed = [f"{word}: {', '.join(near) or 'not in the dictionary'}" for word, near in suggestions.items()]
    words = "word" if unknown.total() == 1 else "words"
    return f"{unknown.total()} {words} to check." + (f" {'; '.join(listed)}." if listed else "")


def _mark_originality(text: Text, rubric: Rubric, others: Mapping[str, frozenset[int]]) -> Mark:
    scale, own = rubric.originality, fingerprint(text.plain)
    nearest, shared = max(
        ((name, share(own, other)) for name, other in sorted(others.items())),
        key=lambda found: found[1],
        default=("", 0.0),
    )
    part = 1 - (shared - scale.least) / (scale.most - scale.least)
    said = f"{shared:.0%} stands in {nearest} too: please talk to me." if shared > scale.least else "Your own words."
    return _mark("originality", part, scale.weight, said)


def _mark_point(text: Text, point: Point) -> Mark:
    spoken = " ".join(text.plain)
    found = [phrase for phrase in point.phrases if _phrase_pattern(phrase).search(spoken)]
    part = len(found) / point.wanted
    said = "Well covered." if part >= 1 else f"Touched on. {point.advice}" if found else f"Missing. {point.advice}"
    return _mark(point.name, part, point.weight, said)


@lru_cache(maxsize=1024)
def _phrase_pattern(phrase: str) -> re.Pattern[str]:
    """A phrase as whole words; a star at the end of a word stands for any ending."""
    return re.compile(r"\b" + re.escape(plain(phrase)).replace(r"\*", r"[\w']*") + r"\b")
