"""Exercises as data: each file is read strictly, each text has its parts, another seed is another instance."""

from pathlib import Path

import pytest

from manyhands.course import EXERCISES_FOLDER, exercise, exercises
from manyhands.exercise import Exercise
from manyhands.exercise_file import read_exercise
from manyhands.exercise_text import PARTS, fill, parts, placeholders
from manyhands.exercise_work import plan_for, rate_per_s, work_of
from producer.errors import BadInputError

OF_THE_COURSE = [
    *("one-barista", "juggling", "hands-full", "side-by-side", "one-machine", "one-till", "stack-of-papers"),
    *("not-gil-bound", "complicated-drink", "rush-hour", "more-hands", "barista-faints", "far-away"),
]
FILES = sorted(EXERCISES_FOLDER.glob("*.toml"))

SMALLEST = """
title = "Two teas"
question = "How long do two teas take?"
unit = "s"
answer = { of = "solo.completion_s" }
runs = [{ name = "solo", title = "one at a time" }]
claims = [{ says = "It is the sum.", of = "solo.held_back_by", is = "slots" }]
[settings]
pool = "solo"
orders = [{ drink = "tea", count = 2 }]
"""


def each_exercise() -> pytest.MarkDecorator:
    return pytest.mark.parametrize("read", exercises(), ids=lambda read: read.name)


TEXT = "".join(f"## {part}\n\nTea.\n\n" for part in PARTS)


def write(folder: Path, toml: str, text: str = TEXT) -> Path:
    (folder / "07-two-teas.md").write_text(text)
    path = folder / "07-two-teas.toml"
    path.write_text(toml)
    return path


def test_the_course_has_thirteen_in_their_order() -> None:
    assert [each.name for each in exercises()] == OF_THE_COURSE
    assert [each.number for each in exercises()] == list(range(1, 14))


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_an_exercise_is_a_file_of_at_most_forty_lines(path: Path) -> None:
    assert len(path.read_text(encoding="utf-8").splitlines()) <= 40


@each_exercise()
def test_each_text_has_its_five_parts(read: Exercise) -> None:
    assert tuple(part.heading for part in parts(read.text)) == PARTS
    assert all(part.body for part in parts(read.text))


@each_exercise()
def test_what_is_told_before_the_run_gives_no_figure_of_it_away(read: Exercise) -> None:
    runs = {configuration.name for configuration in read.configurations}

    before = "".join(part.body for part in parts(read.text)[:2])
    assert {figure.run for figure in placeholders(read.question + before)} & runs == set()


@each_exercise()
def test_the_figures_of_a_text_are_of_its_runs(read: Exercise) -> None:
    known = {configuration.name for configuration in read.configurations} | {"curve", "here"}

    asked = {run for figure in placeholders(read.text) for run in (figure.run, figure.over_run) if run}
    assert asked <= known


@each_exercise()
def test_the_small_runs_are_the_same_with_less_to_do(read: Exercise) -> None:
    small = read.made_small()

    assert [each.name for each in small.configurations] == [each.name for each in read.configurations]
    for whole, part in zip(read.configurations, small.configurations, strict=True):
        assert (part.setting.pool, part.setting.workers) == (whole.setting.pool, whole.setting.workers)


@each_exercise()
def test_another_seed_is_another_instance(read: Exercise) -> None:
    one, other, again = (work_of(read.asked.setting, read.menu, seed) for seed in (1, 2, 1))

    assert [(job.name, job.args) for job in one.jobs] != [(job.name, job.args) for job in other.jobs]
    if one.name != "papers":  # a class gets a key of its own each time
        assert one.jobs == again.jobs


@pytest.mark.parametrize("name", ["one-barista", "juggling", "one-machine", "far-away"])
def test_another_instance_has_another_answer(name: str) -> None:
    read = exercise(name)

    lengths_s = {sum(job.length_s for job in work_of(read.asked.setting, read.menu, seed).jobs) for seed in range(1, 5)}
    assert len(lengths_s) > 1


