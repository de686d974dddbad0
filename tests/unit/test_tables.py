import csv
from io import StringIO
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from collector.tables import TASK_COLUMNS, feedback_md, grades, grades_csv, tasks_csv, to_csv
from tests.unit.builders import RUN, Writer, a_job, a_ledger


def a_grade(paper: str, score: float = 71.5, criterion: str = "length") -> dict[str, Any]:
    marks = [
        {"criterion": criterion, "points": 7.5, "most": 10, "feedback": "300 words; write at least 350."},
        {"criterion": "spelling", "points": 15.0, "most": 15.0, "feedback": "No slips found."},
    ]
    return {"paper": paper, "score": score, "marks": marks}


def parse(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(StringIO(text)))


def test_each_job_that_was_sent_is_a_row_in_the_order_it_was_sent() -> None:
    ana = Writer()
    phases = [["hands", 101.0, 102.0, 0.25], ["machine_wait", 102.0, 102.5, None], ["machine", 102.5, 104.0, None]]
    taken = ana.entry("taken", run=RUN, job="2", at=100.75)
    ledger = a_ledger([taken, ana.done("2", 101.0, 104.5, slot=3, phases=phases), ana.failed("1", 105.0, 106.0)])
    jobs = [a_job("1", wait=1), a_job("2", wait=1), a_job("3", wait=1), a_job("4", wait=1)]
    rows = parse(tasks_csv(jobs, ledger, {"1": 100.5, "2": 100.0, "3": 100.0}))

    assert [(row["job"], row["outcome"], row["executions"]) for row in rows] == [
        ("1", "failed", "1"),
        ("2", "done", "1"),
        ("3", "lost", "0"),
    ]
    assert list(rows[0]) == TASK_COLUMNS
    assert rows[0]["reason"] == "ValueError: spilt"
    assert {key: rows[1][key] for key in ("name", "worker", "host", "slot")} == {
        "name": "order 2",
        "worker": "ana@host",
        "host": "host",
        "slot": "3",
    }
    figures = {key: float(value) for key, value in rows[1].items() if key.endswith("_s")}
    assert figures == pytest.approx(
        {
            "sent_s": 0.0,
            "start_s": 1.0,
            "end_s": 4.5,
            "waited_s": 1.0,
            "prefetched_s": 0.25,
            "served_s": 3.5,
            "hands_s": 0.25,
            "hands_wait_s": 0.75,
            "machine_s": 1.5,
            "machine_wait_s": 0.5,
            "wait_s": 0.0,
            "native_s": 0.0,
            "work_s": 0.0,
            "overhead_s": 0.5,
        }
    )


def test_a_job_that_ran_twice_is_one_row_that_says_so() -> None:
    ana = Writer()
    (row,) = parse(tasks_csv([a_job("1")], a_ledger([ana.failed("1"), ana.done("1", 2, 3)]), {"1": 0.0}))

    assert (row["outcome"], row["executions"], row["start_s"]) == ("done", "2", "2.0")


def test_the_score_of_a_paper_stands_in_its_row_and_other_results_do_not() -> None:
    ana = Writer()
    ledger = a_ledger(
        [
            ana.done("1", task="papers.grade", result=a_grade("a.txt")),
            ana.done("2", result={"score": 3}),
            ana.done("3", result=7),
        ]
    )
    rows = parse(tasks_csv([a_job("1"), a_job("2"), a_job("3")], ledger, {"1": 0, "2": 0, "3": 0}))

    assert [row["score"] for row in rows] == ["71.5", "", ""]


def test_what_a_strangers_task_returns_is_no_grade() -> None:
    stranger = Writer().done("1", task="own.task", result=a_grade("ada.txt"))

    assert grades(a_ledger([stranger]), [a_job("1")]) == []


def test_grades_are_by_name_each_paper_once() -> None:
    ana = Writer()
    jobs = [a_job(number) for number in ("1", "2", "3", "4", "5")]
    entries = [
        ana.done("1", task="papers.grade", result=a_grade("zoe.txt")),
        ana.done("2", task="papers.grade", result=a_grade("ada.txt")),
        ana.done("3", task="papers.grade", result=a_grade("ada.txt")),
        ana.failed("4"),
    ]

    assert [grade["paper"] for grade in grades(a_ledger(entries), jobs)] == ["ada.txt", "zoe.txt"]


def test_the_table_of_grades_has_a_column_for_each_criterion() -> None:
    assert grades_csv([a_grade("ada.txt"), a_grade("zoe.txt", 20.0)]) == (
        "paper,score,length,spelling\nada.txt,71.5,7.5,15.0\nzoe.txt,20.0,7.5,15.0\n"
    )


def test_no_grades_are_a_table_of_nobody() -> None:
    assert grades_csv([]) == "paper,score\n"
    assert feedback_md([]) == ""


def test_feedback_can_be_handed_back_as_it_is() -> None:
    assert feedback_md([a_grade("ada.txt"), a_grade("zoe.txt", 20.0)]).startswith(
        "## ada.txt: 71.5 of 100\n\n"
        "- **length** 7.5 of 10. 300 words; write at least 350.\n"
        "- **spelling** 15 of 15. No slips found.\n"
        "\n## zoe.txt: 20 of 100\n"
    )


@pytest.mark.parametrize("name", ["=1+2", "+1", "-1", "@SUM(A1)", '=HYPERLINK("http://x.example","click")', "\t=1"])
def test_what_a_spreadsheet_would_compute_is_made_inert(name: str) -> None:
    (row,) = parse(to_csv(["name"], [{"name": name}]))

    assert row["name"] == f"'{name}"


@pytest.mark.parametrize("name", ["a\rb", "a\r\nb", 'a"b', "a,b", "a\nb"])
def test_a_name_of_several_lines_or_fields_stays_one(name: str) -> None:
    (row,) = parse(to_csv(["name", "next"], [{"name": name, "next": "x"}]))

    # A carriage return may become a space: not every reader of CSV takes it for anything but a line's end.
    assert row == {"name": name.replace("\r", " "), "next": "x"}


def test_a_criterion_that_looks_like_a_formula_is_inert_in_the_line_of_columns_too() -> None:
    assert "=1+2" not in grades_csv([a_grade("a.txt", criterion="=1+2")]).partition("\n")[0].split(",")


def test_numbers_and_other_names_are_left_as_they_are() -> None:
    (row,) = parse(to_csv(["a", "b", "c", "d"], [{"a": -1.5, "b": "x=1", "c": None, "d": ""}]))

    assert row == {"a": "-1.5", "b": "x=1", "c": "", "d": ""}


@given(st.text(st.characters(exclude_categories=["Cc", "Cs"]) | st.sampled_from("=+-@,\"'\n"), max_size=12))
def test_no_name_breaks_the_table_or_begins_like_a_formula(name: str) -> None:
    rows = parse(to_csv(["first", "name"], [{"first": "x", "name": name}, {"first": "y", "name": "after"}]))

    assert [row["first"] for row in rows] == ["x", "y"]
    assert rows[0]["name"] in (name, f"'{name}")
    assert not rows[0]["name"].startswith(("=", "+", "-", "@"))
