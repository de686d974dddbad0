"""Figures of a stored run, as SVG, from the functions that the report uses."""

import csv
from collections.abc import Callable
from functools import lru_cache
from typing import Any, get_args

from collector.figures import limits_data, limits_svg, scaling_data, scaling_svg, waits_data, waits_svg, went_data, went_svg
from collector.figures.paints import Theme
from collector.page.store import CURVE_FILE, Stored, read_json
from collector.scaling import read_curve

THEMES: tuple[Theme, ...] = get_args(Theme)
MOST_KEPT = 64


@lru_cache(MOST_KEPT)
def figure(run: Stored, name: str, theme: Theme, made_ns: int) -> str:  # noqa: ARG001  # another time is another figure
    """A figure of a run.

    Raises:
        OSError, ValueError, KeyError, TypeError: the folder cannot be read, or there is no such figure.
    """
    return FIGURES[name](run, theme)


def limits(run: Stored, theme: Theme) -> str:
    """What the laws allow."""
    predicted_s = read_json(run.folder / "manifest.json").get("predicted_s")
    return limits_svg(limits_data(read_json(run.folder / "summary.json"), predicted_s), theme, titled=False)


def went(run: Stored, theme: Theme) -> str:
    """Where the time went."""
    return went_svg(went_data(read_json(run.folder / "summary.json")), theme, titled=False)


def waits(run: Stored, theme: Theme) -> str:
    """How long jobs waited, and how long they took."""
    work = read_json(run.folder / "summary.json")["work"]
    waited_s, served_s = [], []
    with (run.folder / "tasks.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            if row["waited_s"] and row["served_s"]:
                waited_s.append(float(row["waited_s"]))
                served_s.append(float(row["served_s"]))
    return waits_svg(waits_data(waited_s, served_s, WORDS.get(work, "jobs")), theme, titled=False)


def scaling(run: Stored, theme: Theme) -> str:
    """How a batch grows faster with the number of workers: of the comparison that the run is part of."""
    return scaling_svg(scaling_data(read_curve(read_json(run.folder.parent / CURVE_FILE))), theme, titled=False)


WORDS = {"coffee": "orders", "papers": "papers"}
FIGURES: dict[str, Callable[[Stored, Theme], str]] = {"limits": limits, "went": went, "waits": waits, "scaling": scaling}


def made_ns(run: Stored) -> int:
    """When the run was last concluded."""
    return (run.folder / "summary.json").stat().st_mtime_ns


def known(value: Any) -> Theme:
    """The theme that was asked for, or the light one."""
    return next((theme for theme in THEMES if theme == value), "light")
