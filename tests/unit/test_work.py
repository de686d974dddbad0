import json
from pathlib import Path

import pytest

from manyhands import work as module
from manyhands.work import DEFAULT_ORDERS, alone, arriving, coffee, content, default_machines, own_tasks, papers, with_steps
from producer.errors import BadInputError
from producer.job import Step
from producer.papers import read_papers
from tests.unit.builders import write

HEADER = "order,customer,drink,size,extras\n"


@pytest.fixture
def three_orders(tmp_path: Path) -> Path:
    return write(tmp_path / "o.csv", f"{HEADER}10,Ada,tea,small,\n20,Ben,latte,large,\n30,Cleo,espresso,small,\n")


def test_coffee_is_made_up_where_no_file_is_given() -> None:
    work = coffee(None, None, seed=3)

    assert (work.name, len(work.jobs), work.seed, work.machines) == ("coffee", DEFAULT_ORDERS, 3, 2)
    assert work.is_known
    assert work.jobs == coffee(None, None, seed=3).jobs != coffee(None, None, seed=4).jobs


def test_a_file_of_orders_is_taken_as_it_is(three_orders: Path) -> None:
    work = coffee(three_orders, None, speed=60.0)

    assert [job.id for job in work.jobs] == ["10", "20", "30"]
    assert work.settings["orders_file"] == str(three_orders)
    assert work.settings["speed"] == 60.0


def test_fewer_orders_than_a_file_has_are_its_first(three_orders: Path) -> None:
    assert [job.name for job in coffee(three_orders, 2).jobs] == ["small tea for Ada", "large latte for Ben"]


def test_a_file_of_too_few_orders_is_repeated_each_with_a_number_of_its_own(three_orders: Path) -> None:
    jobs = coffee(three_orders, 7).jobs

    assert len({job.id for job in jobs}) == 7
    assert [job.name.split()[-1] for job in jobs] == ["Ada", "Ben", "Cleo", "Ada", "Ben", "Cleo", "Ada"]
    assert jobs[0].steps == jobs[3].steps
    assert [job.args[0]["order"] for job in jobs] == [job.id for job in jobs]


