"""The journal: what every execution leaves behind, a Redis stream of entries.

An entry is JSON in the stream's one field. Each names its writer (host, pid and the time it began) and its number `seq`
among that writer's entries, so that a reader sees what is missing and what came twice. By kind:

    ready    a worker takes orders: pool, slots, cores, cgroup limits, versions, clock offset
    begun    an execution began: run, job, attempt, slot, at
    step     a phase began: run, job, attempt, slot, phase, at
    done     an execution ended well: run, job, task, attempt, slot, start, end, phases, result
    failed   an execution ended with an error: the same with `reason` in place of `result`

Times are seconds on the broker's clock. `phases` is a list of [kind, start, end, CPU seconds or null].
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
from producer.message import ENTRY_FIELD, JOURNAL_KEY

Entry = dict[str, Any]

# A bar that grows may lag by this much; a pipeline of this much costs a tenth of its entries one by one.
FLUSH_S = 0.05

# Clocks of different hosts drift apart by some 20 microseconds a second.
MEASURE_CLOCK_EVERY_S = 30.0

# A broker that restarts is waited for this long before an entry is given up.
PATIENCE_S = 60.0
RETRY_S = 0.1

# Bounds the stream where nobody reads it: about 500 MB.
MOST_ENTRIES = 1_000_000


class Journal:
    """Writes entries for one process. Safe for threads and greenlets; a forked child needs a journal of its own."""

    def __init__(self, broker: redis.Redis, worker: str) -> None:
        self._broker = broker
        self.clock = BrokerClock(broker)
        self.worker = worker
        self.host = socket.gethostname()
        self.pid = os.getpid()
        self._writer = f"{self.host}/{self.pid}/{time.time_ns()}"
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
            redis.RedisError: the broker was away for longer than `PATIENCE_S`.
        """
        self._add(kind, values)
        self.flush()

    def flush(self) -> None:
        """Write what is pending. Of several that ask at once the first writes for all."""
        with self._flush_lock:
            with self._pending_lock:
                entries, self._pending = self._pending, []
            if entries:
                self._write_patiently(entries)

    def _add(self, kind: str, values: dict[str, Any]) -> None:
        entry = {
            "kind": kind,
            "worker": self.worker,
            "host": self.host,
            "pid": self.pid,
            "writer": self._writer,
            **values,
        }
        with self._pending_lock:
            self._seq += 1
            entry["seq"] = self._seq
            self._pending.append(entry)

    def _write_patiently(self, entries: list[Entry]) -> None:
        give_up_s = time.monotonic() + PATIENCE_S
        while True:
            try:
                return self._write(entries)
            except (redis.ConnectionError, redis.TimeoutError):
                # Twice in the stream does no harm: the reader knows an entry by writer and seq.
                if time.monotonic() > give_up_s:
                    raise
                time.sleep(RETRY_S)

    def _write(self, entries: list[Entry]) -> None:
        with self._broker.pipeline(transaction=False) as pipeline:
            for entry in entries:
                pipeline.xadd(JOURNAL_KEY, {ENTRY_FIELD: json.dumps(entry)}, maxlen=MOST_ENTRIES, approximate=True)
            pipeline.execute()

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
