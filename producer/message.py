"""The contract of the queue: its queues, task names and headers, and every Redis key that the lab uses."""

from typing import Literal, get_args

Pool = Literal["solo", "prefork", "threads", "gevent"]

# One queue for each kind of pool, named after it, so that one batch can be given to any of them.
POOLS: tuple[Pool, ...] = get_args(Pool)

COFFEE_TASK = "coffee.make"
PAPERS_TASK = "papers.grade"
TILL_TASK = "till.sell"

# Message headers: the run and the job that a message belongs to. A stranger's message carries neither.
RUN_HEADER = "manyhands_run"
JOB_HEADER = "manyhands_job"

# The journal: a stream with one field, some entries as JSON (see workers/journal.py).
JOURNAL_KEY = "manyhands:journal"
ENTRIES_FIELD = "entries"

# What our workers took from a queue and have not acknowledged. Names of our own: with kombu's usual ones our visibility
# timeout would hold for the messages of everybody else in the same database.
UNACKED_OPTIONS = {
    "unacked_key": "manyhands:unacked",
    "unacked_index_key": "manyhands:unacked-index",
    "unacked_mutex_key": "manyhands:unacked-mutex",
}

# The same in an app of the user's own, whose settings are not ours.
STOCK_UNACKED_OPTIONS = {
    "unacked_key": "unacked",
    "unacked_index_key": "unacked_index",
    "unacked_mutex_key": "unacked_mutex",
}

# Messages that nobody could read, newest first: JSON with `reason`, `queue`, `when` and the message as it came.
DEAD_LETTERS_KEY = "manyhands:dead-letters"


# The names of the workers that said they are here; who fainted is named until somebody looks.
WORKERS_KEY = "manyhands:workers"

# Whose turn it is: one run at a time (see manyhands/turn.py).
TURN_KEY = "manyhands:turn"


def worker_key(worker: str) -> str:
    """What a worker says of itself each second while it lives, as JSON (see workers/presence.py)."""
    return f"manyhands:worker:{worker}"


def name_key(name: str) -> str:
    """Who is about to join under a name has this key, until its presence keeps the name."""
    return f"manyhands:name:{name}"


def machine_key(run: str) -> str:
    """The espresso machine of a run: a hash, and under it the line of those who wait."""
    return f"manyhands:machine:{run}"


def ticket_key(ticket: str) -> str:
    """Where the holder of a ticket is handed a group head: a list that is pushed to once."""
    return f"manyhands:ticket:{ticket}"


def till_key(run: str) -> str:
    """The till of a run: how many sales it counted."""
    return f"manyhands:till:{run}"


def class_key(name: str) -> str:
    """The fingerprints of all the papers of a class, as JSON: what each paper is compared with."""
    return f"manyhands:class:{name}"


def task_id(run: str, job: str) -> str:
    """The id of a job's message: the same however often it is sent, so that it is counted once."""
    return f"{run}.{job}"