@each_exercise()
def test_an_exercise_tells_a_form_what_it_runs(read: Exercise) -> None:
    assert {"work", "pool", "workers", "slots"} <= read.settings.keys()
    assert ("speed" in read.settings, "papers" in read.settings, "sales" in read.settings) == tuple(
        read.settings["work"] == work for work in ("coffee", "papers", "till")
    )
    assert read.settings["slots"] == 1 or read.settings["pool"] not in ("solo", "sequential")
    assert len(read.variants) == len(read.configurations)


def test_the_run_that_is_asked_about_is_the_one_of_the_question() -> None:
    asked = {each.name: each.asked.name for each in exercises() if each.unit == "×"}

    assert asked == {
        "side-by-side": "matcha-three",
        "stack-of-papers": "threads",
        "not-gil-bound": "threads",
        "rush-hour": "busy-95",
        "more-hands": "eight",
    }


def test_customers_come_as_often_as_keeps_the_slots_busy() -> None:
    setting = exercise("rush-hour").configurations[1].setting
    work = work_of(setting, exercise("rush-hour").menu, 1)

    rate = rate_per_s(work, setting)

    assert rate is not None
    assert rate * sum(job.length_s for job in work.jobs) / len(work.jobs) == pytest.approx(0.8)
    assert work.jobs[-1].arrives_s > 0


def test_early_acknowledgement_is_asked_for_by_name() -> None:
    read = exercise("barista-faints")
    plans = [plan_for(each.setting, work_of(each.setting, read.menu, 1)) for each in read.configurations]

    assert [plan.acknowledges_late for plan in plans] == [True, True, False]


def test_an_exercise_is_found_by_name_or_number() -> None:
    assert exercise("juggling") is exercise("2")
    with pytest.raises(BadInputError, match=r"there is none called 'jugling'\. Did you mean 'juggling'\?"):
        exercise("jugling")


def test_the_smallest_exercise(tmp_path: Path) -> None:
    read = read_exercise(write(tmp_path, SMALLEST))

    assert (read.name, read.number, read.asked.name) == ("two-teas", 7, "solo")
    assert [job.name.split(" for ")[0].split()[-1] for job in work_of(read.asked.setting, read.menu, 1).jobs] == ["tea", "tea"]


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("title =", "titel =", r"titel is an unknown key\. Did you mean 'title'"),
        ('pool = "solo"', 'pool = "sollo"', r"settings\.pool is 'sollo'\. Did you mean 'solo'"),
        ('pool = "solo"', "workers = 1.5", r"settings\.workers is 1\.5\. Give a whole number"),
        ('pool = "solo"', "workers = 100", r"settings\.workers is 100\. Give a number from 1 to 64"),
        ('pool = "solo"', 'shuffled = "no"', r"settings\.shuffled is 'no'\. Give true or false"),
        ('drink = "tea"', 'drink = "tee"', r"drink is 'tee'\. Did you mean 'tea'"),
        (
            '{ of = "solo.completion_s" }',
            '{ of = "sollo.completion_s" }',
            r"run 'sollo', which there is not\. Did you mean 'solo'",
        ),
        (', is = "slots"', "", r"has no limit\. Give least, most or is"),
        (', is = "slots"', ', is = "slots", least = 1', r"has two limits of two kinds\. Give least, most or is"),
        ("solo.held_back_by", "solo.held_back", r"'solo\.held_back' is no figure of a run\. Did you mean 'held_back_by'"),
        (', is = "slots"', ", least = 1, cores = [1]", r"cores is \[1\]\. Give a list of 2 numbers"),
        (', is = "slots"', ", less = 1", r"less is an unknown key"),
        ('name = "solo", ', "", r"runs\[1\]\.name is missing"),
        ('name = "solo"', 'name = "../solo"', r"runs\[1\]\.name is '\.\./solo'\. Make it of small letters, digits and hyphens"),
        ('unit = "s"', 'unit = "orderz"', r"unit is 'orderz'\. Did you mean 'orders'"),
        ('"solo.completion_s"', '"curve.limit.value"', r"answer\.of is of the curve\. Ask for a figure of one of the runs"),
        (', is = "slots"', ", least = 2, most = 1", r"least is 2, above most, 1\. Give the smaller one as least"),
        ('title = "one at a time" }', 'title = "1" }, { name = "solo", title = "2" }', r"runs has two of one name"),
    ],
)
def test_a_slip_of_the_pen_is_told_with_its_cure(old: str, new: str, said: str, tmp_path: Path) -> None:
    with pytest.raises(BadInputError, match=said):
        read_exercise(write(tmp_path, SMALLEST.replace(old, new)))


