"""The course and the table of exercises agree with the exercises."""

import json
from pathlib import Path
from typing import Any

from manyhands.course import exercises
from manyhands.lab_book import BLOCK, BOOK, README, book, figures, readme, stored, table

SUMMARY: dict[str, Any] = {
    "exercise": "juggling",
    "unit": "s",
    "answer": 1.618,
    "verdict": "pass",
    "simulated": False,
    "small": False,
    "seed": 1,
    "claims": [{"holds": True}, {"holds": None}],
    "text": {"Look": "It took 1.62 s."},
}


def test_the_course_has_a_place_for_each_exercise() -> None:
    found = [name for _, name, _, _ in BLOCK.findall(BOOK.read_text(encoding="utf-8"))]

    assert sorted(found) == sorted(each.name for each in exercises())


def test_the_table_in_the_readme_is_that_of_the_files() -> None:
    text = README.read_text(encoding="utf-8")

    assert readme(text) == text
    assert table(exercises()) in text


def test_figures_are_written_into_their_place_and_others_stay() -> None:
    text = "<!-- exercise juggling -->\nold\n<!-- / -->\n<!-- exercise one-till -->\nkept\n<!-- / -->\n"

    told = book(text, {"juggling": SUMMARY})
    assert told == (
        "<!-- exercise juggling -->\n> It took 1.62 s.\n>\n> **The answer: 1.62 s.** 1 of 2 claims seen.\n<!-- / -->\n"
        "<!-- exercise one-till -->\nkept\n<!-- / -->\n"
    )
    assert book(told, {"juggling": SUMMARY}) == told
    assert figures(SUMMARY) in told


def test_the_latest_whole_run_of_each_is_taken(tmp_path: Path) -> None:
    others: tuple[dict[str, Any], ...] = ({"verdict": "fail"}, {"simulated": True}, {"small": True}, {"seed": 2})
    for stamp, more in enumerate(({"answer": 1}, {"answer": 2}, *({"answer": 3, **other} for other in others))):
        folder = tmp_path / f"20260101-08000{stamp}-exercise-juggling"
        folder.mkdir()
        (folder / "summary.json").write_text(json.dumps({**SUMMARY, **more}))

    assert stored(tmp_path)["juggling"]["answer"] == 2
