"""The report: one HTML file that opens anywhere, offline, for ever."""

import re
from base64 import b64encode
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from collector import differences
from collector.account import Account, account, shared
from collector.answered import Answered
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
from collector.figures.paints import BAR_PAINTS, stylesheet
from collector.lanes import BarKind
from collector.panels import capped, panel
from collector.shape import size, slots_each
from collector.svg import LEGEND, draw, kinds_in, paint_of, swatch
from collector.told import Told
from collector.viewer import paints_json, viewer_json
from collector.why import headline

if TYPE_CHECKING:
    from collector.scaling import Curve

FOLDER = Path(__file__).parent

# Widths of figures in px: side by side, alone in a column, and on a phone.
NARROW, WIDE, PHONE = 400, 760, 358


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure under its finding; `phone` is the same, drawn for a narrow screen, where it is not `wide` enough."""

    name: str
    title: str
    note: str
    wide: Markup
    phone: Markup | None = None


@dataclass(frozen=True, slots=True)
class LanesFigure:
    """The lanes of a run: the picture, what it leaves out, and everything as data for the script."""

    title: str
    picture: Markup
    left_out: str
    data: Markup
    kinds: Sequence[BarKind]


@dataclass(frozen=True, slots=True)
class RunView:
    """A run as the template shows it."""

    told: Told
    headline: str
    figures: tuple[Figure, ...]
    lanes: LanesFigure
    account: Account


def report_html(
    title: str,
    said: Sequence[str],
    runs: Sequence[Told],
    made_with: str,
    curve: "Curve | None" = None,
    answered: Answered | None = None,
) -> str:
    """The report of one run or of several on one time axis, with what was seen in words.

    `curve` is their scaling curve, where they differ in the number of workers; `answered` the question that they answer.
    """
    longest_s = max((run.end_s for run in runs), default=1.0)
    views = [_view(run, longest_s, f"r{number}", is_alone=len(runs) == 1) for number, run in enumerate(runs)]
    return (
        _environment()
        .get_template("report.html.j2")
        .render(
            title=title,
            said=said,
            answered=answered,
            views=views,
            shared=shared([view.account for view in views]),
            together=together(runs, curve),
            legend=_legend(views),
            differences=_differences(runs),
            made_with=made_with,
            policy=policy(),
            style=Markup(_style()),  # noqa: S704  # our own
            script=Markup(_script()),  # noqa: S704
            paints=Markup(paints_json()),  # noqa: S704
        )
    )


def policy() -> str:
    """The Content-Security-Policy of a report: nothing from anywhere, its own style, and this one script."""
    digest = b64encode(sha256(_script().encode()).digest()).decode()
    return f"default-src 'none'; style-src 'unsafe-inline'; script-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(FOLDER),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["s"] = lambda value: "–" if value is None else f"{value:.2f} s"
    # Added to nothing, so that it never reads -0.00.
    environment.filters["ms"] = lambda value: "–" if value is None else f"{round(value * 1000, 2) + 0.0:.2f} ms"
    environment.filters["x"] = lambda value: "–" if value is None else f"{value:.2f} ×"
    environment.filters["size"] = lambda summary: size(slots_each(summary))
    return environment


@cache
def _script() -> str:
    return (FOLDER / "viewer.js").read_text(encoding="utf-8")


@cache
def _style() -> str:
    dark = f"@media (prefers-color-scheme: dark) {{ @media screen {{ :root {{ color-scheme: dark; {stylesheet('dark')} }} }} }}"
    return f":root {{ {stylesheet('light')} }}\n{dark}\n{(FOLDER / 'report.css').read_text(encoding='utf-8')}"


def _view(run: Told, longest_s: float, own: str, *, is_alone: bool) -> RunView:
    drawn = figures(run, own, is_alone=is_alone)
    return RunView(run, headline(run.summary), drawn, _lanes(run, longest_s, own), account(run))


def figures(run: Told, own: str, *, is_alone: bool) -> tuple[Figure, ...]:
    """The figures of one run; `own` begins their ids."""
    limits = limits_data(run.summary, run.manifest.get("predicted_s"))
    went = went_data(run.summary)
    waits = waits_data(list(run.waits_s()), list(run.services_s()), run.what)
    wide_px = WIDE if is_alone else NARROW
    phone = _svg(went_svg(went, width_px=PHONE, titled=False), own) if is_alone else None
    return (
        Figure("limits", limits.title, limits.note, _svg(limits_svg(limits, width_px=NARROW, titled=False), own)),
        Figure("went", went.title, went.note, _svg(went_svg(went, width_px=wide_px, titled=False), own), phone),
        Figure("waits", waits.title, waits.note, _svg(waits_svg(waits, width_px=NARROW, titled=False), own)),
    )


def _svg(text: str, own: str) -> Markup:
    """A figure as it stands in the page, its ids after its run; its text was escaped where it was drawn."""
    return Markup(re.sub(r'( id="|url\(#)', rf"\1{own}-", text))  # noqa: S704


def together(runs: Sequence[Told], curve: "Curve | None") -> list[Figure]:
    """The figures of several runs: a comparison for each batch, and the scaling curve."""
    return [*_pools(runs), *_scaling(curve)]


def _pools(runs: Sequence[Told]) -> list[Figure]:
    """A comparison for each batch that several runs were given."""
    batches: dict[tuple[Any, ...], list[Told]] = {}
    for run in runs:
        grader = run.manifest.get("settings", {}).get("grader")
        batches.setdefault((run.summary["work"], run.summary["jobs"]["sent"], grader), []).append(run)
    several = [batch for batch in batches.values() if len(batch) > 1]
    return [_compared(batch, f"p{number}") for number, batch in enumerate(several)]


def _compared(batch: Sequence[Told], own: str) -> Figure:
    summaries = [run.summary for run in batch]
    is_mixed = len({summary["machines"] for summary in summaries}) > 1
    heads = [f", {each['machines']} head{'s' if each['machines'] > 1 else ''}" if is_mixed else "" for each in summaries]
    labels = [size(slots_each(run.summary)) + head + run.apart for run, head in zip(batch, heads, strict=True)]
    data = pools_data(summaries, labels)
    wide, phone = (_svg(pools_svg(data, width_px=width, titled=False), own) for width in (WIDE, PHONE))
    sent, grader = summaries[0]["jobs"]["sent"], batch[0].manifest.get("settings", {}).get("grader")
    batch_words = f"The same {sent} {batch[0].what}{f', {grader} grader' if grader else ''}. "
    return Figure("pools", data.title, batch_words + data.note, wide, phone)


def _scaling(curve: "Curve | None") -> list[Figure]:
    if curve is None:
        return []
    data = scaling_data(curve)
    return [Figure("scaling", data.title, data.note, _svg(scaling_svg(data, titled=False), "c"))]


def _differences(runs: Sequence[Told]) -> dict[str, Sequence[differences.Difference]]:
    """What differed between two runs; of more there is the table."""
    if len(runs) != 2:
        return {}
    return {"Settings that differed": differences.settings(*runs), "Results that differed": differences.results(*runs)}


def _lanes(run: Told, longest_s: float, own: str) -> LanesFigure:
    whole = panel(run)
    shown, left_out = capped(whole, longest_s)
    picture = draw([shown], longest_s=longest_s, has_legend=False)
    data = Markup(viewer_json(whole, run.names))  # noqa: S704  # it escapes what ends a script
    return LanesFigure(run.title, _svg(picture, own), left_out, data, kinds_in([whole]))


def _legend(views: Sequence[RunView]) -> list[tuple[Markup, str]]:
    """What the lanes show: a swatch and its words, for each kind that there is."""
    shown = {kind for view in views for kind in view.lanes.kinds}
    return [(_svg(swatch(kind, "key"), "all"), BAR_PAINTS[paint_of(kind)].words) for kind in LEGEND if kind in shown]
