"""A crew: those of the workers who are there that a run is given to, wherever they are.

They are narrowed to as many as are wanted by Celery's own remote control (`cancel_consumer`, `add_consumer`), and watched
by what they say of themselves each second (`workers/presence.py`): no right over any machine or orchestrator is needed.
"""

import time
from collections.abc import Callable, Collection, Sequence
from types import TracebackType
from typing import Self

import redis
from celery import Celery

from collector.roster import Present, present
from manyhands.muster import at_queue, crewed, fits, ready_entry
from manyhands.orphans import Orphans
from manyhands.plan import Plan
from manyhands.progress import say
from manyhands.staff import Fainted
from producer.clock import BrokerClock, check_clock
from producer.errors import BadInputError
from producer.send import Counter
from workers.journal import Entry

LOOK_EVERY_S = 1.0
WAIT_LOOK_EVERY_S = 0.1

# A presence ends six seconds after its last word; so much longer must it be missing before its worker has fainted, and
# this long everybody is given to come back after the broker itself was gone.
FAINT_AFTER_S = 1.5
GRACE_S = 6.0

# gevent obeys up to 3 s late, solo when it has nothing to do. A command that was not heard is given again.
OBEY_TIMEOUT_S = 30.0
TELL_AGAIN_S = 5.0
TELL_OF_WAIT_S = 4.0

# A worker that was told to stop still has a look into the queue under way: half a second, or one in a stranger's app.
SETTLE_S = 1.1


