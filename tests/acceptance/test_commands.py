"""What the command does when all is well."""

import json
from collections.abc import Callable

from collector.measures import EXIT_CODES
from tests.acceptance.conftest import Desk

SUMMARY_KEYS = {
    "run", "work", "pool", "workers", "slots", "processes", "cores", "machines", "seed", "jobs", "completion_s", "ideal_s",
    "bound_s", "ratio", "speedup", "held_back_by", "waits_s", "services_s", "throughput_per_s", "where_time_went_s", "verdict",
    "slots_each", "bounds_s", "prefetched_s", "simulated",
}  # fmt: skip


def test_a_run_prints_its_summary_as_json_and_nothing_else(desk: Desk) -> None:
    done = desk.run("run", "coffee", "--orders", "8", "--speed", "1000", "--json")

    assert done.returncode == 0, done.stderr
    summary = json.loads(done.stdout)
    assert summary.keys() == SUMMARY_KEYS
    assert summary["jobs"] == {"sent": 8, "done": 8, "failed": 0, "lost": 0, "repeated": 0}
    assert "8 of 8" in done.stderr
    assert list(desk.temporary.iterdir()) == []
    [folder] = desk.runs
    assert json.loads((folder / "summary.json").read_text()) == summary


def test_a_run_says_what_held_it_back(desk: Desk) -> None:
    done = desk.run("run", "coffee", "--orders", "16", "--speed", "600", "--machines", "1", "--workers", "2")

    assert done.returncode == 0, done.stderr
    assert "The espresso machine was busy" in done.stdout
    assert "pass" in done.stdout


def test_orders_of_a_file_are_served(desk: Desk, write: Callable[[str, str], str]) -> None:
    write("two.csv", "order,customer,drink,size,extras\n7,Ada,tea,small,\n9,Ben,caramel macchiato,large,extra foam\n")

    done = desk.run("run", "coffee", "two.csv", "--speed", "2000", "--json")

    assert json.loads(done.stdout)["jobs"]["done"] == 2
    tasks = (desk.runs[0] / "tasks.csv").read_text()
    assert "large caramel macchiato with extra foam for Ben" in tasks


def test_papers_of_a_folder_are_graded(desk: Desk, write: Callable[[str, str], str]) -> None:
    write("class/ada.txt", "More hands help where work can be shared, and not where one oven holds the line. " * 8)
    write("class/ben.txt", "We waited in the queue for the only oven, twenty minutes, becuase it was shared. " * 8)

    done = desk.run("run", "papers", "class", "--pool", "prefork", "--json")

    assert json.loads(done.stdout)["jobs"] == {"sent": 2, "done": 2, "failed": 0, "lost": 0, "repeated": 0}
    assert "ada.txt" in (desk.runs[-1] / "grades.csv").read_text()


def test_compare_gives_one_batch_to_all_that_are_named(desk: Desk) -> None:
    done = desk.run(
        "compare", "coffee", "--orders", "6", "--speed", "1000", "--pools", "sequential,asyncio,solo,threads", "--json"
    )

    runs = json.loads(done.stdout)["runs"]
    assert [run["pool"] for run in runs] == ["sequential", "asyncio", "solo", "threads"]
    assert all(run["verdict"] == "pass" and run.keys() == SUMMARY_KEYS for run in runs)
    # One after another cannot beat the sum of what was asked for; how close it comes is the machine's business.
    assert 0.5 < runs[0]["speedup"] <= 1.0
    assert (desk.runs[0] / "report.html").exists()


def test_an_exercise_asks_runs_shows_and_explains(desk: Desk) -> None:
    alone = desk.run("exercise", "one-till")
    assert (alone.returncode, desk.runs) == (2, [])
    assert "--predict: is missing" in alone.stderr

    done = desk.run("exercise", "one-till", "--small", "--predict", "10")

    told = [done.stdout.index(part) for part in ("\nPredict\n", "Your prediction", "\nExplain\n", "Seen on this machine")]
    assert told == sorted(told)
    [folder] = desk.runs
    kept = json.loads((folder / "summary.json").read_text())
    assert done.returncode == EXIT_CODES[kept["verdict"]]
    assert {each.name for each in folder.iterdir() if each.is_dir() and not each.is_symlink()} == {"careless", "lock", "atomic"}
    assert list(desk.temporary.iterdir()) == []


OWN = """
import time
from celery import Celery
app = Celery("own", broker="memory://")
app.conf.update(task_acks_late=True)

@app.task(name="own.nap")
def nap(seconds, fail=False):
    time.sleep(seconds)
    if fail:
        raise ValueError("it was to fail")
    return seconds
"""


def test_a_task_of_ones_own_is_drawn_without_a_change_to_it(desk: Desk, write: Callable[[str, str], str]) -> None:
    write("shop.py", OWN)
    write("naps.jsonl", '[0.05]\n{"seconds": 0.05}\n[0.05, true]\n')

    done = desk.run("run", "shop:app/own.nap", "--args", "naps.jsonl", "--slots", "2", "--json")

    summary = json.loads(done.stdout)
    assert summary["jobs"] == {"sent": 3, "done": 2, "failed": 1, "lost": 0, "repeated": 0}
    assert summary["verdict"] == "fail"
    assert done.returncode == 1
    assert summary["where_time_went_s"]["work"] >= 0.15
    assert "it was to fail" in (desk.runs[0] / "tasks.csv").read_text()


def test_what_a_task_returns_need_not_be_json(desk: Desk, write: Callable[[str, str], str]) -> None:
    write(
        "clock.py",
        "import datetime, celery\napp = celery.Celery()\n@app.task(name='now')\ndef now(): return datetime.datetime.now()\n",
    )
    write("none.jsonl", "[]\n[]\n")

    done = desk.run("run", "clock:app/now", "--args", "none.jsonl", "--json")

    assert json.loads(done.stdout)["jobs"]["done"] == 2
    assert "datetime.datetime(" in (desk.runs[0] / "journal.jsonl").read_text()


def test_a_task_that_the_app_does_not_have_is_refused(desk: Desk, write: Callable[[str, str], str]) -> None:
    write("shop.py", OWN)
    write("naps.jsonl", "[0.05]\n")

    done = desk.run("run", "shop:app/own.map", "--args", "naps.jsonl")

    assert done.returncode == 2
    assert "app shop:app: has no task 'own.map'. Did you mean 'own.nap'?" in done.stderr


def test_doctor_looks_at_what_a_run_needs(desk: Desk) -> None:
    done = desk.run("doctor")

    assert "embedded broker  Valkey" in done.stdout
    assert "sample class" in done.stdout
    assert desk.runs == []


def test_demo_tells_the_stories_in_words(desk: Desk) -> None:
    done = desk.run("demo")

    assert done.returncode == 0, done.stderr
    # Which verb each story gets is the machine's business, and tested on figures in tests/unit/test_demo.py.
    for words in (
        "the coffee. One barista",
        "the papers. One teacher",
        "More hands:",
        "One espresso machine",
        "lets the GIL go",
    ):
        assert words in done.stdout
    [folder] = desk.runs
    assert len(json.loads((folder / "summary.json").read_text())["runs"]) == 11
    assert list(desk.temporary.iterdir()) == []
