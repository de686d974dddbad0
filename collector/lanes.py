"""Lanes as data: a ledger in, rectangles out. Nothing here knows of pixels."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Literal

from collector.fold import Row
from collector.measures import lanes_of
from workers.execution import PhaseKind

# What a bar shows: a resource in use, or (`_wait`) waited for. `milk` is a wait in which nobody is needed, `tray` the time in
# which a worker had a message and no slot for it.
BarKind = Literal["hands", "hands_wait", "machine", "machine_wait", "milk", "native", "work", "tray"]
BAR_KINDS: dict[PhaseKind, BarKind] = {
    "hands": "hands",
    "machine": "machine",
    "machine_wait": "machine_wait",
    "wait": "milk",
    "native": "native",
    "work": "work",
}

# The machine's lanes belong to no worker.
MACHINE = "espresso machine"


@dataclass(frozen=True, slots=True)
class Bar:
    """A rectangle in a lane, in seconds after the run began.

    `filled` is the part of its height that is in use, from 0 to 1. Area is work: a hands bar is filled to its CPU time
    over its wall time, and the rest waits for the GIL or a core.
    """

    job: str
    kind: BarKind
    start_s: float
    end_s: float
    filled: float = 1.0


@dataclass(frozen=True, slots=True)
class Lane:
    """One slot of one worker (or one group head of the machine), and its bars in order of time.

    Slots below 0 are places on the worker's tray.
    """

    worker: str
    slot: int
    bars: tuple[Bar, ...]


def lanes(rows: Iterable[Row], first_s: float, slots: Mapping[str, int]) -> list[Lane]:
    """The lanes of a run, by worker and slot. `slots` tells how many each worker has: the idle ones are lanes too."""
    used = lanes_of(rows)
    places = sorted(used.keys() | {(worker, slot) for worker, count in slots.items() for slot in range(count)})
    return [
        Lane(worker, slot, tuple(bar for row in used.get((worker, slot), ()) for bar in _bars(row, first_s)))
        for worker, slot in places
    ]


def trays(rows: Iterable[Row], taken_s: Mapping[str, float], first_s: float) -> list[Lane]:
    """What lay on the workers' trays, prefetched: each message from when it was taken until its job began.

    A worker has as many of these lanes as messages lay there together; none where it takes them one at a time.
    """
    placed: dict[str, list[list[Bar]]] = {}
    for row in sorted(rows, key=lambda row: taken_s.get(row.job, row.start_s)):
        since_s = taken_s.get(row.job, row.start_s) - first_s
        until_s = row.start_s - first_s
        # Who took a message that came back is not known.
        if row.attempt > 1 or since_s >= until_s:
            continue
        places = placed.setdefault(row.worker, [])
        place = next((bars for bars in places if bars[-1].end_s <= since_s), None)
        if place is None:
            place = []
            places.append(place)
        place.append(Bar(row.job, "tray", since_s, until_s))
    return [Lane(worker, -1 - number, tuple(bars)) for worker in placed for number, bars in enumerate(placed[worker])]


def heads(rows: Iterable[Row], first_s: float, count: int) -> list[Lane]:
    """The lanes of the machine's `count` group heads: who held each; none where no pull says which head it had."""
    held: dict[int, list[Bar]] = {}
    for row in rows:
        for span in row.spans:
            if span.head is not None:
                bar = Bar(row.job, "machine", span.start_s - first_s, span.end_s - first_s)
                held.setdefault(span.head, []).append(bar)
    places = range(max(count, *(head + 1 for head in held))) if held else ()
    return [Lane(MACHINE, head, tuple(sorted(held.get(head, ()), key=lambda bar: bar.start_s))) for head in places]


def thin(lane: Lane, least_s: float) -> Lane:
    """The lane with its bars shorter than `least_s` drawn together, each as long, with what took most of that time."""
    return replace(lane, bars=tuple(_thinned(lane.bars, least_s)))


def _thinned(bars: Iterable[Bar], least_s: float) -> Iterator[Bar]:
    short: list[Bar] = []
    for bar in bars:
        is_short = bar.end_s - bar.start_s < least_s
        if short and (not is_short or bar.end_s - short[0].start_s > least_s):
            yield _together(short)
            short = []
        if is_short:
            short.append(bar)
        else:
            yield bar
    if short:
        yield _together(short)


def _together(bars: list[Bar]) -> Bar:
    most = max(bars, key=lambda bar: bar.end_s - bar.start_s)
    return replace(most, start_s=bars[0].start_s, end_s=bars[-1].end_s)


def _bars(row: Row, first_s: float) -> Iterable[Bar]:
    for span in row.spans:
        filled = 1.0
        if span.kind == "hands" and span.cpu_s is not None and span.wall_s > 0:
            filled = min(1.0, span.cpu_s / span.wall_s)
        yield Bar(row.job, BAR_KINDS[span.kind], span.start_s - first_s, span.end_s - first_s, filled)
