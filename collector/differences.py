"""Two runs side by side: what differed in their settings and in what they came to."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from collector.figures.paints import PAINTS
from collector.told import Told

# From here on a difference in time is one that is worth words.
SAME = 1.05

RESULTS = (
    ("completion", "completion_s", "s"),
    ("ideal", "ideal_s", "s"),
    ("over the ideal", "ratio", "×"),
    ("bound", "bound_s", "s"),
    ("speedup", "speedup", "×"),
    ("throughput", "throughput_per_s", "jobs a second"),
    ("held back by", "held_back_by", ""),
    ("verdict", "verdict", ""),
)
SPREADS = (("waited", "waits_s"), ("served", "services_s"))
QUANTILES = (("half within", "p50"), ("95 of 100 within", "p95"), ("longest", "max"))


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing that differed, in words that can be read."""

    name: str
    first: str
    second: str


def settings(first: Told, second: Told) -> list[Difference]:
    """The settings, machines and versions that differed."""
    return _differing(dict(_settings(first)), dict(_settings(second)))


def results(first: Told, second: Told) -> list[Difference]:
    """The results that differed."""
    return _differing(dict(_results(first.summary)), dict(_results(second.summary)))


def sentence(first: Told, second: Told) -> str:
    """What the difference was, in one sentence."""
    one_s, other_s = first.summary["completion_s"], second.summary["completion_s"]
    if not one_s or not other_s:
        return "One of the two is not complete, so nobody can say which is the faster."
    quick, slow = (first, second) if one_s <= other_s else (second, first)
    gain = slow.summary["completion_s"] / quick.summary["completion_s"]
    times = f"{quick.summary['completion_s']:.1f} s against {slow.summary['completion_s']:.1f} s"
    if first.summary["jobs"]["sent"] != second.summary["jobs"]["sent"] or first.summary["work"] != second.summary["work"]:
        return f"They did different work ({_work(first)}; {_work(second)}), in {one_s:.1f} s and {other_s:.1f} s."
    if gain < SAME:
        return f"Both took about the same: {times}."
    return f"{quick.title} was {gain:.2f} times as fast as {slow.title}: {times}. {_moved(quick.summary, slow.summary)}"


def _moved(quick: Mapping[str, Any], slow: Mapping[str, Any]) -> str:
    """Which part of the slots' time differs most."""
    gained, given = quick["where_time_went_s"], slow["where_time_went_s"]
    most = max(PAINTS, key=lambda kind: abs(given.get(kind, 0.0) - gained.get(kind, 0.0)))
    spent = f"{gained.get(most, 0.0):.1f} s of the slots' time against {given.get(most, 0.0):.1f} s"
    return f"What differs most is {PAINTS[most].words}: {spent}."


def _work(told: Told) -> str:
    return f"{told.summary['jobs']['sent']} {told.what}"


def _settings(told: Told) -> Iterator[tuple[str, str]]:
    given = told.manifest.get("settings", {})
    for name in ("work", "pool", "workers", "slots", "machines", "processes", "cores", "seed"):
        yield name, _words(given.get(name, told.summary.get(name)))
    yield from ((name, _words(value)) for name, value in given.items())
    for name in ("question", "predicted_s", "manyhands", "broker"):
        yield name, _words(told.manifest.get(name))
    machine = told.manifest.get("conductor") or {}
    yield from ((name, _words(machine.get(name))) for name in ("host", "system", "python"))
    yield from ((name, _words(version)) for name, version in (machine.get("packages") or {}).items())


def _results(summary: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    for words, key, unit in RESULTS:
        yield words, _words(summary.get(key), unit)
    for outcome, count in summary["jobs"].items():
        yield outcome, str(count)
    for words, key in SPREADS:
        for quantile, name in QUANTILES:
            yield f"{words}, {quantile}", _words((summary.get(key) or {}).get(name), "s")
    for kind, paint in PAINTS.items():
        yield f"time into {paint.words}", _words(summary["where_time_went_s"].get(kind, 0.0), "s")


def _words(value: Any, unit: str = "") -> str:
    if value is None or value == "":
        return "–"
    if isinstance(value, float):
        value = f"{value:.2f}" if unit else f"{value:g}"
    return f"{value} {unit}".strip()


def _differing(first: dict[str, str], second: dict[str, str]) -> list[Difference]:
    names = [*first, *(name for name in second if name not in first)]
    pairs = ((name, first.get(name, "–"), second.get(name, "–")) for name in names)
    return [Difference(name, one, other) for name, one, other in pairs if one != other]
