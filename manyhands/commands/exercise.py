"""`manyhands exercise`: predict, run, explain."""

import json
import sys
from pathlib import Path
from typing import Any

import click
from rich.console import Console

from collector.measures import EXIT_CODES
from collector.roster import present
from manyhands.commands.options import SEED, common, options
from manyhands.course import exercise, exercises
from manyhands.exercise import UNITS, Exercise
from manyhands.exercise_show import show_answers, show_exercised, show_list, show_question
from manyhands.exercise_text import AFTER, fill, parts
from manyhands.exercising import check_modelled, run_exercise
from manyhands.lab import is_lab, open_lab, reach
from manyhands.progress import say
from manyhands.syllabus import answered, syllabus
from producer.errors import BadInputError

MOST_PREDICTED = 1e9


@click.command("exercise")
@options(
    [
        click.argument("name", required=False),
        click.option("--predict", type=float, metavar="NUMBER", help="Your prediction, for scripts; without it you are asked."),
        click.option(
            "--seed", type=SEED, default=1, show_default=True, help="Another makes another instance, with its own answer."
        ),
        click.option("--answers", is_flag=True, help="The explanation, without a run."),
        click.option("--simulate", is_flag=True, help="Through a model, in a moment: no broker, no worker."),
        click.option("--small", is_flag=True, help="A few jobs only: quick, and less clear."),
    ],
    common,
)
def command(
    name: str | None,
    predict: float | None,
    seed: int,
    answers: bool,
    simulate: bool,
    small: bool,
    broker: str | None,
    runs: Path,
    as_json: bool,
) -> int:
    """Predict, run, explain. Without NAME: the exercises there are.

    An exercise starts its own workers, and ends them; where others work, on a broker of its own.
    """
    if name is None:
        _tell({"exercises": syllabus(runs)}) if as_json else show_list(exercises(), answered(runs))
        return 0
    chosen = exercise(name)
    if answers:
        _tell(_explained(chosen)) if as_json else show_answers(chosen)
        return 0
    if simulate:
        check_modelled(chosen)
    if predict is not None:
        check_prediction(predict)
    console = Console(stderr=as_json, highlight=False)
    show_question(chosen, len(exercises()), console)
    if small:
        say("A few jobs only: the numbers in the text are those of the whole exercise.")
    predicted = predict if predict is not None else _ask(chosen)
    with open_lab(None if simulate else broker_for(broker), simulate) as lab:
        exercised = run_exercise(chosen.made_small() if small else chosen, predicted, seed, lab, runs, simulate)
    if as_json:
        _tell(exercised.as_json())
    else:
        show_exercised(exercised)
    if exercised.interrupted:
        say("Interrupted: everything was stopped, and what is known until then is in the folder.")
    return EXIT_CODES[exercised.verdict]


def _tell(told: dict[str, Any]) -> None:
    click.echo(json.dumps(told, indent=2))


def _explained(chosen: Exercise) -> dict[str, Any]:
    text = {part.heading: fill(part.body, {}) for part in parts(chosen.text) if part.heading in AFTER}
    return {"exercise": chosen.name, "title": chosen.title, "question": chosen.question, "text": text}


def broker_for(url: str | None) -> str | None:
    """The broker at `url`, if nobody works there: else None, for one of its own.

    An exercise says what its workers are like, and those who are there are others.
    """
    if url is None:
        return None
    client = reach(url)
    try:
        has_company = is_lab() or bool(present(client))
    finally:
        client.close()
    if has_company:
        say("Others work on that broker: the exercise brings workers and a broker of its own.")
    return None if has_company else url


def _ask(chosen: Exercise) -> float:
    """The prediction, asked for until it is a number.

    Raises:
        BadInputError: nobody is there to be asked.
    """
    if not sys.stdin.isatty():
        raise BadInputError("--predict", "is missing, and nobody is here to be asked", "Give a number, such as --predict 12")
    say("")
    while True:
        given = click.prompt(f"Your prediction, {UNITS[chosen.unit]}", type=str, err=True)
        try:
            predicted = check_prediction(float(given.replace(",", ".")))
        except (BadInputError, ValueError):
            say("A number from 0 on, please. A wrong one is fine.")
            continue
        say("Committed. It stays beside the result.")
        return predicted


def check_prediction(predicted: float) -> float:
    """The prediction, if it is one.

    Raises:
        BadInputError: it is below 0, endless, or no number.
    """
    if not 0 <= predicted <= MOST_PREDICTED:
        raise BadInputError("--predict", f"is {predicted:g}", f"Give a number from 0 to {MOST_PREDICTED:.0e}")
    return predicted
