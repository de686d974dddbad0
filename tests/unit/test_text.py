import pytest
from hypothesis import given
from hypothesis import strategies as st

from workers.text import Text, read_text, reading_grade, syllables


def test_words_are_letters_with_an_apostrophe_inside() -> None:
    text = read_text("'Don’t' she said, \"it's 3.5 o'clock\" - naïve, co-op!")

    assert text.words == ("Don’t", "she", "said", "it's", "o'clock", "naïve", "co", "op")
    assert text.plain == ("don't", "she", "said", "it's", "o'clock", "naïve", "co", "op")


@pytest.mark.parametrize(
    ("source", "sentences"),
    [
        ("One. Two! Three?", 3),
        ("No end", 1),
        ("Wait... what?! Yes.", 3),
        ('He said "stop." Then he went.', 2),
        ("It took 3.5 minutes.", 1),
        ("First paragraph\n\nSecond paragraph", 2),
        ("", 0),
        ("... ?!", 0),
    ],
)
def test_sentences_end_at_their_marks_and_at_blank_lines(source: str, sentences: int) -> None:
    assert read_text(source).sentences == sentences


def test_headings_and_the_marks_of_markdown_are_no_prose() -> None:
    text = read_text("# My title\n\nSome *bold* words.\n\n- one item\n1. another\n> quoted `code` [link](http://x.example/y)")

    assert " ".join(text.words) == "Some bold words one item another quoted code link"


def test_names_stand_capital_inside_a_sentence_and_small_nowhere() -> None:
    text = read_text("Yesterday Priya met Rose. Then a rose fell. Today Priya laughed.")

    assert text.names == frozenset({"priya"})


@pytest.mark.parametrize(
    ("word", "count"),
    [("a", 1), ("the", 1), ("make", 1), ("table", 2), ("free", 1), ("coffee", 2), ("barista", 3), ("hmm", 1), ("machine", 2)],
)
def test_syllables_are_groups_of_vowels_less_a_silent_e(word: str, count: int) -> None:
    assert syllables(word) == count


def test_the_reading_grade_of_the_worked_example() -> None:
    # 60 words of one syllable and 40 of two: 100 words in 5 sentences with 140 syllables.
    text = Text(("cat",) * 60 + ("water",) * 40, 5, frozenset())

    assert reading_grade(text) == pytest.approx(8.73)


def test_the_reading_grade_of_a_text_as_it_is_read() -> None:
    # 6 words in 2 sentences with 7 syllables: 0.39 * 3 + 11.8 * 7 / 6 - 15.59.
    assert reading_grade(read_text("The cat sat. It drank water.")) == pytest.approx(0.39 * 3 + 11.8 * 7 / 6 - 15.59)


def test_longer_sentences_of_longer_words_read_like_a_later_year() -> None:
    short = reading_grade(read_text("We wait. We make tea. It is hot."))
    long = reading_grade(read_text("We wait and make tea and it is hot."))
    longer = reading_grade(read_text("Everybody anticipated preparing beverages and temperature escalated rapidly."))

    assert short < long < longer


def test_no_words_have_the_grade_zero() -> None:
    assert reading_grade(read_text("")) == 0.0


@given(st.text(max_size=200))
def test_any_text_can_be_read(source: str) -> None:
    text = read_text(source)

    assert text.sentences <= len(text.words)
    assert (text.sentences == 0) == (len(text.words) == 0)
    assert text.names <= set(text.plain)
    assert all(word and word.split() == [word] for word in text.words)
