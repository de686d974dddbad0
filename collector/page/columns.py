"""Columns: the bars and ends of a run as arrays, so that a hundred thousand jobs are a few megabytes. No clock, no I/O."""

from array import array
from dataclasses import dataclass, field, fields
from math import isnan
from typing import Any, get_args

from collector.fold import ENDED
from collector.lanes import BAR_KINDS, BarKind

# A bar's kind in the columns is its place in here.
KINDS: tuple[BarKind, ...] = get_args(BarKind)
CODES = {phase: KINDS.index(kind) for phase, kind in BAR_KINDS.items()}
HANDS, WORK = CODES["hands"], CODES["work"]

# Seconds are told to a hundredth of a millisecond, which is far less than a pixel.
DIGITS = 5

# A bar of no group head.
NO_HEAD = -1

Place = int


def place_of(text: str) -> Place:
    """A place in the journal's stream, `MILLISECONDS-NUMBER`, as one number that grows with it; 0 for what is none."""
    milliseconds, _, number = text.partition("-")
    if not (text.isascii() and milliseconds.isdecimal() and (number or "0").isdecimal()):
        return 0
    return min(int(milliseconds) << 20 | min(int(number or 0), 0xFFFFF), 2**63 - 1)


def text_of(place: Place) -> str:
    """The same as text."""
    return f"{place >> 20}-{place & 0xFFFFF}"


@dataclass(slots=True)
class Spans:
    """Bars as columns of equal length. An end of NaN is under way, a filled part below 0 is not known yet."""

    lane: "array[int]" = field(default_factory=lambda: array("i"))
    job: "array[int]" = field(default_factory=lambda: array("i"))
    kind: "array[int]" = field(default_factory=lambda: array("b"))
    start: "array[float]" = field(default_factory=lambda: array("d"))
    end: "array[float]" = field(default_factory=lambda: array("d"))
    filled: "array[float]" = field(default_factory=lambda: array("f"))
    head: "array[int]" = field(default_factory=lambda: array("h"))

    def copy(self) -> "Spans":
        """The columns as they are now."""
        return Spans(*(getattr(self, column.name)[:] for column in fields(self)))

    def __len__(self) -> int:
        return len(self.lane)

    def append(self, lane: int, job: int, kind: int, start_s: float, end_s: float, filled: float, head: int) -> None:
        """Add a bar."""
        self.lane.append(lane)
        self.job.append(job)
        self.kind.append(kind)
        self.start.append(start_s)
        self.end.append(end_s)
        self.filled.append(filled)
        self.head.append(head)

    def row(self, at: int) -> list[Any]:
        """A bar as a delta tells it: [lane, job, kind, start, end or null, filled or null, head]."""
        end_s, filled = self.end[at], self.filled[at]
        return [
            self.lane[at],
            self.job[at],
            self.kind[at],
            self.start[at],
            None if isnan(end_s) else end_s,
            None if filled < 0 else round(filled, 3),
            self.head[at],
        ]


@dataclass(slots=True)
class Ends:
    """Executions that ended, as columns of equal length."""

    job: "array[int]" = field(default_factory=lambda: array("i"))
    lane: "array[int]" = field(default_factory=lambda: array("i"))
    start: "array[float]" = field(default_factory=lambda: array("d"))
    end: "array[float]" = field(default_factory=lambda: array("d"))
    outcome: "array[int]" = field(default_factory=lambda: array("b"))

    def copy(self) -> "Ends":
        """The columns as they are now."""
        return Ends(*(getattr(self, column.name)[:] for column in fields(self)))

    def __len__(self) -> int:
        return len(self.job)

    def append(self, job: int, lane: int, start_s: float, end_s: float, outcome: int) -> None:
        """Add an end; `outcome` is its place in `ENDED`."""
        self.job.append(job)
        self.lane.append(lane)
        self.start.append(start_s)
        self.end.append(end_s)
        self.outcome.append(outcome)

    def row(self, at: int) -> list[Any]:
        """An end as a delta tells it: [job, lane, start, end, outcome]."""
        return [self.job[at], self.lane[at], self.start[at], self.end[at], ENDED[self.outcome[at]]]
