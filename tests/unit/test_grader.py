import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from producer.papers import read_papers
from workers.fingerprint import fingerprint
from workers.grader import MOST_LOOKED_UP, Grade, Mark, grade
from workers.papers import fingerprint_class, read_class
from workers.rubric import Point, Rubric, Scale, read_rubric
from workers.text import read_text

RUBRIC = Rubric(
    title="A short one",
    length=Scale(20, 10, 20),
    readability=Scale(20, 0, 6),
    spelling=Scale(20, 0, 100),
    originality=Scale(20, 0.2, 0.7),
    points=(Point("the queue", 20, 2, ("queue*", "in line", "don't wait"), "Say who stands in line."),),
)
TEN_WORDS = "The cat sat on the mat and drank some milk."


def graded(source: str, *, points: tuple[Point, ...] = RUBRIC.points, others: dict[str, str] | None = None) -> Grade:
    rubric = Rubric("T", RUBRIC.length, RUBRIC.readability, RUBRIC.spelling, RUBRIC.originality, points)
    prints = {name: fingerprint(read_text(text).plain) for name, text in (others or {}).items()}
    return grade("a.txt", source, rubric, prints, "native")


def mark(source: str, criterion: str, others: dict[str, str] | None = None) -> Mark:
    (found,) = (mark for mark in graded(source, others=others).marks if mark.criterion == criterion)
    return found


def mark_point(source: str, *phrases: str, wanted: float = 1) -> Mark:
    return graded(source, points=(Point("point", 20, wanted, phrases, "Say more."),)).marks[-1]


def test_a_grade_has_a_mark_for_each_criterion_and_their_sum_as_its_score() -> None:
    result = graded(TEN_WORDS)

    assert [mark.criterion for mark in result.marks] == ["length", "readability", "spelling", "originality", "the queue"]
    assert result.score == 80.0 == sum(mark.points for mark in result.marks)
    assert result.paper == "a.txt"


@pytest.mark.parametrize(
    ("words", "points", "said"),
    [
        (5, 10.0, "5 words; write at least 10."),
        (10, 20.0, "10 words: a good length."),
        (20, 20.0, "20 words: a good length."),
        (40, 10.0, "40 words; say it in 20."),
    ],
)
def test_a_paper_too_short_or_too_long_loses_in_proportion(words: int, points: float, said: str) -> None:
    found = mark("milk " * words, "length")

    assert (found.points, found.most, found.feedback) == (points, 20, said)


@pytest.mark.parametrize(
    ("source", "points", "said"),
    [
        # 0.39 * 10 + 11.8 * 10 / 10 - 15.59 = 0.11
        (TEN_WORDS, 20.0, "Reads easily (school year 0)."),
        # 0.39 * 3 + 11.8 - 15.59 = -2.62: 2.62 years below, of 4.
        ("We wait here. We drink milk.", 6.9, "Reads like school year 0: join short sentences"),
        # 0.39 * 30 + 11.8 - 15.59 = 7.91: 1.91 years above, of 4.
        ("milk " * 30, 10.4, "Reads like school year 8: cut long sentences in two"),
        # 0.39 * 60 + 11.8 - 15.59 = 19.61: far too high.
        ("milk " * 60, 0.0, "Reads like school year 20: cut long sentences in two"),
    ],
)
def test_readability_loses_all_four_school_years_beyond_its_scale(source: str, points: float, said: str) -> None:
    found = mark(source, "readability")

    assert found.points == points
    assert found.feedback.startswith(said)


def test_slips_cost_in_proportion_and_are_named_with_what_was_meant() -> None:
    # 1 slip in 20 words is 50 in 1000, half of the worst 100.
    found = mark("I will recieve milk. " + "We drink milk here now. " * 3 + "So.", "spelling")

    assert found.points == 10.0
    assert found.feedback.startswith("1 word to check. recieve: receive")


def test_a_slip_made_twice_counts_twice_and_is_named_once() -> None:
    found = mark("I recieve milk and you recieve milk.", "spelling")

    assert found.feedback.startswith("2 words to check.")
    assert found.feedback.count("recieve:") == 1


def test_names_and_british_spellings_are_no_slips() -> None:
    assert mark("Our neighbour Oluwaseun organised a theatre.", "spelling").feedback == "No slips found."


def test_a_slip_with_nothing_near_is_said_to_be_in_no_dictionary() -> None:
    assert "qzxqzxqzx: not in the dictionary" in mark("We drink qzxqzxqzx.", "spelling").feedback


