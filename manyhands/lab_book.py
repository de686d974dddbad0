"""Writes the figures of docs/lab-book.md and the table of exercises in README.md, each between its marks."""

import argparse
import json
import re
import sys
from collections.abc import Iterable, Mapping
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from manyhands.course import FOLDER_MARK, exercises
from manyhands.exercise import Exercise
from manyhands.exercised import say_in_unit
from manyhands.exercising import run_exercise
from manyhands.lab import open_lab
from producer.errors import BadInputError

ROOT = Path(__file__).parent.parent
BOOK, README = ROOT / "docs" / "lab-book.md", ROOT / "README.md"
BLOCK = re.compile(r"(<!-- exercise ([\w-]+) -->\n)(.*?)(<!-- / -->)", re.DOTALL)
TABLE = re.compile(r"(<!-- exercises -->\n)(.*?)(<!-- / -->)", re.DOTALL)
# What the book says its figures were made with.
SEED = 1

NO_FIGURES = "*Its figures are written here by `scripts/lab-book`.*\n"


def book(text: str, summaries: Mapping[str, Mapping[str, Any]]) -> str:
    """The book with the figures of each exercise that there is a summary of; the others stay as they are."""

    def block(found: re.Match[str]) -> str:
        told = figures(summaries[found[2]]) if found[2] in summaries else found[3]
        return found[1] + told + found[4]

    return BLOCK.sub(block, text)


def figures(summary: Mapping[str, Any]) -> str:
    """What was seen in one exercise, as Markdown: what to look at, the answer, and the claims."""
    held = sum(claim["holds"] is True for claim in summary["claims"])
    answer = say_in_unit(summary["answer"], summary["unit"])
    claims = f"{held} of {len(summary['claims'])} claims seen"
    return f"> {summary['text']['Look']}\n>\n> **The answer: {answer}.** {claims}.\n"


def table(read: Iterable[Exercise]) -> str:
    """The exercises as a table in Markdown."""
    rows = [f"| {each.number} | `{each.name}` | {each.question} |" for each in read]
    return "\n".join(["| | exercise | the question |", "|---|---|---|", *rows]) + "\n"


def readme(text: str) -> str:
    """README.md with the table as the files have it."""
    return TABLE.sub(lambda found: found[1] + table(exercises()) + found[3], text)


def stored(runs: Path) -> dict[str, Any]:
    """The summary of the latest run of each exercise, whole and with the book's seed, in a folder of runs."""
    found: dict[str, Any] = {}
    for path in sorted(runs.glob(f"*{FOLDER_MARK}*/summary.json")):
        summary = json.loads(path.read_text(encoding="utf-8"))
        is_ours = summary["seed"] == SEED and not summary["small"] and not summary["simulated"]
        if summary["verdict"] == "pass" and is_ours:
            found[summary["exercise"]] = summary
    return found


def made(small: bool, runs: Path) -> dict[str, Any]:
    """Run every exercise, each on a broker of its own."""
    found: dict[str, Any] = {}
    for each in exercises():
        with open_lab(None) as lab:
            exercised = run_exercise(each.made_small() if small else each, None, SEED, lab, runs)
        if exercised.verdict != "pass":
            raise BadInputError(each.name, f"ended in {exercised.verdict}", f"See {exercised.folder}, on a quiet machine")
        found[each.name] = exercised.as_json()
    return found


def main() -> int:
    """Run what is asked for, and write both pages of a clone of the repository."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--small", action="store_true", help="a few orders each")
    options.add_argument(
        "--from", dest="runs", type=Path, help="a folder of runs: the latest of each exercise, and none is run"
    )
    asked = options.parse_args()
    try:
        with TemporaryDirectory(prefix="manyhands-") as folder:
            summaries = stored(asked.runs) if asked.runs else made(asked.small, Path(folder))
    except BadInputError as error:
        print(f"lab-book: {error}", file=sys.stderr)
        return 1
    BOOK.write_text(book(BOOK.read_text(encoding="utf-8"), summaries), encoding="utf-8")
    README.write_text(readme(README.read_text(encoding="utf-8")), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
