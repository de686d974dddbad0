"""The lanes of a report as data: everything there is, as few letters as can be, for the script that zooms into it."""

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from collector.figures.paints import BAR_PAINTS
from collector.lanes import Lane, thin
from collector.svg import LEGEND, Panel, lane_number, paint_of

# Times are written as whole numbers of this many seconds.
UNIT_S = 1e-4

# A report of more bars than this would be slow to open: short ones are drawn together until they are fewer.
MOST_BARS = 120_000


def viewer_json(panel: Panel, names: Mapping[str, str]) -> str:
    """A panel as JSON that can stand in a script element: `<` is written so that nothing in a name ends it.

    `bars` holds for each lane four numbers a bar: kind × 128 + percent filled, gap to the end of the one before,
    length, and job less the job of the one before; times in units of `UNIT_S`.
    """
    lanes = readable(panel)
    numbers: dict[str, int] = {}
    told: dict[str, Any] = {
        "title": panel.title,
        "unit": UNIT_S,
        "end": panel.end_s,
        "flags": panel.flags,
        "lanes": [[lane.worker, lane_number(lane)] for lane in lanes],
        "bars": [list(_numbers(lane, numbers)) for lane in lanes],
    }
    told["jobs"] = [names.get(job, job) for job in numbers]
    return json.dumps(told, separators=(",", ":"), ensure_ascii=False).replace("<", "\\u003c")


def readable(panel: Panel) -> Sequence[Lane]:
    """The lanes, thinned where they are more bars than a browser draws in a moment."""
    if sum(len(lane.bars) for lane in panel.lanes) <= MOST_BARS:
        return panel.lanes
    return [thin(lane, panel.end_s * len(panel.lanes) / MOST_BARS) for lane in panel.lanes]


def paints_json() -> str:
    """How each kind is painted, by the tokens of the stylesheet: the same table that the pictures are drawn from."""
    paints = [BAR_PAINTS[paint_of(kind)] for kind in LEGEND]
    keys = ("words", "ground", "mark", "size", "path", "stroke")
    return json.dumps([{key: getattr(paint, key) for key in keys} for paint in paints], separators=(",", ":"))


def _numbers(lane: Lane, numbers: dict[str, int]) -> Iterator[int]:
    end, job = 0, 0
    for bar in lane.bars:
        start, stop = round(bar.start_s / UNIT_S), round(bar.end_s / UNIT_S)
        number = numbers.setdefault(bar.job, len(numbers))
        yield LEGEND.index(bar.kind) * 128 + round(bar.filled * 100)
        yield start - end
        yield stop - start
        yield number - job
        end, job = stop, number
