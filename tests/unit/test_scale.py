import json
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner

from collector.scaling import read_curve
from manyhands.commands.scale import command, read_counts
from manyhands.plan import Plan
from manyhands.scale import scale, where_it_ran
from manyhands.show_curve import show_curve
from manyhands.work import coffee
from producer.errors import BadInputError
from tests.unit.test_conductor import a_lab

PLAN = Plan("coffee", coffee(None, 30, machines=8).jobs, "threads", 1, 2, machines=8, cores=8.0).as_simulated()


def test_counts_are_sorted_and_counted_once() -> None:
    assert read_counts("4, 1,2,1") == [1, 2, 4]


@pytest.mark.parametrize("workers", ["", "1", "2,2", "one,two", "0,1", "1,2,"])
def test_fewer_than_two_counts_are_refused(workers: str) -> None:
    with pytest.raises(BadInputError, match=r"--workers: is .* Give two or more counts, such as 1,2,4,8"):
        read_counts(workers)


def test_open_arrivals_are_refused_before_anything_is_started() -> None:
    result = CliRunner().invoke(command, ["coffee", "--workers", "1,2", "--rate", "3"])

    assert isinstance(result.exception, BadInputError)
    assert str(result.exception).startswith("--rate: makes arrivals open, and a scaling curve is of closed batches.")


def test_the_cores_are_stated() -> None:
    assert where_it_ran(replace(PLAN, simulated=False, cores=2.0)).startswith("Measured on 2 cores, with")
    assert where_it_ran(replace(PLAN, cores=1.0)) == "Simulated on 1 core."


def test_a_curve_is_left_in_the_folder_beside_its_runs(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    scaling = scale(PLAN, [1, 2, 4, 8], 1, 1, a_lab("redis://127.0.0.1:6379/0"), tmp_path)
    told = json.loads((scaling.folder / "summary.json").read_text())
    assert scaling.curve is not None
    show_curve(scaling.title, scaling.curve, scaling.said)
    out = capsys.readouterr().out

    assert {run["workers"] for run in told["runs"]} == {1, 2, 4, 8}
    assert told["curve"] == json.loads((scaling.folder / "curve.json").read_text())
    assert read_curve(told["curve"]) == scaling.curve
    assert {"cores", "cgroup_cores"} <= told["machine"].keys()
    assert len([path for path in scaling.folder.iterdir() if (path / "journal.jsonl").exists() and not path.is_symlink()]) == 4
    assert (scaling.folder / "report.html").exists()
    assert scaling.said[-1] == "Simulated on 8 cores."
    assert all(len(line) <= 100 for line in out.splitlines())
    assert f"{scaling.curve.points[-1].speedup:.2f} ×" in out


def test_repeats_are_all_kept_and_the_median_is_told(tmp_path: Path) -> None:
    scaling = scale(PLAN, [1, 2], 3, 1, a_lab("redis://127.0.0.1:6379/0"), tmp_path)

    assert scaling.curve is not None
    assert [len(point.completions_s) for point in scaling.curve.points] == [3, 3]
    assert [ran.plan.workers for ran in scaling.medians] == [1, 2]
