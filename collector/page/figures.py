"""Figures of a stored run, as SVG, from the functions that the report uses."""

import csv
from collections.abc import Callable
from functools import lru_cache
from importlib import import_module
from typing import Any, get_args

from collector.figures import (
    limits_data,
    limits_svg,
    pools_data,
    pools_svg,
    scaling_data,
    scaling_svg,
    waits_data,
    waits_svg,
    went_data,
    went_svg,
)
from collector.figures.paints import Theme
from collector.page.store import CURVE_FILE, Stored, read_json
from collector.scaling import read_curve

THEMES: tuple[Theme, ...] = get_args(Theme)
MOST_KEPT = 64

NARROWEST_PX, USUAL_PX, WIDEST_PX = 280, 720, 1200


@lru_cache(MOST_KEPT)
def figure(run: Stored, name: str, theme: Theme, width_px: int, made_ns: int) -> str:  # noqa: ARG001  # another time, another figure
    """A figure of a run, so many pixels wide.

    Raises:
        OSError, ValueError, KeyError, TypeError: the folder cannot be read, or there is no such figure.
    """
    return FIGURES[name](run, theme, width_px)


def warm() -> None:
    """Load what draws, a second's work, before anybody waits for it."""
    import_module("collector.figures.canvas")
    import_module("matplotlib.backends.backend_svg")


def limits(run: Stored, theme: Theme, width_px: int) -> str:
    """What the laws allow."""
    predicted_s = read_json(run.folder / "manifest.json").get("predicted_s")
    return limits_svg(limits_data(read_json(run.folder / "summary.json"), predicted_s), theme, width_px=width_px)


def went(run: Stored, theme: Theme, width_px: int) -> str:
    """Where the time went."""
    return went_svg(went_data(read_json(run.folder / "summary.json")), theme, width_px=width_px)


def waits(run: Stored, theme: Theme, width_px: int) -> str:
    """How long jobs waited, and how long they took."""
    work = read_json(run.folder / "summary.json")["work"]
    waited_s, served_s = [], []
    with (run.folder / "tasks.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            if row["waited_s"] and row["served_s"]:
                waited_s.append(float(row["waited_s"]))
                served_s.append(float(row["served_s"]))
    return waits_svg(waits_data(waited_s, served_s, WORDS.get(work, "jobs")), theme, width_px=width_px)


def scaling(run: Stored, theme: Theme, width_px: int) -> str:
    """How a batch grows faster with the number of workers: of the comparison that the run is part of."""
    return scaling_svg(scaling_data(read_curve(read_json(run.folder.parent / CURVE_FILE))), theme, width_px=width_px)


def pools(run: Stored, theme: Theme, width_px: int) -> str:
    """The runs of the comparison that the run is part of."""
    summaries = read_json(run.folder.parent / "summary.json")["runs"]
    here = read_json(run.folder / "summary.json")["run"]
    return pools_svg(pools_data(summaries, here=here), theme, width_px=width_px)


WORDS = {"coffee": "orders", "papers": "papers"}
Draws = Callable[[Stored, Theme, int], str]
FIGURES: dict[str, Draws] = {"limits": limits, "went": went, "waits": waits, "scaling": scaling, "pools": pools}


def made_ns(run: Stored) -> int:
    """When the run was last concluded."""
    return (run.folder / "summary.json").stat().st_mtime_ns


def width_of(value: str) -> int:
    """The width that was asked for, within what can be read."""
    return min(max(int(value), NARROWEST_PX), WIDEST_PX) if value.isdecimal() and len(value) < 6 else USUAL_PX


def known(value: Any) -> Theme:
    """The theme that was asked for, or the light one."""
    return next((theme for theme in THEMES if theme == value), "light")
