"""`manyhands scale`, and what is simulated, as a person would type them."""

import json

from tests.acceptance.conftest import Desk


def test_a_scaling_curve_is_measured_on_fleets_of_our_own(desk: Desk) -> None:
    arguments = ("coffee", "--orders", "12", "--speed", "1500", "--machines", "8", "--slots", "2", "--repeats", "1")
    done = desk.run("scale", *arguments, "--workers", "1,3", "--json")

    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    assert sorted(run["workers"] for run in told["runs"]) == [1, 3]
    assert all(run["verdict"] == "pass" and not run["simulated"] for run in told["runs"])
    # Waits scale whatever the cores: three baristas have three times the slots.
    assert told["curve"]["points"][1]["speedup"] > 1.2
    assert told["curve"]["unknown"] == "fewer than 4 worker counts"
    assert told["machine"]["cores"] > 0
    [folder] = desk.runs
    assert json.loads((folder / "curve.json").read_text()) == told["curve"]
    assert "Warming up 3 workers" in done.stderr
    assert list(desk.temporary.iterdir()) == []


def test_a_thousand_workers_are_asked_about_and_none_is_started(desk: Desk) -> None:
    # Nothing answers at this address, and nobody asks there.
    elsewhere = ("--broker", "redis://127.0.0.1:1/0")
    done = desk.run(
        "scale", "coffee", "--simulate", "--workers", "1,10,100,1000", "--cores", "1000", "--orders", "300", *elsewhere
    )

    assert done.returncode == 0, done.stderr
    assert "1000" in done.stdout
    assert "┊" in done.stdout
    [folder] = desk.runs
    assert not list(folder.rglob("worker-*.log"))


def test_papers_are_measured_alone_and_then_simulated(desk: Desk) -> None:
    done = desk.run("run", "papers", "--papers", "3", "--pool", "prefork", "--simulate", "--json")

    assert done.returncode == 0, done.stderr
    summary = json.loads(done.stdout)
    assert summary["simulated"] is True
    assert summary["jobs"]["done"] == 3
    assert "Measuring each paper alone" in done.stderr