class Crew:
    """Workers who are there. A context manager: the others do not take the run's orders, and all do again after it."""

    is_ours = False

    def __init__(self, plan: Plan, url: str, broker: redis.Redis, run: str, chosen: Sequence[Present]) -> None:
        self._asked = plan
        self._broker = broker
        self._run = run
        self._app = Celery("crew", broker=url, set_as_current=False)
        clock = BrokerClock(broker)
        check_clock(clock, min(row.visibility_timeout_s for row in chosen))
        self._orphans = Orphans(clock, run)
        self._here = {row.worker: row for row in chosen}
        self._took_part = dict(self._here)
        self._new = list(chosen)
        self._narrowed: set[str] = set()
        self._missing_since: dict[str, float] = {}
        self._rows: list[Present] = []
        self._looked_s = 0.0
        self._recovered_s = 0.0
        self._grace_until_s = 0.0
        self.has_casualties = False

    @property
    def plan(self) -> Plan:
        """The plan, with all who took part: the bound of more hands holds for fewer too."""
        return crewed(self._asked, list(self._took_part.values()))

    @property
    def size(self) -> int:
        """Those who were chosen."""
        return len(self._here)

    def __enter__(self) -> Self:
        try:
            self._narrow()
        except BaseException:
            self._give_back()
            raise
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._give_back()

    def check(self) -> None:
        """They are there, and were asked already."""

    def ready(self) -> list[Entry]:
        """Those chosen, and whoever came since."""
        new, self._new = self._new, []
        return [ready_entry(row, self._run) for row in new]

    def fainted(self) -> list[Fainted]:
        """Who has not been heard of, or is another than before under the same name; looked up each second."""
        now_s = time.monotonic()
        if now_s - self._looked_s < LOOK_EVERY_S:
            return []
        self._looked_s = now_s
        try:
            self._rows = present(self._broker)
        except redis.RedisError:
            self._grace_until_s = time.monotonic() + GRACE_S
            self._missing_since.clear()
            raise
        gone = [*self._restarted(), *self._silent()]
        self._welcome()
        if gone and not self._here:
            self._call_in()
        self._remind()
        return gone

    def recover(self, counter: Counter, ended: Collection[str]) -> None:
        """Put back what has been held too long, and what no worker that is here holds; looked up each second."""
        now_s = time.monotonic()
        if now_s - self._recovered_s >= LOOK_EVERY_S:
            self._recovered_s = now_s
            counter.restore()
            taken = {tag: job for tag, job in counter.taken().items() if job not in ended}
            # Who is missing and not yet missed may still hold what it held when it was heard last.
            missing = [self._here[worker] for worker in self._missing_since if worker in self._here]
            counter.give_back_tags(self._orphans.look(taken, [*self._rows, *missing]))

    def _restarted(self) -> list[Fainted]:
        again = [row for row in self._rows if row.worker in self._here and self._here[row.worker].since != row.since]
        for row in again:
            del self._here[row.worker]
            self.has_casualties = True
            say(f"{row.worker} fainted and is back; the orders that were in the air are given to whoever is free.")
        return [Fainted(row.worker, row.since) for row in again]

    def _silent(self) -> list[Fainted]:
        now_s, heard = time.monotonic(), {row.worker for row in self._rows}
        missing = self._here.keys() - heard
        self._missing_since = {worker: self._missing_since.get(worker, now_s) for worker in missing}
        if now_s < self._grace_until_s:
            return []
        gone = [worker for worker, since_s in self._missing_since.items() if now_s - since_s >= FAINT_AFTER_S]
        for worker in gone:
            row = self._here.pop(worker)
            self.has_casualties = True
            how = "left" if row.is_leaving else "fainted"
            say(f"{worker} {how}; {len(self._here)} go on, with the orders that were in the air.")
        return [Fainted(worker) for worker in gone]

    def _welcome(self) -> None:
        """Take note of what those who are here say now, and of who came; who was not asked for stands by."""
        here = {row.worker: row for row in self._rows if row.worker in self._here}
        self._here.update(here)
        for row in at_queue(self._rows, self._asked.pool):
            if row.worker not in self._here.keys() | self._narrowed:
                is_wanted = row.worker in self._took_part or (self._asked.everyone and fits(self._asked, row))
                self._join(row) if is_wanted else self._narrowed.add(row.worker)

    def _join(self, row: Present) -> None:
        self._here[row.worker] = self._took_part[row.worker] = row
        self._narrowed.discard(row.worker)
        self._new.append(row)
        say(f"{row.worker} is here, and takes orders.")

    def _call_in(self) -> None:
        """Nobody is left: one of those who stand by takes over, if there is one."""
        standing_by = [row for row in at_queue(self._rows, self._asked.pool) if fits(self._asked, row)]
        if standing_by:
            self._join(standing_by[0])
        else:
            say(f"Nobody is left who works on {self._asked.pool}: waiting until somebody comes.")

    def _remind(self) -> None:
        """Who came in the middle of a run, or missed a command while the broker was away, is told what to do."""
        rows = at_queue(self._rows, self._asked.pool)
        self._tell("add_consumer", [row.worker for row in rows if row.worker in self._here and not self._consumes(row)])
        self._tell("cancel_consumer", [row.worker for row in rows if row.worker in self._narrowed and self._consumes(row)])

    def _narrow(self) -> None:
        rows = at_queue(present(self._broker), self._asked.pool)
        self._narrowed = {row.worker for row in rows} - self._here.keys()
        was_narrow = all((row.worker in self._here) == self._consumes(row) for row in rows)
        self._obeyed("add_consumer", lambda: [row for row in self._ours() if not self._consumes(row)])
        self._obeyed("cancel_consumer", lambda: [row for row in self._others() if self._consumes(row)])
        self._wait("are still at something else", lambda: [row for row in self._ours() if row.holds])
        if not was_narrow:
            time.sleep(SETTLE_S)

    def _give_back(self) -> None:
        """All at the queue take orders of whoever comes next; what another conductor left narrowed is given back too."""
        try:
            idle = [row.worker for row in at_queue(present(self._broker), self._asked.pool) if not self._consumes(row)]
            self._tell("add_consumer", sorted(self._narrowed | set(idle)))
        except redis.RedisError as error:
            say(f"The broker is gone ({error}); who stood by does so until the next run.")
        finally:
            self._app.close()

    def _ours(self) -> list[Present]:
        return [row for row in present(self._broker) if row.worker in self._here]

    def _others(self) -> list[Present]:
        return [row for row in present(self._broker) if row.worker in self._narrowed]

    def _consumes(self, row: Present) -> bool:
        return self._asked.pool in row.consuming

    def _obeyed(self, command: str, disobedient: Callable[[], list[Present]]) -> None:
        """Tell them, again and again, until each says itself that it did it.

        Raises:
            BadInputError: somebody does not.
        """
        give_up_s, told_s = time.monotonic() + OBEY_TIMEOUT_S, 0.0
        while left := disobedient():
            names = [row.worker for row in left]
            if time.monotonic() > give_up_s:
                cure = "Wait until it has nothing to do, or stop it"
                raise BadInputError(", ".join(names), f"does not obey {command} after {OBEY_TIMEOUT_S:g} s", cure)
            if time.monotonic() - told_s > TELL_AGAIN_S:
                told_s = time.monotonic()
                self._tell(command, names)
            time.sleep(WAIT_LOOK_EVERY_S)

    def _wait(self, why: str, busy: Callable[[], list[Present]]) -> None:
        """Wait for a while until nobody is busy with what another run left; then go on all the same."""
        began_s, told = time.monotonic(), False
        while (left := busy()) and time.monotonic() - began_s < OBEY_TIMEOUT_S:
            if not told and time.monotonic() - began_s > TELL_OF_WAIT_S:
                told = True
                say(f"Waiting: {', '.join(row.worker for row in left)} {why}.")
            time.sleep(WAIT_LOOK_EVERY_S)

    def _tell(self, command: str, workers: list[str]) -> None:
        if workers:
            self._app.control.broadcast(command, arguments={"queue": self._asked.pool}, destination=workers)