def test_suggestions_are_looked_for_so_many_times_and_no_more() -> None:
    slips = [f"{letter}qzxjq" for letter in "abcdefghijklmnop"]
    found = mark(f"we drink {' '.join(slips)}.", "spelling")

    assert found.feedback.startswith("16 words to check.")
    assert found.feedback.count("qzxjq:") == MOST_LOOKED_UP


@pytest.mark.parametrize("word", ["zażółćqx", "qzxjw" * 4])
def test_feedback_on_slips_that_are_not_looked_up_ends_in_one_full_stop(word: str) -> None:
    assert mark(f"we drink {word} now.", "spelling").feedback == "1 word to check."


def test_a_copied_paper_loses_its_originality_and_names_the_other() -> None:
    found = mark(TEN_WORDS, "originality", {"b.txt": "Something else is written here by somebody other.", "c.txt": TEN_WORDS})

    assert found.points == 0.0
    assert found.feedback == "100% stands in c.txt too: please talk to me."


def test_of_two_that_share_as_much_the_first_by_name_is_said() -> None:
    assert "stands in b.txt too" in mark(TEN_WORDS, "originality", {"c.txt": TEN_WORDS, "b.txt": TEN_WORDS}).feedback


def test_what_is_shared_within_what_is_allowed_costs_nothing() -> None:
    own = [f"own{letter}" for letter in "abcdefghijklmnopqrstuvwxyz"] * 3
    borrowed = TEN_WORDS.lower().rstrip(".").split()
    found = mark(" ".join([*own, *borrowed]), "originality", {"b.txt": TEN_WORDS})

    assert (found.points, found.feedback) == (20.0, "Your own words.")


@pytest.mark.parametrize(
    ("source", "points", "said"),
    [
        ("Nobody is there.", 0.0, "Missing. Say who stands in line."),
        ("They queued for tea.", 10.0, "Touched on. Say who stands in line."),
        ("They queued for tea, queuing and queueing.", 10.0, "Touched on. Say who stands in line."),
        ("The queue: all stand in\nline.", 20.0, "Well covered."),
        ("The queue is in line, and I don’t wait.", 20.0, "Well covered."),
    ],
)
def test_a_point_is_covered_when_enough_of_its_phrases_occur(source: str, points: float, said: str) -> None:
    found = mark(source, "the queue")

    assert (found.points, found.feedback) == (points, said)


@pytest.mark.parametrize(
    ("phrase", "source", "found"),
    [
        ("line", "The lines are long.", False),
        ("line", "An airline is late.", False),
        ("line*", "The lines are long.", True),
        ("LINE", "The line is long.", True),
        ("held back", "It was held back.", True),
        ("a.b", "The axb is long.", False),
        ("doesn't help", "It doesn’t help.", True),
        ("doesn’t help", "It doesn't help.", True),
        ("doesn’t help", "It doesn’t help.", True),
    ],
)
def test_a_phrase_is_whole_words_and_a_star_any_ending(phrase: str, source: str, found: bool) -> None:
    assert mark_point(source, phrase).points == (20.0 if found else 0.0)


def test_a_paper_copied_within_the_class_is_not_compared_with_itself() -> None:
    papers = {paper.name: paper.text for paper in read_papers()[:3]}
    everybody = read_class('{"a.txt": [1, 2]}')

    assert everybody == {"a.txt": frozenset({1, 2})}
    assert fingerprint_class(papers).keys() == papers.keys()


def test_both_graders_give_the_same_grades() -> None:
    papers = read_papers()[:4]
    prints = {paper.name: fingerprint(read_text(paper.text).plain) for paper in papers}
    rubric = read_rubric()

    for paper in papers:
        others = {name: found for name, found in prints.items() if name != paper.name}
        python, native = (grade(paper.name, paper.text, rubric, others, grader) for grader in ("python", "native"))
        assert python == native
        assert 0 < python.score <= 100


@settings(max_examples=20)
@given(st.text(st.sampled_from("aeT .!?\n'’queinl#*-é1"), max_size=120))
def test_whatever_is_written_every_mark_lies_between_nothing_and_its_weight(source: str) -> None:
    result = graded(source)

    assert all(0 <= mark.points <= mark.most for mark in result.marks)
    assert all(mark.feedback for mark in result.marks)
    assert 0 <= result.score <= 100


def test_a_grade_travels_as_plain_values() -> None:
    message = Grade("a.txt", 7.5, (Mark("length", 7.5, 10, "Short."),)).as_message()

    assert message == {
        "paper": "a.txt",
        "score": 7.5,
        "marks": ({"criterion": "length", "points": 7.5, "most": 10, "feedback": "Short."},),
    }
