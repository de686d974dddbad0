"""The course: all exercises, each found by its name or number.

A new exercise is a new TOML file in `manyhands/exercises/`, with a text of the same name beside it, and no code.
"""

from functools import cache
from itertools import pairwise
from operator import attrgetter
from pathlib import Path

from manyhands.exercise import Exercise
from manyhands.exercise_file import read_exercise
from producer.errors import BadInputError, did_you_mean

EXERCISES_FOLDER = Path(__file__).with_name("exercises")

# The folder of an exercise's runs is named after this and the exercise.
FOLDER_MARK = "-exercise-"


@cache
def exercises(folder: Path = EXERCISES_FOLDER) -> tuple[Exercise, ...]:
    """All exercises, in the order of the course.

    Raises:
        BadInputError: a file says something that nobody understands, or two have one number or one name.
    """
    read = sorted(map(read_exercise, folder.glob("*.toml")), key=lambda each: each.number)
    for key, kind in ((attrgetter("number"), "number"), (attrgetter("name"), "name")):
        for before, after in pairwise(sorted(read, key=key)):
            if key(before) == key(after):
                raise BadInputError(folder, f"has two exercises of the {kind} {key(after)}", f"Give each a {kind} of its own")
    return tuple(read)


def exercise(name: str) -> Exercise:
    """The exercise of that name, or number.

    Raises:
        BadInputError: there is none.
    """
    known = {each.name: each for each in exercises()}
    by_number = {str(each.number): each for each in exercises()}
    if name not in known and name not in by_number:
        raise BadInputError("exercise", f"there is none called {name!r}", did_you_mean(name, known))
    return known.get(name) or by_number[name]
