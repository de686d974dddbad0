"""What the page may ask for, as a command line: every value is checked for its kind, and the command checks its range."""

from collections.abc import Callable, Mapping
from typing import Any

from manyhands.commands.options import MOST_SLOTS, MOST_WORKERS, WORKS
from manyhands.work import DEFAULT_MACHINES, DEFAULT_ORDERS, MOST_MACHINES
from producer.errors import BadInputError, did_you_mean
from producer.message import POOLS
from workers.grader import GRADERS

PROGRAM = "manyhands"
MOST = 100_000
MOST_LETTERS = 300

# What a batch of one's own begins with, and how far its numbers go.
DEFAULTS = {
    "orders": DEFAULT_ORDERS,
    "papers": 60,
    "pool": "threads",
    "workers": 2,
    "slots": 8,
    "machines": DEFAULT_MACHINES,
    "speed": 60,
    "grader": "python",
    "seed": 1,
    "rate": None,
}
LIMITS = {
    "orders": [1, MOST],
    "papers": [1, MOST],
    "workers": [1, MOST_WORKERS],
    "slots": [1, MOST_SLOTS],
    "machines": [1, MOST_MACHINES],
    "speed": [0.01, MOST],
    "seed": [0, 2**31 - 1],
    "rate": [0.001, MOST],
}


def command_line(asked: Mapping[str, Any]) -> list[str]:
    """The arguments of `manyhands` for what is asked: an exercise, or a run.

    Raises:
        BadInputError: a key nobody knows, or a value of the wrong kind.
    """
    given = {key: value for key, value in asked.items() if value is not None}
    subject, options = ("exercise", OF_EXERCISE) if "exercise" in given else ("work", OF_RUN)
    known = (subject, *options)
    for key in given:
        if key not in known:
            raise BadInputError(key, "is nothing that can be asked for", did_you_mean(key, known))
    command = ["exercise" if subject == "exercise" else "run", _plain(subject, given)]
    for key, (option, read) in options.items():
        if key in given:
            is_flag = read is _flag and isinstance(given[key], bool)
            command += [option] * given[key] if is_flag else [option, read(key, given[key])]
    return [*command, "--json"]


def _plain(key: str, given: Mapping[str, Any]) -> str:
    value = given.get(key)
    if key == "work" and value not in WORKS:
        raise BadInputError("work", f"is {value!r}", "Choose " + " or ".join(WORKS))
    if not isinstance(value, str) or not value.replace("-", "").isalnum() or value.startswith("-"):
        raise BadInputError(key, f"is {value!r}", "Choose one from the list")
    return value


def _whole(key: str, value: Any) -> str:
    if isinstance(value, bool) or not isinstance(value, int) or abs(value) > 2**53:
        raise BadInputError(key, f"is {value!r}", "Give a whole number")
    return str(value)


def _number(key: str, value: Any) -> str:
    if isinstance(value, bool) or not isinstance(value, int | float) or not abs(value) < 1e15:
        raise BadInputError(key, f"is {value!r}", "Give a number")
    return str(value)


def _flag(key: str, value: Any) -> str:
    raise BadInputError(key, f"is {value!r}", "Give true or false")


def _words(key: str, value: Any) -> str:
    if not isinstance(value, str) or not value.isprintable() or len(value) > MOST_LETTERS:
        raise BadInputError(key, f"is {value!r:.60}", f"Give a line of at most {MOST_LETTERS} letters")
    return value


def _one_of(*choices: str) -> Callable[[str, Any], str]:
    def read(key: str, value: Any) -> str:
        if value not in choices:
            raise BadInputError(key, f"is {value!r}", did_you_mean(str(value), choices))
        return str(value)

    return read


Readers = dict[str, tuple[str, Callable[[str, Any], str]]]

OF_RUN: Readers = {
    "pool": ("--pool", _one_of(*POOLS)),
    "workers": ("--workers", _whole),
    "slots": ("--slots", _whole),
    "machines": ("--machines", _whole),
    "orders": ("--orders", _whole),
    "papers": ("--papers", _whole),
    "speed": ("--speed", _number),
    "grader": ("--grader", _one_of(*GRADERS)),
    "seed": ("--seed", _whole),
    "rate": ("--rate", _number),
    "prefetch": ("--prefetch", _whole),
    "simulate": ("--simulate", _flag),
    "predicted_s": ("--predict", _number),
    "question": ("--question", _words),
}
OF_EXERCISE: Readers = {
    "predicted": ("--predict", _number),
    "seed": ("--seed", _whole),
    "simulate": ("--simulate", _flag),
}


def error_in(said: str) -> BadInputError:
    """The error that a command ended with, from what it said: one line, `manyhands: WHERE: WHAT. CURE.`."""
    name = f"{PROGRAM}: "
    lines = [line.removeprefix(name) for line in said.splitlines() if line.startswith(name)]
    if not lines:
        last = next((line for line in reversed(said.splitlines()) if line.strip()), "it said nothing")
        return BadInputError("the run", f"ended at once ({last.strip()})", "Run `manyhands doctor`")
    where, colon, rest = lines[-1].partition(": ")
    if not colon:
        where, rest = "the run", lines[-1]
    what, stop, cure = rest.rstrip().removesuffix(".").rpartition(". ")
    return BadInputError(where, what if stop else rest.rstrip(), cure)
