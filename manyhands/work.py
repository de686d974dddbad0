"""The work of a run: coffee orders or papers, as jobs, with what they look up and what is known of them beforehand."""

import json
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import cycle, islice
from pathlib import Path
from random import Random
from typing import Any
from uuid import uuid4

from producer.arrivals import arrive_at_once, arrive_at_rate
from producer.errors import BadInputError
from producer.job import Job, Step
from producer.menu import MENU_FILE, read_menu
from producer.message import class_key
from producer.orders import MOST_ORDERS, make_orders, order_jobs, read_orders
from producer.papers import CLASS_FOLDER, paper_jobs, read_papers, repeat_papers
from workers.host import cores
from workers.papers import fingerprint_class
from workers.rubric import RUBRIC_FILE, read_rubric

DEFAULT_ORDERS = 40
DEFAULT_SPEED = 120.0
DEFAULT_MACHINES = 2

MOST_MACHINES = 1000

# How a lab of containers says that its shop has more group heads, so that baristas are what is short there.
MACHINES_VARIABLE = "MANYHANDS_MACHINES"


@dataclass(frozen=True, slots=True)
class Work:
    """A batch of jobs. `grader` names papers whose demands must be measured; `settings` go on record."""

    name: str
    jobs: Sequence[Job]
    machines: int
    seed: int | None
    shelf: Mapping[str, str] = field(default_factory=dict)
    settings: Mapping[str, object] = field(default_factory=dict)

    @property
    def is_known(self) -> bool:
        """Whether it is known beforehand what each job asks for."""
        return all(job.steps for job in self.jobs)


def coffee(
    orders_file: Path | None,
    orders: int | None,
    menu_file: Path = MENU_FILE,
    speed: float = DEFAULT_SPEED,
    machines: int = DEFAULT_MACHINES,
    seed: int = 1,
) -> Work:
    """Coffee orders of a file, or made up from a seed; `orders` of them, the file's over and over if it has fewer.

    Raises:
        BadInputError: the file or the menu cannot be used.
    """
    menu = read_menu(menu_file)
    if orders_file is None:
        made = make_orders(orders or DEFAULT_ORDERS, menu, seed)
    else:
        read = read_orders(orders_file, menu, orders)
        rounds = (replace(order, order=str(number)) for number, order in enumerate(cycle(read), start=1))
        made = read if orders is None or orders == len(read) else list(islice(rounds, orders))
    settings = {"orders_file": orders_file and str(orders_file), "menu": str(menu_file), "speed": speed}
    used = None if orders_file else seed
    return Work("coffee", order_jobs(made, menu, speed, machines), machines, used, settings=settings)


def papers(
    folder: Path | None, count: int | None, rubric_file: Path = RUBRIC_FILE, grader: str = "python", seed: int | None = None
) -> Work:
    """The papers of a folder, `count` of them, over and over if it has fewer. What each costs is not known yet.

    A seed says which come first; without one it is the alphabet.

    Raises:
        BadInputError: the folder or the rubric cannot be used.
    """
    rubric = read_rubric(rubric_file)
    read = read_papers(folder or CLASS_FOLDER)
    if seed is not None:
        Random(f"papers {seed}").shuffle(read)
    taken = repeat_papers(read, count) if count else read
    # A key of its own, so that whoever clears it away takes nothing from anybody else.
    key = class_key(uuid4().hex)
    shelf = {key: json.dumps(fingerprint_class({paper.name: paper.text for paper in read if not paper.fault}))}
    settings = {"papers": str(folder or "the sample class"), "rubric": str(rubric_file), "grader": grader}
    return Work("papers", paper_jobs(taken, rubric.as_message(), grader, key), 1, seed, shelf, settings)


def default_machines() -> int:
    """Group heads of the espresso machine where nobody says: 2, or as many as the environment tells.

    Raises:
        BadInputError: what it tells is no number of group heads.
    """
    told = os.environ.get(MACHINES_VARIABLE) or str(DEFAULT_MACHINES)
    if not told.isdecimal() or not 1 <= int(told) <= MOST_MACHINES:
        cure = f"Give a whole number from 1 to {MOST_MACHINES}, or --machines N"
        raise BadInputError(MACHINES_VARIABLE, f"is {told!r}", cure)
    return int(told)


def default_slots(work: Work) -> int:
    """Slots of each worker where nobody says: as many as there are cores for papers, 8 for coffee."""
    return max(2, int(cores())) if work.name == "papers" else 8


def alone(work: Work) -> list[Job]:
    """One job for each different paper: measured alone, they tell what all of them cost."""
    return list({content(job): job for job in work.jobs}.values())


def with_steps(work: Work, steps: Mapping[str, tuple[Step, ...]]) -> Work:
    """The work with what each paper was measured to cost, by its content."""
    jobs = [replace(job, steps=steps.get(content(job), ())) for job in work.jobs]
    return replace(work, jobs=jobs)


def content(job: Job) -> str:
    """Names what a paper says: the same for a paper that is handed in twice."""
    return json.dumps(job.args[0], sort_keys=True)


def arriving(work: Work, rate_per_s: float | None, seed: int) -> Work:
    """The work with customers who come all at once, or at a rate."""
    settings = {**work.settings, "rate_per_s": rate_per_s}
    if rate_per_s is None:
        return replace(work, jobs=arrive_at_once(work.jobs), settings=settings)
    return replace(work, jobs=arrive_at_rate(work.jobs, rate_per_s, seed), seed=seed, settings=settings)


def own_tasks(task: str, args_file: Path, most: int | None = None) -> Work:
    """Jobs for a task of the user's own: each line of a file is a JSON list of arguments, or an object of keywords.

    Raises:
        BadInputError: the file cannot be read, or a line is neither.
    """
    try:
        lines = args_file.read_text(encoding="utf-8").split("\n")
    except OSError as error:
        raise BadInputError(args_file, f"cannot be read ({error.strerror})", "Name a file that is there") from None
    except UnicodeDecodeError:
        raise BadInputError(args_file, "is not UTF-8 text", "Save it as UTF-8") from None
    jobs = [
        _own_job(f"{args_file}, line {number}", str(number), task, line)
        for number, line in enumerate(lines, start=1)
        if line.strip()
    ]
    if not jobs:
        raise BadInputError(args_file, "is empty", "Give a line of arguments for each job, such as [1, 2]")
    if len(jobs) > MOST_ORDERS:
        raise BadInputError(args_file, f"has more than {MOST_ORDERS:,} lines", "Split the file")
    return Work(task, jobs[:most], 1, None, settings={"args": str(args_file)})


def _own_job(where: str, number: str, task: str, line: str) -> Job:
    try:
        arguments: Any = json.loads(line)
    except (ValueError, RecursionError) as error:
        raise BadInputError(where, f"is not JSON ({error})", "Give a list of arguments, such as [1, 2]") from None
    if isinstance(arguments, dict):
        return Job(number, f"{task} {number}", task, [], kwargs=arguments)
    if not isinstance(arguments, list):
        raise BadInputError(where, f"is {line.strip()[:40]}", "Give a list of arguments, such as [1, 2], or an object")
    return Job(number, f"{task} {number}", task, arguments)
