"""The journal: what every execution leaves behind, a Redis stream of entries.

The stream's one field holds what a writer had to say at one time: `{"by": {worker, host, pid, writer}, "entries": [...]}`.
`writer` names the process (host, pid and the time it began), and `seq` numbers its entries, so that a reader sees what is
missing and what came twice. Entries, by kind:

    ready    a worker takes orders: pool, slots, cores, cgroup limits, versions, clock offset
    taken    a worker that prefetches took a message, for which a slot may not be free yet: run, job, at
    begun    an execution began: run, job, attempt, slot, at
    step     a phase began: run, job, attempt, slot, phase, at; a `machine` phase also tells its `head`
    done     an execution ended well: run, job, task, attempt, slot, start, end, phases, result
    failed   an execution ended with an error: the same with `reason` in place of `result`

Times are seconds on the broker's clock. `phases` is a list of [kind, start, end, CPU seconds or null, group head or null].
`done` and `failed` are in the stream before the message is acknowledged; the others follow within `FLUSH_S`.
"""

import json
import os
import socket
import time
from threading import Event, Lock, Thread
from typing import Any

import redis

from producer.clock import BrokerClock
from producer.message import ENTRIES_FIELD, JOURNAL_KEY
from workers.patience import patiently

Entry = dict[str, Any]

# A bar that grows may lag by this much; one message for all of it costs a tenth of its entries one by one.
FLUSH_S = 0.05

# Clocks of different hosts drift apart by some 20 microseconds a second.
MEASURE_CLOCK_EVERY_S = 30.0

# Bounds the stream where nobody reads it: some 100 MB.
MOST_IN_STREAM = 100_000


class Journal:
    """Writes entries for one process. Safe for threads and greenlets; a forked child needs a journal of its own."""

    def __init__(self, broker: redis.Redis, worker: str) -> None:
        self._broker = broker
        self.clock = BrokerClock(broker)
        host, pid = socket.gethostname(), os.getpid()
        self._by = {"worker": worker, "host": host, "pid": pid, "writer": f"{host}/{pid}/{time.time_ns()}"}
        self._seq = 0
        self._pending: list[Entry] = []
        self._pending_lock = Lock()
        self._flush_lock = Lock()
        self._something = Event()
        self._thread: Thread | None = None

    def note(self, kind: str, **values: Any) -> None:
        """Leave an entry that is written within `FLUSH_S`, by a thread of the journal's own."""
        self._add(kind, values)
        if self._thread is None:
            self._start_thread()
        self._something.set()

    def write(self, kind: str, **values: Any) -> None:
        """Leave an entry, and come back when Redis has it and all before it.

        Raises:
            redis.RedisError: the broker was away for longer than `patience.PATIENCE_S`.
        """
        self._add(kind, values)
        self.flush()

    def flush(self) -> None:
        """Write what is pending. Of several that ask at once the first writes for all."""
        with self._flush_lock:
            with self._pending_lock:
                entries, self._pending = self._pending, []
            if entries:
                # Twice in the stream does no harm: the reader knows an entry by writer and seq.
                patiently(lambda: self._write(entries))

    def _add(self, kind: str, values: dict[str, Any]) -> None:
        with self._pending_lock:
            self._seq += 1
            self._pending.append({"kind": kind, "seq": self._seq, **values})

    def _write(self, entries: list[Entry]) -> None:
        said = json.dumps({"by": self._by, "entries": entries})
        self._broker.xadd(JOURNAL_KEY, {ENTRIES_FIELD: said}, maxlen=MOST_IN_STREAM, approximate=True)

    def _start_thread(self) -> None:
        with self._pending_lock:
            if self._thread is None:
                self._thread = Thread(target=self._flush_now_and_then, name="journal", daemon=True)
                self._thread.start()

    def _flush_now_and_then(self) -> None:
        measured_s = time.monotonic()
        while True:
            self._something.wait()
            time.sleep(FLUSH_S)
            self._something.clear()
            try:
                self.flush()
                if time.monotonic() - measured_s > MEASURE_CLOCK_EVERY_S:
                    self.clock.measure()
                    measured_s = time.monotonic()
            except redis.RedisError:
                continue  # the entries are gone; their numbers are missing, which the reader sees
