"""The watch over a run that is under way."""

import time
from collections import Counter as Counted
from collections.abc import Iterable
from typing import Any

from collector.roster import Present
from manyhands.orphans import MOMENT_S
from manyhands.progress import Bar
from manyhands.record import Ran
from manyhands.staff import Fainted, Staff
from producer.message import task_id
from producer.send import Sent
from workers.journal import Entry

# A run in which nothing ends for this long is looked after: what dead workers held is put back, what is nowhere is sent again.
STALL_S = 2.0


class Watch:
    """A run while it is under way: takes entries, writes them down, and knows what is still to come."""

    def __init__(self, ran: Ran, bar: Bar) -> None:
        self.ran = ran
        self._bar = bar
        self.missing_before: set[str] = set()
        self.sent_again: Counted[str] = Counted()
        self.lost: set[str] = set()
        self._ended_s = time.monotonic()

    def take(self, entries: list[Entry]) -> None:
        """Write entries down, then count them."""
        ours = [entry for entry in entries if self.ran.ledger.add(entry)]
        if ours:
            before = len(self.ran.ledger.final)
            self.ran.folder.append("journal.jsonl", ours)
            if len(self.ran.ledger.final) > before:
                self._ended_s = time.monotonic()
        self.show()

    def meet(self, staff: Staff) -> None:
        """The plan is what the staff makes of it: so many workers, with their slots and cores."""
        self.ran.plan = staff.plan
        self._bar.rename(staff.plan.title)

    def note_sent(self, sent: list[Sent]) -> None:
        """Write down what was handed to the queue, and when."""
        new = [each for each in sent if each.job.id not in self.ran.sent_s]
        self.ran.sent_s.update({each.job.id: each.sent_s for each in new})
        self.ran.folder.append("sent.jsonl", (sent_row(each) for each in new))

    def show(self, last: bool = False) -> None:
        """Move the bar."""
        ledger = self.ran.ledger
        self._bar.show(len(ledger.final), f"{len(ledger.begun)} in the air", last)

    @property
    def is_over(self) -> bool:
        """Whether every job of the batch has ended, or is given up for lost."""
        return len(self.ran.ledger.final.keys() | self.lost) == len(self.ran.plan.jobs)

    def faint(self, gone: Fainted) -> set[str]:
        """A barista fainted; returns the jobs that were in those hands."""
        workers = [worker for worker in self.ran.ledger.workers if gone.worker in (worker, worker.partition("@")[0])]
        return {job for worker in workers for job in self.ran.ledger.faint(worker, gone.before_s)}

    def in_the_air(self, workers: Iterable[Present]) -> set[str]:
        """The jobs that were begun and have not ended, but for those that their worker says it no longer holds.

        Such a job's last entry was lost, and nobody will ever tell how it ended.
        """
        rows = {worker.worker: worker for worker in workers}
        return {
            entry["job"]
            for entry in self.ran.ledger.begun.values()
            if not let_go(entry, rows.get(entry["worker"]), task_id(self.ran.run, entry["job"]))
        }

    def has_stalled(self) -> bool:
        """Whether nothing ended for a while; asked again only after another while."""
        if time.monotonic() - self._ended_s < STALL_S:
            return False
        self._ended_s = time.monotonic()
        return True


def let_go(begun: Entry, worker: Present | None, message: str) -> bool:
    """Whether a worker that was heard of well after an execution began does not hold its message any more."""
    return worker is not None and worker.tells_all and worker.at > begun["at"] + MOMENT_S and message not in worker.holds


def sent_row(sent: Sent) -> dict[str, Any]:
    """A line of `sent.jsonl`."""
    job = sent.job
    steps = [[step.kind, step.seconds] for step in job.steps]
    return {
        "job": job.id,
        "name": job.name,
        "task": job.task,
        "sent_s": sent.sent_s,
        "arrives_s": job.arrives_s,
        "steps": steps,
    }