def test_an_exercise_without_a_text(tmp_path: Path) -> None:
    path = write(tmp_path, SMALLEST)
    path.with_suffix(".md").unlink()

    with pytest.raises(BadInputError, match=r"07-two-teas\.md: cannot be read .* Write the text"):
        read_exercise(path)


@pytest.mark.parametrize("name", ["two-teas", "x1-two-teas", "7"])
def test_a_file_without_a_number_says_what_to_call_it(name: str, tmp_path: Path) -> None:
    path = write(tmp_path, SMALLEST).rename(tmp_path / f"{name}.toml")

    with pytest.raises(BadInputError, match=r"has no number in its name\. Call it NUMBER-NAME\.toml"):
        read_exercise(path)


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        (
            "## Look",
            "Look",
            r"two-teas\.md: has the parts \('Predict', 'Run', 'Explain', 'Change one number'\)\. Give it Predict, Run",
        ),
        ("Tea.", "{solo.xompletion_s}", r"'solo\.xompletion_s' is no figure of a run\. Did you mean 'completion_s'"),
        ("Tea.", "{sollo.completion_s}", r"a figure of the run 'sollo', which there is not\. Did you mean 'solo'"),
    ],
)
def test_a_slip_in_the_text_is_told_with_its_cure(old: str, new: str, said: str, tmp_path: Path) -> None:
    with pytest.raises(BadInputError, match=said):
        read_exercise(write(tmp_path, SMALLEST, TEXT.replace(old, new)))


def test_two_exercises_of_one_number_are_refused(tmp_path: Path) -> None:
    write(tmp_path, SMALLEST)
    for suffix in (".toml", ".md"):
        (tmp_path / f"7-more-teas{suffix}").write_text(SMALLEST if suffix == ".toml" else TEXT)

    with pytest.raises(BadInputError, match="has two exercises of the number 7"):
        exercises(tmp_path)


def test_two_exercises_of_one_name_are_refused(tmp_path: Path) -> None:
    write(tmp_path, SMALLEST)
    for ending in ("md", "toml"):
        (tmp_path / f"8-two-teas.{ending}").write_text((tmp_path / f"07-two-teas.{ending}").read_text())

    with pytest.raises(BadInputError, match="has two exercises of the name two-teas"):
        exercises(tmp_path)


def test_the_course_goes_by_number(tmp_path: Path) -> None:
    write(tmp_path, SMALLEST)
    for name in ("10-ten", "9-nine"):
        (tmp_path / f"{name}.md").write_text(TEXT)
        (tmp_path / f"{name}.toml").write_text(SMALLEST)

    assert [each.name for each in exercises(tmp_path)] == ["two-teas", "nine", "ten"]


def test_figures_are_filled_in_as_precise_as_they_matter() -> None:
    facts = {
        "one": {"completion_s": 12.3456, "held_back_by": "slots", "share": {"hands": 0.126}, "jobs": {"done": 24}},
        "two": {"completion_s": 4.0, "waits_s": {"p95": 1.5}, "throughput_per_s": 3.14159},
    }
    text = "{one.completion_s}, {one.completion_s / two.completion_s}, {one.held_back_by}, {one.share.hands}, {one.jobs.done}"

    assert fill(text, facts) == "12.35 s, 3.09, slots, 13%, 24"
    assert fill("{here.cores} cores, {curve.alpha}", {"here": {"cores": 2.0}, "curve": {"alpha": 0.183}}) == "2 cores, 0.18"
    assert fill("{two.waits_s.p95}, {two.throughput_per_s}, {two.nothing}, {three.completion_s}", facts) == "1.50 s, 3.1, …, …"
