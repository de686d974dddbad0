from string import ascii_lowercase

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from workers.lexicon import Lexicon, american, read_lexicon
from workers.spelling import MOST_SUGGESTIONS, is_suggestible, slips, suggest_native, suggest_python

COUNTS = {
    "a": 900,
    "an": 500,
    "at": 400,
    "cat": 60,
    "cats": 30,
    "act": 30,
    "coat": 20,
    "tea": 80,
    "team": 40,
    "eat": 40,
    "ate": 40,
    "latte": 10,
    "letter": 50,
    "later": 70,
    "can't": 99,
    "café": 99,
}
SMALL = Lexicon(COUNTS, tuple(sorted(word for word in COUNTS if word.isascii() and word.isalpha())))


def test_a_slip_leaves_out_adds_swaps_or_is_wrong() -> None:
    made = slips("ab")

    assert {"a", "b", "ba", "xb", "ax", "xab", "axb", "abx"} <= made
    # 2 left out, 1 swapped, 2 * 26 wrong (which is "ab" itself twice), 3 * 26 added less those that come twice.
    assert len(made) == 2 + 1 + (2 * 26 - 1) + (3 * 26 - 2)


def test_the_fewest_slips_come_first_then_the_commonest_then_the_alphabet() -> None:
    # One slip from "aet": "at" and "eat", "act" by a wrong letter; "ate" by a swap.
    assert suggest_python(["aet"], SMALL) == {"aet": ("at", "ate", "eat")}


def test_at_most_three_are_suggested_and_none_where_nothing_is_near() -> None:
    found = suggest_python(["tae", "zzzzzzz"], SMALL)

    assert len(found["tae"]) == MOST_SUGGESTIONS
    assert found["zzzzzzz"] == ()


def test_two_slips_are_looked_through_and_three_are_too_many() -> None:
    assert suggest_python(["lttx"], SMALL) == {"lttx": ("latte",)} == suggest_native(["lttx"], SMALL)
    assert suggest_python(["lzzze"], SMALL) == {"lzzze": ()} == suggest_native(["lzzze"], SMALL)


def test_a_swap_with_a_letter_added_in_between_is_two_slips_for_both() -> None:
    lexicon = Lexicon({"abc": 1}, ("abc",))

    assert suggest_python(["ca"], lexicon) == {"ca": ("abc",)} == suggest_native(["ca"], lexicon)


def test_words_with_an_apostrophe_or_an_accent_are_suggested_by_neither() -> None:
    assert suggest_python(["cant", "cafe"], SMALL) == suggest_native(["cant", "cafe"], SMALL)
    assert not {"can't", "café"} & set(suggest_python(["cant"], SMALL)["cant"] + suggest_python(["cafe"], SMALL)["cafe"])


def test_no_words_have_no_suggestions() -> None:
    assert suggest_python([], SMALL) == {} == suggest_native([], SMALL)


unknown_words = st.lists(
    st.text(st.sampled_from("aelnrtc") | st.sampled_from(ascii_lowercase), min_size=2, max_size=7).filter(
        lambda word: word not in SMALL
    ),
    min_size=1,
    max_size=2,
    unique=True,
)


@settings(max_examples=25)
@given(unknown_words)
def test_the_two_suggesters_find_the_same_words_in_the_same_order(words: list[str]) -> None:
    assert suggest_python(words, SMALL) == suggest_native(words, SMALL)


@pytest.mark.parametrize(
    ("slip", "meant"),
    [
        ("recieve", "receive"),
        ("seperate", "separate"),
        ("occured", "occurred"),
        ("wich", "which"),
        ("freind", "friend"),
        ("teh", "the"),
        ("becuase", "because"),
        ("machne", "machine"),
    ],
)
def test_both_find_what_was_meant_in_the_real_dictionary(slip: str, meant: str) -> None:
    lexicon = read_lexicon()
    found = suggest_python([slip], lexicon)

    assert slip not in lexicon
    assert meant in found[slip]
    assert found == suggest_native([slip], lexicon)


@pytest.mark.parametrize(
    ("word", "looked_for"),
    [("recieve", True), ("a" * 16, True), ("a" * 17, False), ("don't", False), ("naïve", False), ("", False)],
)
def test_suggestions_are_looked_for_only_where_both_can(word: str, looked_for: bool) -> None:
    assert is_suggestible(word) is looked_for


@pytest.mark.parametrize(
    "word",
    [
        "neighbour",
        "colourful",
        "favourites",
        "centre",
        "metres",
        "theatre",
        "organised",
        "realise",
        "organisation",
        "analyse",
        "travelling",
        "modelled",
        "tyres",
        "neighbour's",
    ],
)
def test_british_spellings_are_known(word: str) -> None:
    assert word in read_lexicon()


@pytest.mark.parametrize("word", ["the", "queue", "coffee", "machine's", "couldn't"])
def test_common_words_are_known(word: str) -> None:
    assert word in read_lexicon()


@pytest.mark.parametrize("word", ["recieve", "qzx", "neigbour", "organnised", "centr"])
def test_a_slip_is_no_british_spelling(word: str) -> None:
    assert word not in read_lexicon()


@pytest.mark.parametrize(
    ("british", "spelt"),
    [("colour", "color"), ("centres", "centers"), ("analysing", "analyzing"), ("tea", "tea"), ("re", "re")],
)
def test_american_spells_endings_as_in_america(british: str, spelt: str) -> None:
    assert american(british) == spelt


def test_the_words_that_native_measures_are_those_of_plain_letters_in_order() -> None:
    lexicon = read_lexicon()

    assert list(lexicon.spellings) == sorted(lexicon.spellings)
    assert all(word.isascii() and word.isalpha() for word in lexicon.spellings)
    assert len(lexicon.spellings) > 50_000
