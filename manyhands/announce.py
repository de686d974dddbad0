"""What the conductor tells of a run in the journal, so that whoever reads it sees a run open, fill and close.

opened   the workers are ready and nothing is sent yet: what is meant, by whom, and what the laws allow
sent     so many jobs are in the queue so far, since when: the first send is the run's zero
served   the last job has ended, and what it came to is being written
closed   the run's folder is complete: verdict, completion time, what went wrong
"""

import os
import time
from typing import Any

import redis

from collector.ideal import ideal_s
from collector.laws import bound_s, bounds_s
from manyhands.plan import Plan
from manyhands.record import Ran
from producer.broker import connect
from workers.journal import Entry, Journal

CONDUCTOR = "conductor"

# Who asked for a run may give it a mark, and know it by that in the journal when it opens.
MARK_VARIABLE = "MANYHANDS_MARK"
SENT_EVERY_S = 0.1

# What a batch should come to is told beforehand up to so many jobs: a larger one would wait for the answer.
MOST_JOBS_FORETOLD = 2000


class Announcer:
    """Speaks for one run."""

    def __init__(self, broker: redis.Redis, ran: Ran) -> None:
        self._journal = Journal(broker, CONDUCTOR)
        self._ran = ran
        self._told, self._said_s = 0, 0.0

    def opened(self) -> None:
        """The workers are ready; the first job is about to be sent."""
        self._journal.write("opened", **opening(self._ran), at=self._journal.clock.now_s())
        self._ran.is_opened = True

    def sent(self) -> None:
        """Tell how many jobs were sent, if there are more: at most every `SENT_EVERY_S`, and at once of the last."""
        sent_s, now_s = self._ran.sent_s, time.monotonic()
        is_due = now_s - self._said_s >= SENT_EVERY_S or len(sent_s) == len(self._ran.plan.jobs)
        if len(sent_s) > self._told and is_due:
            self._told, self._said_s = len(sent_s), now_s
            first_s, last_s = min(sent_s.values()), max(sent_s.values())
            self._journal.write("sent", run=self._ran.run, count=len(sent_s), first=first_s, at=last_s)

    def served(self) -> None:
        """The last job has ended; the turn is given back, and the folder is written."""
        self._journal.write("served", run=self._ran.run, at=self._journal.clock.now_s())


def announce_closed(url: str, ran: Ran) -> None:
    """The run's folder is complete. Nothing is told of a run that was never opened; a broker that is gone hears nothing."""
    if not ran.is_opened or ran.trouble:
        return
    broker = connect(url)
    try:
        journal = Journal(broker, CONDUCTOR)
        journal.write(
            "closed",
            run=ran.run,
            at=journal.clock.now_s(),
            verdict=ran.summary.get("verdict"),
            completion_s=ran.summary.get("completion_s"),
            trouble=ran.trouble,
            interrupted=ran.interrupted,
        )
    finally:
        broker.close()


def opening(ran: Ran) -> Entry:
    """What the entry `opened` tells."""
    plan, shape, path = ran.plan, ran.plan.shape, ran.folder.path
    is_inside = ran.run != path.name  # a run of a comparison has its folder in the comparison's
    return {
        "run": ran.run,
        "folder": f"{path.parent.name}/{path.name}" if is_inside else path.name,
        "title": plan.title,
        "work": plan.work,
        "pool": plan.pool,
        "workers": [told_of(entry) for entry in ran.ledger.workers.values()],
        "slots": shape.slots,
        "all_slots": shape.all_slots,
        "processes": shape.processes,
        "cores": shape.cores,
        "machines": shape.machines,
        "jobs": len(plan.jobs),
        "speed": plan.settings.get("speed"),
        "grader": plan.settings.get("grader"),
        "rate": plan.settings.get("rate_per_s"),
        "prefetch": plan.prefetch,
        "seed": plan.seed,
        "exercise": plan.exercise,
        "question": plan.question,
        "predicted_s": plan.predicted_s,
        "simulated": False,
        "mark": os.environ.get(MARK_VARIABLE),
        **foretold(plan),
    }


def told_of(ready: Entry) -> dict[str, Any]:
    """A worker, as the entry `opened` lists it."""
    return {
        "worker": ready["worker"],
        "host": ready["host"],
        "pool": ready["pool"],
        "slots": ready["slots"],
        "shares_hands": ready["pool"] != "prefork",
        "clock_offset_s": ready["clock_offset_s"],
        "computer": ready["machine"].get("computer", ready["host"]),
    }


def foretold(plan: Plan) -> dict[str, Any]:
    """What the laws allow and the ideal takes, as far as it is known what the jobs ask for."""
    if not 0 < len(plan.jobs) <= MOST_JOBS_FORETOLD or not all(job.steps for job in plan.jobs):
        return {"bounds_s": None, "bound_s": None, "ideal_s": None}
    bounds = bounds_s(plan.jobs, plan.shape)
    return {"bounds_s": bounds, "bound_s": bound_s(bounds), "ideal_s": ideal_s(plan.jobs, plan.shape)}
