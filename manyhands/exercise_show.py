"""An exercise on the terminal: the list, the question, and what was seen beside what was predicted."""

from collections.abc import Collection, Iterable
from typing import Any

from rich.console import Console
from rich.markdown import Markdown
from rich.markup import escape
from rich.table import Table

from manyhands.exercise import Exercise
from manyhands.exercise_text import AFTER, BEFORE, Part, fill, parts
from manyhands.exercised import Exercised
from manyhands.figure import in_words
from manyhands.show import NOTHING, plain_table, seconds, times
from manyhands.show_curve import show_curve
from workers.host import cores

# Lines that can be read aloud.
WIDTH = 92

# How far off a prediction is, as the larger over the smaller, and what is said of it.
CLOSENESS = (
    (1.1, "Within a tenth: you see how this shop works."),
    (1.5, "Close. The rest is in the explanation."),
    (3.0, "Some way off, as most first predictions are."),
)
FAR = "Far off, and so worth the run: what you expected and what happened differ for a reason."


def show_list(exercises: Iterable[Exercise], answered: Collection[str]) -> None:
    """The exercises, a line each, in the order of the course."""
    table = Table(box=None, show_header=False, padding=(0, 2, 0, 0))
    table.add_column(justify="right")
    for exercise in exercises:
        mark = "[green]✓[/]" if exercise.name in answered else " "
        table.add_row(str(exercise.number), mark, f"[bold]{exercise.name}[/]", escape(exercise.title))
    console = Console(highlight=False)
    console.print(table)
    console.print("\nThe first: [bold]manyhands exercise one-barista[/]. First a number, then the run.")


def show_question(exercise: Exercise, count: int, console: Console) -> None:
    """The question, and what will be run."""
    console.print(f"[dim]Exercise {exercise.number} of {count}[/]  [bold]{escape(exercise.title)}[/]\n")
    console.print(Markdown(f"**{exercise.question}**"), width=WIDTH)
    here = {"here": {"cores": cores()}}
    _show_parts(console, [part for part in parts(exercise.text) if part.heading in BEFORE], here)


def show_answers(exercise: Exercise) -> None:
    """The explanation without a run: its figures are an ellipsis."""
    console = Console(highlight=False)
    console.print(f"[bold]{escape(exercise.title)}[/]")
    _show_parts(console, [part for part in parts(exercise.text) if part.heading in AFTER], {})
    console.print("[dim]Each … is a figure of this machine: run the exercise to see it.[/]")


def show_exercised(exercised: Exercised) -> None:
    """The runs, the prediction beside the result, why, and the claims."""
    console = Console(highlight=False)
    console.print(_table(exercised))
    if exercised.interrupted:
        console.print(f"[dim]{escape(str(exercised.folder))}[/]", soft_wrap=True)
        return
    _show_result(console, exercised)
    _show_parts(console, [part for part in parts(exercised.exercise.text) if part.heading in AFTER], exercised.facts)
    if exercised.curve:
        console.print()
        show_curve("Speedup by workers", exercised.curve, exercised.where_it_ends)
    _show_claims(console, exercised)
    console.print(f"\n[dim]The report, with every lane: {escape(str(exercised.folder / 'report.html'))}[/]", soft_wrap=True)


def _table(exercised: Exercised) -> Table:
    table = plain_table()
    table.add_column("run", overflow="fold")
    for name in ("completion", "ideal", "over\nideal", "bound"):
        table.add_column(name, justify="right", no_wrap=True)
    table.add_column("held back by", overflow="fold")
    for configuration, ran in zip(exercised.exercise.configurations, exercised.rans, strict=False):
        summary = ran.summary
        troubled = summary["verdict"] != configuration.setting.verdict
        lost = "interrupted" if ran.interrupted else f"{summary['jobs']['lost']} lost" if summary["jobs"]["lost"] else ""
        table.add_row(
            escape(configuration.title),
            seconds(summary["completion_s"]),
            seconds(summary["ideal_s"]),
            times(summary["ratio"]),
            seconds(summary["bound_s"]),
            lost or (summary["held_back_by"] or NOTHING) + (f" ({summary['verdict']})" if troubled else ""),
        )
    return table


def _show_result(console: Console, exercised: Exercised) -> None:
    answer = exercised.answer
    table = Table(box=None, show_header=False, padding=(0, 2, 0, 0))
    for name, value in exercised.beside:
        table.add_row(name, f"[bold]{value}[/]")
    console.print(table)
    if said := busy(exercised.others_cores):
        console.print(f"\n{said}", width=WIDTH)
    elif exercised.predicted is not None and isinstance(answer, int | float):
        console.print(f"\n{closeness(exercised.predicted, answer)}", width=WIDTH)


def busy(others_cores: float | None) -> str:
    """What is to be said where others kept so many cores busy that the answer may be theirs; nothing where they did not."""
    if others_cores is None:
        return ""
    return f"Others used up to {others_cores:.1f} cores meanwhile: do not trust this answer. Run it again when they are done."


def closeness(predicted: float, answer: float) -> str:
    """What is fair to say of a prediction."""
    if predicted == answer:
        return CLOSENESS[0][1]
    if min(predicted, answer) <= 0:
        return FAR
    off = max(predicted, answer) / min(predicted, answer)
    return next((words for most, words in CLOSENESS if off <= most), FAR)


def _show_parts(console: Console, shown: Iterable[Part], facts: dict[str, Any]) -> None:
    for part in shown:
        console.print(f"\n[bold]{escape(part.heading)}[/]")
        console.print(Markdown(fill(part.body, facts)), width=WIDTH)


def _show_claims(console: Console, exercised: Exercised) -> None:
    console.print(f"\n[bold]Seen {'in the model' if exercised.simulated else 'on this machine'}[/]")
    marks = {True: "[green]✓[/]", False: "[red]✗[/]", None: "[dim]?[/]"}
    for judged in exercised.judged:
        told = judged.untold or in_words(judged.claim.figure, judged.value)
        console.print(f"{marks[judged.holds]} {escape(judged.claim.says)}  [dim]{escape(told)}[/]", width=WIDTH)
