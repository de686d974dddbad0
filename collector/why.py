"""Why a run took as long as it did, in one plain sentence."""

from collections.abc import Mapping
from typing import Any

from collector.shape import slots_each


def why(summary: Mapping[str, Any]) -> str:
    """What held the run back, with how busy that was."""
    limit, completion_s = summary["held_back_by"], summary["completion_s"]
    if limit is None or not completion_s:
        return "Nobody knows what held it back: the demands are unknown, or the run is not complete."
    said = SENTENCES[limit].format(**_words(summary, completion_s))
    if summary["bound_s"] < MOSTLY * completion_s:
        return f"{said} But its bound is {summary['bound_s']:.2f} s: most of the time went elsewhere."
    return said


def headline(summary: Mapping[str, Any]) -> str:
    """What held the run back, in a few words; `why` says more."""
    limit, completion_s = summary["held_back_by"], summary["completion_s"]
    if limit is None or not completion_s:
        return "What held this run back is not known."
    if summary["bound_s"] < MOSTLY * completion_s:
        return "Something else than the work held this run back."
    return f"{HEADLINES[limit]} held this run back."


HEADLINES = {
    "slots": "Too few slots",
    "hands": "The hands",
    "cores": "The cores",
    "machine": "The espresso machine",
    "longest order": "The longest job",
    "arrivals": "The customers, who came one by one,",
}

# A limit that accounts for less than this part of the completion time is not the whole story.
MOSTLY = 0.5


def _words(summary: Mapping[str, Any], completion_s: float) -> dict[str, str]:
    went = summary["where_time_went_s"]
    all_slots = sum(slots_each(summary))
    inside_s = sum(
        went[kind] for kind in ("hands", "hands_wait", "machine", "machine_wait", "wait", "native", "work", "overhead")
    )
    who, what = ("teacher", "papers") if summary["work"] == "papers" else ("barista", "orders")
    return {
        "who": who,
        "what": what,
        "slots_busy": f"{inside_s / (all_slots * completion_s):.0%}",
        **{f"{resource}_busy": f"{part:.0%}" for resource, part in busy(summary).items()},
        "cores": f"{summary['cores']:g}",
    }


def busy(summary: Mapping[str, Any]) -> dict[str, float]:
    """The part of the completion time for which each resource was busy, from 0 to 1; empty where the run never ended."""
    went, completion_s = summary["where_time_went_s"], summary["completion_s"]
    if not completion_s:
        return {}
    return {
        "hands": went["hands"] / (summary["processes"] * completion_s),
        "cores": (went["hands"] + went["native"]) / (summary["cores"] * completion_s),
        "machine": went["machine"] / (summary["machines"] * completion_s),
    }


SENTENCES = {
    "slots": "Every slot had work {slots_busy} of the time, and the hands only {hands_busy}: more slots would help.",
    "hands": "The hands were busy {hands_busy} of the time: more {what} in the air cannot help, another {who} can.",
    "cores": "The {cores} cores were busy {cores_busy} of the time: another {who} on this machine cannot help.",
    "machine": "The espresso machine was busy {machine_busy} of the time: another {who} cannot help.",
    "longest order": "The longest of the {what} takes that long alone: more hands cannot help.",
    "arrivals": "The last of the {what} came only then: more hands can shorten the waits, and not end it sooner.",
}
