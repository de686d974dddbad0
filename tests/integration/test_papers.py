"""Papers, graded for real."""

import csv
from pathlib import Path

import pytest

from manyhands.run import plan_of
from manyhands.work import papers
from tests.integration.conftest import Conducts

GOOD = "A queue of people waits in line at the bakery, becuase the one oven is shared. Two people sell, twice the minutes."


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "essays"
    folder.mkdir()
    (folder / "ada.txt").write_text(GOOD * 3)
    (folder / "ben.md").write_text("# Title\n\n" + "Many hands make light work, definately. " * 20)
    (folder / "cleo.txt").write_bytes(b"\x00\x01\x02 not text")
    (folder / "dev.txt").write_text("")
    return folder


@pytest.mark.parametrize("pool", ["prefork", "threads"])
def test_one_bad_paper_does_not_stop_the_others(pool: str, folder: Path, run: Conducts) -> None:
    ran = run(plan_of(papers(folder, None), pool, 1, 2))

    assert ran.summary["jobs"] == {"sent": 4, "done": 2, "failed": 2, "lost": 0, "repeated": 0}
    assert ran.summary["verdict"] == "fail"
    reasons = {row.job: row.reason for row in ran.ledger.final.values() if row.outcome == "failed"}
    assert reasons == {
        "3-cleo.txt": "UngradablePaperError: cleo.txt is not text",
        "4-dev.txt": "UngradablePaperError: dev.txt is empty",
    }
    with (ran.folder.path / "grades.csv").open() as lines:
        assert [row["paper"] for row in csv.DictReader(lines)] == ["ada.txt", "ben.md"]
    assert "becuase: because" in (ran.folder.path / "feedback.md").read_text()


def test_both_graders_give_the_same_marks_in_every_pool(folder: Path, run: Conducts) -> None:
    results = [
        {row.job: row.result for row in run(plan_of(papers(folder, None, grader=grader), pool, 1, 2)).ledger.final.values()}
        for grader, pool in (
            ("python", "sequential"),
            ("python", "prefork"),
            ("native", "threads"),
            ("native", "multiprocessing"),
        )
    ]

    assert results[0]["1-ada.txt"]["score"] > 0
    assert all(result == results[0] for result in results[1:])


def test_the_native_grader_lets_the_gil_go(run: Conducts) -> None:
    """Of its CPU time most must be spent in the phase without the GIL; none of the other grader's is."""
    native = run(plan_of(papers(None, 4, grader="native"), "sequential", 1, 1)).summary["where_time_went_s"]
    python = run(plan_of(papers(None, 4, grader="python"), "sequential", 1, 1)).summary["where_time_went_s"]

    assert native["native"] > native["hands"]
    assert python["native"] == 0
