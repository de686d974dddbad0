"""Runs as panels of lanes: what a picture of them shows, and what it has to leave out."""

from collections.abc import Sequence
from dataclasses import replace

from collector.lanes import MACHINE, Lane, heads, lanes, thin, trays
from collector.svg import PLOT_WIDTH, Panel
from collector.told import Told

# A picture on paper of more lanes or bars than this is no picture any more; the report says so. Zooming shows them all.
MOST_LANES = 64
MOST_BARS = 20_000

# Where there is no room for all lanes, so much of it is the machine's; the rest is the workers'.
PART_OF_HEADS = 1 / 4


def panel(run: Told) -> Panel:
    """One run, ready to be drawn: the machine's heads, then every slot of every worker, and its tray."""
    summary = run.summary
    rows = run.ledger.rows
    of_workers = [*lanes(rows, run.first_s, run.slots), *trays(rows, run.ledger.taken_s, run.first_s)]
    of_workers.sort(key=lambda lane: (lane.worker, lane.slot < 0, abs(lane.slot)))
    drawn = [*heads(rows, run.first_s, summary["machines"]), *of_workers]
    speedup = summary["speedup"]
    note = "not complete" if summary["completion_s"] is None else ""
    if speedup and not note:
        note = f"{speedup:.1f} × as fast as one after another"
    flags = [("you said", run.manifest.get("predicted_s")), ("bound", summary["bound_s"])]
    shown = [(words, at_s) for words, at_s in flags if at_s and 0 < at_s <= 1.5 * run.end_s]
    return Panel(
        f"{run.title}, simulated" if run.is_simulated and "simulated" not in run.title else run.title,
        note,
        drawn,
        run.end_s,
        shown,
    )


def capped(whole: Panel, longest_s: float) -> tuple[Panel, str]:
    """The panel that a picture can hold, and what it leaves out, in words."""
    least_s = longest_s / PLOT_WIDTH
    shown: list[Lane] = []
    bars, said = 0, []
    has_many = sum(len(lane.bars) for lane in whole.lanes) > MOST_BARS // 4
    for lane in _chosen(whole.lanes):
        drawn = thin(lane, least_s) if has_many else lane
        bars += len(drawn.bars)
        if bars > MOST_BARS:
            break
        shown.append(drawn)
    if has_many:
        said.append(f"Bars shorter than {least_s:.3f} s are drawn together.")
    if len(shown) < len(whole.lanes):
        said.append(f"The picture shows {len(shown)} of {len(whole.lanes)} lanes.")
    if said:
        said.append("Zooming in (with scripts on) shows all of them, and trace.json holds them.")
    return replace(whole, lanes=shown), " ".join(said)


def _chosen(lanes: Sequence[Lane]) -> list[Lane]:
    """The lanes that there is room for: of heads and slots the first, and no slot crowded out by many heads."""
    of_machine = [lane for lane in lanes if lane.worker == MACHINE]
    of_workers = lanes[len(of_machine) :]
    heads_shown = max(int(MOST_LANES * PART_OF_HEADS), MOST_LANES - len(of_workers))
    kept = of_machine[:heads_shown]
    return [*kept, *of_workers[: MOST_LANES - len(kept)]]
