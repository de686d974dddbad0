from zlib import crc32

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workers.fingerprint import WINDOW, WORDS, fingerprint, share
from workers.text import read_text

LEAST_RUN = WORDS + WINDOW - 1
ONE = read_text("The barista has one pair of hands and the machine has two group heads, so the line grows.").plain
OTHER = read_text("My grandmother bakes bread every Sunday while we children set a table under old apple trees.").plain


def word_lists(letter: str, least: int, most: int) -> st.SearchStrategy[list[str]]:
    """Words that begin with a letter, so that two lists of different letters share none."""
    return st.lists(st.integers(0, 50).map(lambda number: f"{letter}{number}"), min_size=least, max_size=most)


@given(
    word_lists("s", LEAST_RUN, LEAST_RUN + 10),
    word_lists("a", 0, 30),
    word_lists("b", 0, 30),
    word_lists("c", 0, 30),
    word_lists("d", 0, 30),
)
def test_a_shared_run_that_is_long_enough_is_found_wherever_it_stands(
    run: list[str], before: list[str], after: list[str], before_too: list[str], after_too: list[str]
) -> None:
    mine, theirs = fingerprint([*before, *run, *after]), fingerprint([*before_too, *run, *after_too])

    assert mine & theirs
    assert 0 < share(mine, theirs) <= 1


@pytest.mark.parametrize("at_the_end", [True, False])
def test_the_shortest_run_that_is_guaranteed_is_found_at_the_very_end_and_the_very_beginning(at_the_end: bool) -> None:
    for seed in range(200):
        run = [f"s{seed}-{number}" for number in range(LEAST_RUN)]
        papers = [[f"{who}{seed}-{number}" for number in range(20)] for who in ("mine", "theirs")]
        mine, theirs = (fingerprint([*own, *run] if at_the_end else [*run, *own]) for own in papers)
        assert mine & theirs, run


@given(word_lists("s", 0, WORDS - 1), word_lists("a", 10, 30), word_lists("c", 10, 30))
def test_a_shared_run_shorter_than_the_noise_is_no_evidence(run: list[str], before: list[str], before_too: list[str]) -> None:
    assert share(fingerprint([*before, *run]), fingerprint([*before_too, *run])) == 0.0


@given(word_lists("s", WORDS, 80))
def test_identical_texts_share_everything(words: list[str]) -> None:
    assert share(fingerprint(words), fingerprint(list(words))) == 1.0


def test_unrelated_texts_share_nothing() -> None:
    assert share(fingerprint(ONE), fingerprint(OTHER)) == 0.0


def test_a_paper_that_is_half_copied_shares_about_half_and_the_longer_source_less() -> None:
    source = [f"w{number}" for number in range(400)]
    copied = [f"own{number}" for number in range(100)] + source[:100]
    mine, theirs = fingerprint(copied), fingerprint(source)

    assert share(mine, theirs) == pytest.approx(0.5, abs=0.1)
    assert share(theirs, mine) == pytest.approx(0.25, abs=0.06)


@pytest.mark.parametrize("count", range(WORDS))
def test_a_text_of_too_few_words_has_no_fingerprints_and_shares_nothing(count: int) -> None:
    assert fingerprint(ONE[:count]) == frozenset()
    assert share(fingerprint(ONE[:count]), fingerprint(ONE)) == 0.0


@given(word_lists("s", WORDS, 120))
def test_there_is_one_fingerprint_at_most_for_each_run_of_words_and_one_at_least_in_each_window(words: list[str]) -> None:
    runs = len(words) - WORDS + 1

    assert 1 <= len(fingerprint(words)) <= max(1, runs - WINDOW + 1)


def test_fingerprints_are_the_same_in_every_process() -> None:
    # The hash is no secret of one process, as Python's own is: workers compare with what the conductor made.
    assert fingerprint(read_text("one two three four five").plain) == {crc32(b"one two three four five")}
