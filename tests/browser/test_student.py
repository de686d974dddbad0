"""What a student does: predict, run, watch, read the answer, open the report."""

import csv
import json
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import pytest

from manyhands.lab import LAB_VARIABLE, Lab
from tests.browser.conftest import RUN_LIMIT_S, Serves, Visit, Visits
from tests.browser.test_looking import FIGURES

OVER = "Boolean(manyhands.page.model?.meta.summary)"

# Where the page drew each job: the worker and the slot of its lane, and whether it is in line, in the air or served.
DRAWN = """() => {
  const model = manyhands.page.model;
  return model.jobIds.map((job, at) => {
    const lane = model.lanes[model.jobs.lane[at]];
    return { job, worker: lane && model.workers[lane.worker].worker, slot: lane?.slot, name: model.names[at],
             outcome: model.jobs.outcome[at], begun: model.jobs.begun[at], ended: model.jobs.ended[at] };
  });
}"""


def choose(visit: Visit, name: str, value: str) -> None:
    """Set one number of the batch."""
    field = visit.page.locator(f'#batch [data-name="{name}"]')
    field.fill(value)
    field.press("Enter")


def expect_the_lanes_of(visit: Visit, folder: Path) -> None:
    """Each job is drawn in the lane, and at the time, that the run's own table tells."""
    with (folder / "tasks.csv").open(encoding="utf-8") as lines:
        told = {row["job"]: row for row in csv.DictReader(lines)}
    drawn: list[dict[str, Any]] = visit.ask(DRAWN)
    assert {each["job"] for each in drawn} == told.keys()
    for each in drawn:
        row = told[each["job"]]
        assert (each["worker"], each["slot"], each["name"]) == (row["worker"], int(row["slot"]), row["name"])
        assert each["outcome"] == row["outcome"]
        assert each["begun"] == pytest.approx(float(row["start_s"]), abs=1e-3)
        assert each["ended"] == pytest.approx(float(row["end_s"]), abs=1e-3)


def test_a_student_predicts_runs_watches_and_reads_the_answer(serve: Serves, visit: Visits, runs: Path) -> None:
    served, look = serve(), visit()
    page = look.page
    look.open(served.url)
    page.locator("#exercise").select_option("work:coffee")
    page.locator('#batch [data-name="pool"]').select_option("threads")
    choose(look, "orders", "14")
    choose(look, "workers", "2")
    choose(look, "slots", "4")

    # Run is locked until there is a prediction
    assert page.locator("#run").is_disabled()
    page.locator("#guess").fill("6")
    page.locator("#run").click()
    look.wait("document.querySelector('#mode').textContent.startsWith('Everybody comes to work')")
    assert look.ask("document.activeElement.id") == "shop"

    # While it runs: bars that are not over yet, in lanes of both baristas, then more of them
    look.wait("manyhands.page.model?.isOpen && manyhands.page.model.spans.lane.length > 4", RUN_LIMIT_S)
    seen = look.ask("manyhands.page.model.spans.lane.length")
    assert look.ask("manyhands.page.model.lanes.length") == 8
    assert page.locator("#run").is_disabled()
    look.wait(f"manyhands.page.model.spans.lane.length > {seen}", RUN_LIMIT_S)

    # When it is over: the answer, from the folder of the run
    look.wait(OVER, RUN_LIMIT_S)
    look.wait("document.querySelector('#run').textContent === 'Run again'", RUN_LIMIT_S)
    folder = (runs / "latest").resolve()
    summary = json.loads((folder / "summary.json").read_text(encoding="utf-8"))
    expect_the_lanes_of(look, folder)
    assert f"{summary['completion_s']:.1f}" in page.locator("#trio").inner_text()
    assert page.locator("#trio").inner_text().startswith("You said")
    assert page.locator("#because").inner_text()
    look.wait(FIGURES)
    look.expect_calm(served.url)

    # And the report, in a policy of its own
    page.locator("#report").click()
    page.wait_for_load_state()
    assert page.url == f"{served.url}/runs/{folder.name}/report.html"
    assert f"{summary['completion_s']:.1f}" in page.locator("body").inner_text()
    look.expect_calm(served.url)


def test_without_the_token_of_the_page_nothing_is_started(serve: Serves, visit: Visits) -> None:
    served, look = serve(), visit()
    look.open(served.url)
    answer = look.ask("fetch('/api/runs', { method: 'POST', body: '{}' }).then((answer) => answer.status)")

    assert answer == 403
    assert look.ask("fetch('/api/lab').then((answer) => answer.json()).then((lab) => lab.current)") is None


def test_an_exercise_ends_with_its_explanation(serve: Serves, visit: Visits, runs: Path) -> None:
    served, look = serve(), visit()
    page = look.page
    look.open(served.url)
    page.locator("#exercise").select_option("hands-full")
    page.locator('[data-name="simulate"]').select_option("yes")
    question = page.locator("#question").inner_text()
    assert page.locator("#n-line").inner_text() == "48"
    page.locator("#guess").fill("7")
    page.locator("#run").click()

    # Through all its runs the question and what was said stay
    look.wait("document.querySelector('#claims').children.length > 0", RUN_LIMIT_S)
    assert (page.locator("#question").inner_text(), page.locator("#guess").input_value()) == (question, "7")

    # It was simulated, and so it would be again
    assert page.locator('[data-name="simulate"]').input_value() == "yes"
    assert "simulated" in page.locator("#mode").inner_text()
    assert "Simulated" not in page.locator("#mode").inner_text()

    # At its end: what was asked about, beside what was said, and why
    told = json.loads(next(runs.glob("*-exercise-hands-full/summary.json")).read_text(encoding="utf-8"))
    shown = page.locator("#trio").inner_text().split()
    assert (shown[:4], str(round(told["answer"])) in shown) == (["You", "said", "7", "orders"], True)
    assert page.locator("#because").inner_text().startswith(told["text"]["Look"][:12])
    assert page.locator("#run").inner_text() == "Run again"

    # Its own report, of all its runs
    look.wait("!document.querySelector('#together').hidden")
    page.locator("#together").click()
    page.wait_for_load_state()
    assert page.url == f"{served.url}/runs/{next(runs.glob('*-exercise-hands-full')).name}/report.html"
    assert page.locator("h1").inner_text() == question
    look.expect_calm(served.url)


