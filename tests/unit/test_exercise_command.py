"""`manyhands exercise` as far as it goes without a broker: the list, the answers, a simulation, and what it refuses."""

import json
from pathlib import Path

import click
import pytest
from click.testing import CliRunner, Result

from manyhands import cli
from manyhands.course import exercises
from manyhands.exercise_show import FAR, closeness
from manyhands.exercised import say_in_unit
from producer.errors import BadInputError


def invoke(*arguments: str) -> Result:
    return CliRunner().invoke(cli.command, ("exercise", *arguments), standalone_mode=False)


def refusal(*arguments: str) -> str:
    result = invoke(*arguments)
    assert isinstance(result.exception, BadInputError), result.output
    return str(result.exception)


def test_the_list_names_every_exercise_and_ticks_what_was_answered(tmp_path: Path) -> None:
    (tmp_path / "20260101-080000-exercise-one-till").mkdir()  # cut off
    assert invoke("juggling", "--predict", "3", "--simulate", "--small", "--runs", str(tmp_path)).return_value == 0

    lines = invoke("--runs", str(tmp_path)).output.splitlines()

    for each in exercises():
        [line] = [line for line in lines if f" {each.name} " in line and each.title in line]
        assert ("✓" in line) is (each.name == "juggling")


def test_answers_tell_why_without_a_run() -> None:
    output = invoke("juggling", "--answers").output

    assert "This is concurrency" in output
    assert "… with eight" not in output
    assert "took …" in output
    assert "Your prediction" not in output


def test_json_is_json_for_the_list_and_the_answers_too(tmp_path: Path) -> None:
    listed = json.loads(invoke("--json", "--runs", str(tmp_path)).stdout)
    explained = json.loads(invoke("juggling", "--answers", "--json").stdout)

    assert [each["name"] for each in listed["exercises"]] == [each.name for each in exercises()]
    assert explained["exercise"] == "juggling"
    assert list(explained["text"]) == ["Look", "Explain", "Change one number"]


def test_the_curve_is_shown_with_where_it_ends(tmp_path: Path) -> None:
    output = invoke("more-hands", "--predict", "4", "--simulate", "--small", "--runs", str(tmp_path)).output

    assert "8 workers were" in output
    assert "The laws allow at most" in output
    [folder] = tmp_path.glob("*-exercise-more-hands")
    assert [point["workers"] for point in json.loads((folder / "curve.json").read_text())["points"]] == [1, 2, 4, 8]
    page = (folder / "report.html").read_text()
    assert "8 workers were" in page
    assert "The laws allow at most" in page
    assert '<div class="fig scaling">' in page


def test_nobody_is_there_to_be_asked() -> None:
    assert refusal("juggling") == (
        "--predict: is missing, and nobody is here to be asked. Give a number, such as --predict 12."
    )


@pytest.mark.parametrize("given", ["-1", "nan", "inf"])
def test_a_prediction_is_a_number_from_0_on(given: str) -> None:
    assert f"--predict: is {float(given):g}. Give a number from 0" in refusal("juggling", "--predict", given)


@pytest.mark.parametrize("name", ["side-by-side", "stack-of-papers"])
def test_what_is_told_before_the_run_has_no_gaps(name: str, tmp_path: Path) -> None:
    output = invoke(name, "--predict", "1", "--simulate", "--small", "--runs", str(tmp_path)).output

    assert "…" not in output


def test_a_seed_is_a_whole_number_from_0_on() -> None:
    result = invoke("juggling", "--predict", "4", "--seed", "-1")

    assert isinstance(result.exception, click.BadParameter)


def test_what_the_model_knows_nothing_of_is_not_simulated(tmp_path: Path) -> None:
    said = refusal("barista-faints", "--predict", "4", "--simulate", "--runs", str(tmp_path))

    assert said == "--simulate: knows nothing of what happens in barista-faints. Leave it out, and see it happen."


def test_a_simulated_exercise_prints_json_and_keeps_its_folder(tmp_path: Path) -> None:
    result = invoke("one-barista", "--predict", "12", "--simulate", "--json", "--seed", "7", "--runs", str(tmp_path))

    assert result.return_value == 0
    told = json.loads(result.stdout)
    assert (told["exercise"], told["predicted_s"], told["unit"], told["verdict"]) == ("one-barista", 12.0, "s", "pass")
    assert told["simulated"]
    assert [run["configuration"] for run in told["runs"]] == ["plain", "one"]
    assert told["answer"] == told["runs"][1]["completion_s"]
    [folder] = tmp_path.glob("*-exercise-one-barista")
    assert json.loads((folder / "summary.json").read_text()) == told
    manifest = json.loads((folder / "one" / "manifest.json").read_text())
    assert (manifest["exercise"], manifest["predicted_s"]) == ("one-barista", 12.0)


@pytest.mark.parametrize(
    ("predicted", "answer", "said"),
    [(10.0, 10.9, "Within a tenth"), (8.0, 10.0, "Close"), (5.0, 10.0, "Some way off"), (0.0, 0.0, "Within"), (4.0, 0.0, FAR)],
)
def test_what_is_said_of_a_prediction_is_fair(predicted: float, answer: float, said: str) -> None:
    assert closeness(predicted, answer).startswith(said)
    assert closeness(answer, predicted).startswith(said)


def test_an_answer_has_its_unit() -> None:
    assert [say_in_unit(value, unit) for value, unit in ((1.618, "s"), (2.0, "×"), (14, "sales"), (None, "s"))] == [
        "1.62 s",
        "2.00 ×",
        "14 sales",
        "–",
    ]
