from dataclasses import replace
from pathlib import Path

import pytest

from collector.folder import RunFolder
from collector.page.replay import read_stored
from collector.page.snapshot import about_opened
from collector.page.store import Store, Stored
from manyhands.announce import opening
from manyhands.plan import Plan
from manyhands.record import conclude
from manyhands.simulate import simulate
from tests.unit.builders import RUN, a_job

NATIVE = {"grader": "native", "rate_per_s": 2.5}
OF_PAPERS = Plan("papers", [a_job(native=1.0)], "gevent", 1, 2, prefetch=3, settings=NATIVE)
OF_COFFEE = Plan("coffee", [a_job(hands=1.0)], "threads", 1, 2, machines=4)


@pytest.mark.parametrize(
    ("plan", "told"),
    [
        (OF_PAPERS, {"machines": 1, "grader": "native", "rate": 2.5, "prefetch": 3}),
        (OF_COFFEE, {"machines": 4, "grader": None, "rate": None, "prefetch": None}),
    ],
)
def test_all_that_a_batch_is_made_of_is_told_live_stored_and_in_the_list(
    tmp_path: Path, plan: Plan, told: dict[str, object]
) -> None:
    with RunFolder.create(tmp_path, RUN) as folder:
        ran = simulate(plan.as_simulated(), folder, RUN)
        conclude(ran)
    store = Store(tmp_path)

    [row] = store.rows()
    _, facts = read_stored(Stored(RUN, tmp_path / RUN))
    live = about_opened(opening(replace(ran, plan=replace(plan, simulated=False))))

    for about in (row, facts.about, live):
        assert {key: about[key] for key in told} == told


def test_no_link_leads_out_of_the_runs(tmp_path: Path) -> None:
    outside, runs = tmp_path / "outside", tmp_path / "runs"
    for folder in (outside / "run", runs / "whole" / "part"):
        folder.mkdir(parents=True)
        (folder / "manifest.json").write_text("{}")
    (runs / "parent").symlink_to(outside)
    (runs / "linked").symlink_to(outside / "run")
    store = Store(runs)

    assert store.find("whole.part") == Stored("whole.part", runs / "whole" / "part", "whole")
    assert [store.find(name) for name in ("parent.run", "linked", "..", "whole.linked")] == [None] * 4


def test_a_simulated_fleet_stands_in_order_though_it_was_heard_in_another(tmp_path: Path) -> None:
    plan = Plan("coffee", [a_job(str(number), hands=1.0, machine=number) for number in range(12)], "threads", 3, 4)
    stored(plan, tmp_path, RUN)
    board, _ = read_stored(Stored(RUN, tmp_path / RUN))

    assert list(board.lanes) == sorted(board.lanes)
    assert len(board.lanes) == 12


def test_runs_that_started_in_the_same_second_are_listed_the_last_first(tmp_path: Path) -> None:
    names = ["threads-2", "threads-16", "solo"]
    for name in names:
        stored(OF_COFFEE, tmp_path / RUN, name)

    assert [row["run"] for row in Store(tmp_path).rows()] == [f"{RUN}.{name}" for name in reversed(names)]


def test_a_run_that_is_one_of_several_knows_the_report_of_all(tmp_path: Path) -> None:
    stored(OF_COFFEE, tmp_path / RUN, "solo")
    store = Store(tmp_path)

    assert store.rows()[0]["together"] is None
    (tmp_path / RUN / "report.html").write_text("all of them")
    assert store.rows()[0]["together"] == RUN


def stored(plan: Plan, runs: Path, name: str) -> None:
    with RunFolder.create(runs, name) as folder:
        conclude(simulate(plan.as_simulated(), folder, name))
