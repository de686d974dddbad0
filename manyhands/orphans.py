"""Orphans: messages that were taken from the queue and are in nobody's hands, because their worker died.

kombu notes that a message was taken, and not by whom. But each worker that lives says each second what it holds, so what
was taken a while ago and none of them names since has nobody.
"""

from collections.abc import Iterable, Mapping

from collector.roster import Present
from producer.clock import BrokerClock
from producer.message import task_id

# A message is taken a moment before its worker can say so.
MOMENT_S = 1.0


class Orphans:
    """Looks for them, look after look."""

    def __init__(self, clock: BrokerClock, run: str) -> None:
        self._clock = clock
        self._run = run
        self._unheld_s: dict[str, float] = {}

    def look(self, taken: Mapping[str, str], workers: Iterable[Present]) -> list[str]:
        """Delivery tags without a worker. `taken` are the run's jobs by delivery tag; `workers` are all who are here."""
        now_s, here = self._clock.now_s(), list(workers)
        held = {message for worker in here for message in worker.holds}
        # A message that is given back keeps its tag: what counts is since when it is taken and in nobody's hands.
        self._unheld_s = {
            tag: self._unheld_s.get(tag, now_s) for tag, job in taken.items() if task_id(self._run, job) not in held
        }
        heard_s = min((worker.at for worker in here), default=now_s)
        if not all(worker.tells_all for worker in here):
            return []
        orphans = [tag for tag, since_s in self._unheld_s.items() if heard_s > since_s + MOMENT_S]
        for tag in orphans:
            del self._unheld_s[tag]
        return orphans