def test_a_lab_says_how_many_group_heads_its_shop_has(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("MANYHANDS_MACHINES", raising=False)
    assert default_machines() == 2

    monkeypatch.setenv("MANYHANDS_MACHINES", "8")
    assert default_machines() == 8


@pytest.mark.parametrize("told", ["0", "1001", "two", "-1"])
def test_what_is_no_number_of_group_heads_is_an_error(told: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MANYHANDS_MACHINES", told)

    with pytest.raises(BadInputError, match=r"^MANYHANDS_MACHINES: is .* whole number from 1 to 1000"):
        default_machines()


def test_the_speed_and_the_machines_reach_every_order(three_orders: Path) -> None:
    slow, fast = coffee(three_orders, None, speed=1.0, machines=3), coffee(three_orders, None, speed=10.0)

    assert [job.length_s for job in slow.jobs] == pytest.approx([10 * job.length_s for job in fast.jobs])
    assert {job.args[0]["machines"] for job in slow.jobs} == {3}


def test_papers_are_those_of_the_folder_and_their_cost_is_not_known() -> None:
    work = papers(None, None)

    assert [job.name for job in work.jobs] == [paper.name for paper in read_papers()]
    assert not work.is_known


def test_papers_are_repeated_and_the_class_they_are_compared_with_is_not(tmp_path: Path) -> None:
    write(tmp_path / "a.txt", "One two three four five six.")
    write(tmp_path / "b.txt", "Six five four three two one.")
    work = papers(tmp_path, 5, grader="native")
    ((key, shelf),) = work.shelf.items()

    assert [job.name for job in work.jobs] == ["a.txt", "b.txt", "a.txt", "b.txt", "a.txt"]
    assert len({job.id for job in work.jobs}) == 5
    assert json.loads(shelf).keys() == {"a.txt", "b.txt"}
    assert {job.args[0]["class"] for job in work.jobs} == {key}
    assert {job.args[0]["grader"] for job in work.jobs} == {"native"}


def test_a_paper_that_cannot_be_graded_is_sent_and_is_nobodys_neighbour(tmp_path: Path) -> None:
    write(tmp_path / "a.txt", "One two three four five six.")
    write(tmp_path / "b.txt", "")
    work = papers(tmp_path, None)

    assert [job.args[0]["fault"] for job in work.jobs] == ["", "is empty"]
    assert [list(json.loads(shelf)) for shelf in work.shelf.values()] == [["a.txt"]]


def key_of(folder: Path, *texts: str) -> str:
    folder.mkdir()
    for number, text in enumerate(texts):
        write(folder / f"{number:02d}.txt", text)
    (key,) = papers(folder, None).shelf
    return key


def test_each_class_has_a_place_of_its_own_on_the_shelf(tmp_path: Path) -> None:
    # Else a worker that keeps a class at hand would compare with the papers of another, and who clears away takes another's.
    assert key_of(tmp_path / "one", "An essay.") != key_of(tmp_path / "two", "An essay.")


def test_each_different_paper_is_measured_once_and_its_cost_is_that_of_its_copies(tmp_path: Path) -> None:
    write(tmp_path / "a.txt", "One two three.")
    write(tmp_path / "b.txt", "Four five six.")
    work = papers(tmp_path, 5)
    single = alone(work)

    assert [job.name for job in single] == ["a.txt", "b.txt"]
    cost = {content(job): (Step("hands", number + 1.0),) for number, job in enumerate(single)}
    known = with_steps(work, cost)
    assert [job.length_s for job in known.jobs] == [1.0, 2.0, 1.0, 2.0, 1.0]
    assert known.is_known
    assert not with_steps(work, {}).is_known


def test_customers_come_at_once_or_at_a_rate_and_it_goes_on_record() -> None:
    work = coffee(None, 10)
    later = arriving(work, 2.0, seed=1)

    assert {job.arrives_s for job in arriving(work, None, seed=1).jobs} == {0.0}
    assert max(job.arrives_s for job in later.jobs) > 0
    assert later.settings == {**work.settings, "rate_per_s": 2.0}


def test_a_line_is_a_list_of_arguments_or_an_object_of_keywords(tmp_path: Path) -> None:
    work = own_tasks("my.task", write(tmp_path / "args.jsonl", '[1, "two"]\n\n{"three": 3}\n[]\n'))

    assert [(job.id, job.task, job.args, job.kwargs) for job in work.jobs] == [
        ("1", "my.task", [1, "two"], {}),
        ("3", "my.task", [], {"three": 3}),
        ("4", "my.task", [], {}),
    ]
    assert work.name == "my.task"
    assert not work.is_known


def test_a_line_ends_at_a_newline_alone(tmp_path: Path) -> None:
    # JSON allows these inside a text as they are; Python's splitlines would cut there.
    file = write(tmp_path / "args.jsonl", '["one\u2028two"]\n["three\u0085four"]\n')

    assert [job.args for job in own_tasks("my.task", file).jobs] == [["one\u2028two"], ["three\u0085four"]]


def test_only_so_many_are_taken_where_so_many_are_asked_for(tmp_path: Path) -> None:
    assert [job.args for job in own_tasks("t", write(tmp_path / "a.jsonl", "[1]\n[2]\n[3]\n"), most=2).jobs] == [[1], [2]]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[1]\n[2\n", ", line 2: is not JSON ("),
        ("[1]\n\n7\n", ", line 3: is 7. Give a list of arguments, such as [1, 2], or an object."),
        ('"text"', ', line 1: is "text". Give a list of arguments'),
        ("null", ", line 1: is null. Give a list of arguments"),
        ("", ": is empty. Give a line of arguments for each job, such as [1, 2]."),
        ("\n  \n", ": is empty."),
        ("[" * 100_000, ", line 1: is not JSON"),
    ],
    ids=lambda text: repr(text[:24]),
)
def test_a_bad_line_of_arguments_is_named(tmp_path: Path, text: str, said: str) -> None:
    file = write(tmp_path / "args.jsonl", text)

    with pytest.raises(BadInputError) as refused:
        own_tasks("my.task", file)
    assert str(refused.value).startswith(f"{file}{said}")
    assert "\n" not in str(refused.value)


def test_a_file_of_arguments_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    latin = tmp_path / "latin.jsonl"
    latin.write_bytes('["Zoë"]'.encode("latin-1"))

    with pytest.raises(BadInputError, match=r"gone\.jsonl: cannot be read \(No such file or directory\)"):
        own_tasks("t", tmp_path / "gone.jsonl")
    with pytest.raises(BadInputError, match=r"latin\.jsonl: is not UTF-8 text"):
        own_tasks("t", latin)


def test_more_arguments_than_a_run_takes_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MOST_ORDERS", 3)

    assert len(own_tasks("t", write(tmp_path / "a.jsonl", "[]\n" * 3)).jobs) == 3
    with pytest.raises(BadInputError, match="has more than 3 lines"):
        own_tasks("t", write(tmp_path / "a.jsonl", "[]\n" * 4))