def test_a_batch_of_ones_own_is_not_that_of_the_exercise_before(serve: Serves, visit: Visits) -> None:
    served, look = serve(), visit()
    page = look.page
    look.open(served.url)
    first = {"pool": "threads", "orders": "40", "workers": "2", "slots": "8"}
    page.locator("#exercise").select_option("one-barista")
    page.locator("#exercise").select_option("work:coffee")
    assert {name: page.locator(f'#batch [data-name="{name}"]').input_value() for name in first} == first

    # It is as it was left
    choose(look, "orders", "14")
    page.locator("#exercise").select_option("hands-full")
    page.locator("#exercise").select_option("work:coffee")
    assert page.locator('#batch [data-name="orders"]').input_value() == "14"


def test_with_several_workers_present_a_slider_says_how_many_take_part(
    serve: Serves, visit: Visits, lab: Lab, runs: Path
) -> None:
    """And all of it by the keyboard alone: from the slider to the prediction, from there to the run."""
    with ExitStack() as stack:
        for name in ("ana", "ben"):
            stack.enter_context(joined(lab.broker.url, name))
        served, look = serve(broker_url=lab.broker.url), visit()
        page = look.page
        look.open(served.url)
        look.wait("manyhands.page.lab.workers.length === 2", RUN_LIMIT_S)
        page.locator("#exercise").select_option("work:coffee")
        choose(look, "orders", "6")
        slider = page.locator('#batch input[type="range"]')
        assert (slider.get_attribute("max"), slider.input_value()) == ("2", "2")
        slider.focus()
        page.keyboard.press("ArrowLeft")
        look.wait("document.querySelector('#batch input[type=range]').value === '1'")

        page.locator("#guess").focus()
        page.keyboard.type("4")
        page.keyboard.press("Enter")
        look.wait(OVER, RUN_LIMIT_S)
        told = json.loads((runs / "latest" / "summary.json").read_text(encoding="utf-8"))
        assert (told["workers"], told["jobs"]["done"]) == (1, 6)


def test_where_nobody_works_the_queue_nothing_can_be_run(serve: Serves, visit: Visits, lab: Lab) -> None:
    served, look = serve(broker_url=lab.broker.url, **{LAB_VARIABLE: "yes"}), visit()
    page = look.page
    look.open(served.url)
    page.locator("#exercise").select_option("work:coffee")
    page.locator('#batch [data-name="pool"]').select_option("gevent")
    page.locator("#guess").fill("3")

    # It is said, with what to type; nobody is drawn who is not there
    look.wait("document.querySelector('#notices').textContent.startsWith('Nobody works the gevent queue.')")
    assert page.locator("#notices code").inner_text() == "docker compose up -d --scale gevent=2 gevent"
    assert (page.locator("#run").is_disabled(), page.locator("#hint").inner_text()) == (True, "Nobody is there to do it yet.")
    assert look.ask("manyhands.page.model.lanes.length") == 0

    # The model needs nobody, and an exercise brings its own
    page.locator('[data-name="simulate"]').select_option("yes")
    page.locator("#guess").fill("3")
    assert page.locator("#run").is_enabled()
    page.locator("#exercise").select_option("hands-full")
    page.locator("#guess").fill("3")
    assert page.locator("#run").is_enabled()
    look.wait("document.querySelector('#notices').textContent === ''")
    look.expect_calm(served.url)


@contextmanager
def joined(url: str, name: str) -> Iterator[None]:
    """A worker that joined a lab."""
    command = [sys.executable, "-m", "manyhands", "join", url, "--pool", "threads", "--slots", "2", "--name", name]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        yield
        process.send_signal(signal.SIGINT)
        process.wait(RUN_LIMIT_S)


def test_a_run_is_stopped_on_the_page(serve: Serves, visit: Visits, runs: Path) -> None:
    served, look = serve(), visit()
    page = look.page
    look.open(served.url)
    page.locator("#exercise").select_option("work:coffee")
    choose(look, "speed", "0.5")
    page.locator('#ways [data-name="seed"]').fill("0")
    assert page.locator('#batch [data-name="speed"]').input_value() == "0.5"
    page.locator("#guess").fill("60")
    page.locator("#run").click()
    look.wait("manyhands.page.model?.isOpen && manyhands.page.model.spans.lane.length > 0", RUN_LIMIT_S)

    page.locator("#stop").click()

    look.wait("manyhands.page.model?.run && !manyhands.page.model.isOpen", RUN_LIMIT_S)
    look.wait("document.querySelector('#run').textContent === 'Run again'", RUN_LIMIT_S)
    manifest = json.loads((runs / look.ask("manyhands.page.model.run") / "manifest.json").read_text(encoding="utf-8"))
    assert (manifest["interrupted"], manifest["seed"], manifest["settings"]["speed"]) == (True, 0, 0.5)
