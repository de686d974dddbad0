"""The board: entries of one run in, columns out, for a run under way and for a stored one. No clock, no I/O."""

from array import array
from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from math import floor, isnan, nan
from typing import Any

from collector.fold import ENDED
from collector.page.changes import Changes
from collector.page.columns import CODES, DIGITS, HANDS, NO_HEAD, WORK, Ends, Place, Spans, place_of
from collector.page.phase import TOLD_TASKS, InTheAir, Phase, head_of, read_phase
from workers.journal import Entry

# What reading an entry raises that no writer of ours wrote, or one of another version.
MALFORMED = (LookupError, TypeError, ValueError, ArithmeticError, AttributeError)

STEPS = 10**DIGITS


@dataclass(slots=True)
class Board:
    """What is known of one run, as it is drawn. Times are in s after `zero_s`, which is on the broker's clock.

    Lanes and jobs are numbered in the order in which they were first heard of, so that whoever reads the same entries
    anew comes to the same numbers.
    """

    run: str
    zero_s: float | None = None
    opened: Entry | None = None
    closed: Entry | None = None
    is_concluding: bool = False
    workers: dict[str, Entry] = field(default_factory=dict)
    lanes: dict[tuple[str, int], int] = field(default_factory=dict)
    jobs: dict[str, int] = field(default_factory=dict)
    spans: Spans = field(default_factory=Spans)
    ends: Ends = field(default_factory=Ends)
    sent_s: "array[float]" = field(default_factory=lambda: array("d"))
    latest_s: float = 0.0
    missing: int = 0
    # What is heard between the opening and the first send, whose moment is the run's zero: it has no time until then. All of
    # it waits, or a writer's later entry would make copies of its earlier ones, and places would not come in their order.
    _early: list[Entry] = field(default_factory=list)
    _in_the_air: dict[int, InTheAir] = field(default_factory=dict)
    _lane_of: dict[int, int] = field(default_factory=dict)
    _last_seq: dict[str, int] = field(default_factory=dict)
    _changes: Changes = field(default_factory=Changes)
    # The place at which each job was first heard of.
    _jobs_at: "array[int]" = field(default_factory=lambda: array("q"))

    @property
    def latest(self) -> Place:
        """The place in the stream of what was heard last."""
        return self._changes.latest

    @property
    def is_open(self) -> bool:
        """Whether it is under way, as far as anybody said."""
        return self.closed is None

    @property
    def is_abandoned(self) -> bool:
        """Whether it is over without a word of it."""
        return self.closed == {}

    def add(self, entry: Entry) -> None:
        """Take one entry of this run in. A copy of one that was taken in changes nothing; one that is malformed is missing."""
        try:
            self._add(entry)
        except MALFORMED:
            self.missing += 1

    def _add(self, entry: Entry) -> None:
        if self.opened is not None and self.zero_s is None:
            if entry["kind"] not in ("sent", "closed"):
                self._early.append(entry)
                return
            self._begin_at(entry["first"] if entry["kind"] == "sent" else self.opened["at"])
        self._take_in(entry)

    def _begin_at(self, zero_s: float) -> None:
        """The run's zero is known: what was heard before it can be placed."""
        self.zero_s = float(zero_s)
        early, self._early = self._early, []
        for entry in early:
            self.add(entry)

    def _take_in(self, entry: Entry) -> None:
        if not self._is_new(entry):
            return
        self._changes.come_to(place_of(entry.get("id", "")), len(self.ends))
        kind = entry["kind"]
        if kind == "step":
            self._step(entry)
        elif kind in ENDED:
            self._end(entry, kind)
        elif kind == "begun":
            self._begin(entry)
        else:
            self._hear(kind, entry)

    def reach(self, place: Place, most: int) -> Place:
        """The place up to which no more than `most` bars changed after `place`; always a later one, if there is one."""
        return self._changes.reach(place, most)

    def since(self, place: Place, until: Place) -> tuple[range, Sequence[int], range]:
        """What is new after a place and up to another: the numbers of jobs, of bars that came or changed, of ends.

        Jobs are exact. Bars and ends may be told again, which changes nothing for who has them.
        """
        jobs = range(bisect_right(self._jobs_at, place), bisect_right(self._jobs_at, until))
        return jobs, *self._changes.between(place, until, len(self.ends))

    def copy(self) -> "Board":
        """What is drawn of it, at this moment."""
        jobs, lanes, workers, sent_s = dict(self.jobs), dict(self.lanes), dict(self.workers), self.sent_s[:]
        spans, ends, changes = self.spans.copy(), self.ends.copy(), Changes(self.latest)
        return replace(self, jobs=jobs, lanes=lanes, workers=workers, spans=spans, ends=ends, sent_s=sent_s, _changes=changes)

    def settle(self) -> None:
        """The run is over: what is still under way was cut off, and ends with what was heard last."""
        if self.opened is not None and self.zero_s is None:
            self._begin_at(self.opened["at"])
        for lane in list(self._in_the_air):
            self._cut_off(lane, self.latest_s)

    def _is_new(self, entry: Entry) -> bool:
        """Each writer numbers its entries: a number again is a copy."""
        writer, seq = entry["writer"], entry["seq"]
        if seq <= self._last_seq.get(writer, -1):
            return False
        self._last_seq[writer] = seq
        return True

    def _after_zero(self, at_s: float) -> float:
        if self.zero_s is None:
            self.zero_s = at_s
        seconds: float = floor((at_s - self.zero_s) * STEPS) / STEPS  # never after an end that is told whole
        self.latest_s = max(self.latest_s, seconds)
        return seconds

    def _hear(self, kind: str, entry: Entry) -> None:
        if kind == "opened":
            self._open(entry)
        elif kind == "served":
            self.is_concluding = True
        elif kind == "closed":
            self.closed = entry
        elif kind == "ready":
            self.workers[entry["worker"]] = entry
        elif kind == "sent":
            at_s = self._after_zero(entry["at"])
            self.sent_s.extend([at_s] * max(0, entry["count"] - len(self.sent_s)))

    def _open(self, entry: Entry) -> None:
        self.place_workers(sorted(entry["workers"], key=lambda worker: str(worker["worker"])))
        self.opened = entry

    def place_workers(self, workers: Sequence[Mapping[str, Any]]) -> None:
        """A lane for each slot of these workers, in this order."""
        for worker in workers:
            self.workers.setdefault(worker["worker"], dict(worker))
            for slot in range(worker["slots"]):
                self._lane(worker["worker"], slot)

    def _lane(self, worker: str, slot: int) -> int:
        return self.lanes.setdefault((worker, slot), len(self.lanes))

    def _job(self, job: str) -> int:
        number = self.jobs.get(job)
        if number is None:
            number = self.jobs[job] = len(self.jobs)
            self._jobs_at.append(self.latest)
        return number

    def _begin(self, entry: Entry) -> None:
        at_s, job, lane = self._after_zero(entry["at"]), self._job(entry["job"]), self._lane(entry["worker"], entry["slot"])
        air = self._take(lane, job, at_s)
        if entry["task"] not in TOLD_TASKS:
            self._grow(lane, air, WORK, at_s, NO_HEAD)

    def _step(self, entry: Entry) -> None:
        at_s, kind, head = self._after_zero(entry["at"]), CODES[entry["phase"]], head_of(entry.get("head"))
        job, lane = self._job(entry["job"]), self._lane(entry["worker"], entry["slot"])
        air = self._in_the_air.get(lane)
        if air is None or air.job != job:
            air = self._take(lane, job, at_s)
        self._close_bar(air, at_s)
        self._grow(lane, air, kind, at_s, head)

    def _take(self, lane: int, job: int, at_s: float) -> InTheAir:
        """A job is in the air, in this lane: who had it, or another one in this lane, is at it no more."""
        for taken in {lane, self._lane_of.get(job, lane)}:
            self._cut_off(taken, at_s)
        self._lane_of[job] = lane
        air = self._in_the_air[lane] = InTheAir(job, [])
        return air

    def _cut_off(self, lane: int, at_s: float) -> None:
        air = self._in_the_air.pop(lane, None)
        if air is not None:
            self._lane_of.pop(air.job, None)
            self._close_bar(air, at_s)

    def _grow(self, lane: int, air: InTheAir, kind: int, at_s: float, head: int) -> None:
        air.bars.append(len(self.spans))
        self._changes.bars.append(len(self.spans))
        self.spans.append(lane, air.job, kind, at_s, nan, -1.0 if kind == HANDS else 1.0, head)

    def _close_bar(self, air: InTheAir, at_s: float) -> None:
        """Its last bar ends, if it is under way."""
        if air.bars and isnan(self.spans.end[air.bars[-1]]):
            self.spans.end[air.bars[-1]] = max(at_s, self.spans.start[air.bars[-1]])
            self._changes.bars.append(air.bars[-1])

    def _end(self, entry: Entry, kind: str) -> None:
        # What may be malformed is read before anything is drawn.
        start_s, end_s = self._after_zero(entry["start"]), self._after_zero(entry["end"])
        phases = [read_phase(phase, self._after_zero) for phase in entry["phases"]]
        job, lane = self._job(entry["job"]), self._lane(entry["worker"], entry["slot"])
        bars = {self.spans.start[bar]: bar for bar in self._let_go(lane, job)}
        for phase in phases:
            self._settle_bar(bars, lane, job, phase)
        for bar in bars.values():  # what was begun and is none of the phases was something else
            if isnan(self.spans.end[bar]):
                self.spans.end[bar] = self.spans.start[bar]
                self._changes.bars.append(bar)
        self.ends.append(job, lane, start_s, end_s, ENDED.index(kind))

    def _let_go(self, lane: int, job: int) -> list[int]:
        """A job is in the air no more; returns the bars that it has so far."""
        air = self._in_the_air.get(lane)
        if air is None or air.job != job:
            return []
        del self._in_the_air[lane], self._lane_of[job]
        return air.bars

    def _settle_bar(self, known: dict[float, int], lane: int, job: int, phase: Phase) -> None:
        code, start_s, end_s, filled, _ = phase
        bar = known.pop(start_s, None)
        if bar is None:
            bar = len(self.spans)
            self.spans.append(lane, job, *phase)
        else:
            self.spans.end[bar], self.spans.filled[bar], self.spans.kind[bar] = end_s, filled, code
        self._changes.bars.append(bar)
