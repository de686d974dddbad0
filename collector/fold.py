"""The fold: entries of the journal in, what is known of a run out. No clock, no I/O."""

from collections import Counter
from dataclasses import dataclass, field
from math import inf
from typing import Any

from workers.execution import PhaseKind
from workers.journal import Entry

ENDED = ("done", "failed", "retried")


@dataclass(frozen=True, slots=True)
class Span:
    """A phase of an execution, on the broker's clock. `cpu_s` is None where nobody can tell, `head` where there is none."""

    kind: PhaseKind
    start_s: float
    end_s: float
    cpu_s: float | None
    head: int | None = None

    @property
    def wall_s(self) -> float:
        """How long it took."""
        return self.end_s - self.start_s


@dataclass(frozen=True, slots=True)
class Row:
    """One execution that ended: where, when, how."""

    job: str
    task: str
    attempt: int
    worker: str
    host: str
    slot: int
    start_s: float
    end_s: float
    spans: tuple[Span, ...]
    outcome: str
    reason: str = ""
    result: Any = None


@dataclass(slots=True)
class Ledger:
    """What is known of one run: who worked, which executions ended, which are under way, what evidence is missing."""

    run: str
    workers: dict[str, Entry] = field(default_factory=dict)
    rows: list[Row] = field(default_factory=list)
    final: dict[str, Row] = field(default_factory=dict)
    begun: dict[tuple[str, int], Entry] = field(default_factory=dict)
    taken_s: dict[str, float] = field(default_factory=dict)
    opened_s: float | None = None
    missing: int = 0
    _attempts: dict[str, int] = field(default_factory=dict)
    _last_seq: dict[str, int] = field(default_factory=dict)

    def add(self, entry: Entry) -> bool:
        """Take one entry in. Returns whether it is new and of this run."""
        if not self._is_new(entry):
            return False
        if entry["kind"] == "ready":
            is_ours = bool(entry.get("fleet", self.run) == self.run)
            if is_ours:
                self.workers[entry["worker"]] = entry
            return is_ours
        if entry.get("run") != self.run:
            return False
        self._add_ours(entry)
        return True

    @property
    def done(self) -> int:
        """Jobs that were done, each counted once."""
        return sum(row.outcome == "done" for row in self.final.values())

    @property
    def failed(self) -> int:
        """Jobs that failed and were never done."""
        return len(self.final) - self.done

    @property
    def repeated(self) -> int:
        """Executions beyond the first of each job, those included of which nothing but the beginning is known."""
        ended = Counter(row.job for row in self.rows)
        return sum(max(ended[job], self._attempts.get(job, 0)) - 1 for job in ended.keys() | self._attempts.keys())

    def faint(self, worker: str, before_s: float = inf) -> set[str]:
        """A worker died: the jobs that it began before then and that were in its slots are in the air no more.

        Returns them.
        """
        places = [place for place, entry in self.begun.items() if place[0] == worker and entry["at"] < before_s]
        return {self.begun.pop(place)["job"] for place in places}

    def _is_new(self, entry: Entry) -> bool:
        """Each writer numbers its entries: a number again is a copy, a number left out is evidence missing."""
        writer, seq = entry["writer"], entry["seq"]
        last = self._last_seq.get(writer)
        if last is not None and seq <= last:
            return False
        if last is not None:
            self.missing += seq - last - 1
        self._last_seq[writer] = seq
        return True

    def _add_ours(self, entry: Entry) -> None:
        kind = entry["kind"]
        if kind == "open":
            self.opened_s = entry["at"]
        elif kind == "taken":
            self.taken_s[entry["job"]] = entry["at"]
        elif kind == "begun":
            self._attempts[entry["job"]] = self._attempts.get(entry["job"], 0) + 1
            self.begun[lane_of(entry)] = entry
        elif kind in ENDED:
            self.begun.pop(lane_of(entry), None)
            row = read_row(entry)
            self.rows.append(row)
            self._settle(row)

    def _settle(self, row: Row) -> None:
        """The first end of a job stands, but done stands over failed; a retry settles nothing."""
        known = self.final.get(row.job)
        if row.outcome != "retried" and (known is None or (known.outcome == "failed" and row.outcome == "done")):
            self.final[row.job] = row


def lane_of(entry: Entry) -> tuple[str, int]:
    """Where an execution runs: worker and slot."""
    return entry["worker"], entry["slot"]


def read_row(entry: Entry) -> Row:
    """The row of an entry `done`, `failed` or `retried`."""
    return Row(
        job=entry["job"],
        task=entry["task"],
        attempt=entry["attempt"],
        worker=entry["worker"],
        host=entry["host"],
        slot=entry["slot"],
        start_s=entry["start"],
        end_s=entry["end"],
        spans=tuple(Span(*phase) for phase in entry["phases"]),
        outcome=entry["kind"],
        reason=entry.get("reason", ""),
        result=entry.get("result"),
    )
