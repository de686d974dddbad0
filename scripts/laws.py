"""Works the numbers of docs/laws.md anew: each stands between `<!-- name -->` and `<!-- / -->`."""

import re
from functools import cache
from pathlib import Path
from random import Random
from statistics import mean

from collector.fits import Fit, fit
from collector.ideal import ideal_s
from collector.laws import bound_s, bounds_s, held_back_by
from collector.model import Shop
from collector.scaling import scaling_curve
from collector.shape import Shape
from producer.job import Job, Step
from producer.menu import read_menu

PAGE = Path(__file__).parent.parent / "docs" / "laws.md"
WORKED = re.compile(r"(<!-- (\w+) -->)(.*?)(<!-- / -->)", re.DOTALL)

# Gunther, Guerrilla Capacity Planning (2007): simulated users of a SPARCcenter 2000, scripts an hour (SPEC SDM91).
SPECSDM91 = {1: 64.9, 18: 995.9, 36: 1652.4, 72: 1853.2, 108: 1828.9, 144: 1775.0, 216: 1702.2}

CUSTOMERS = 30_000


def page(text: str) -> str:
    """The page with every worked number as the program has it now."""
    worked = {name: work() for name, work in WORK.items()}
    return WORKED.sub(lambda found: found[1] + worked[found[2]] + found[4], text)


def twelve() -> list[Job]:
    """Twelve orders of 1 s hands, 2 s machine, 3 s wait."""
    steps = (Step("hands", 1.0), Step("machine", 2.0), Step("wait", 3.0))
    return [Job(str(number), "", "coffee.make", [], steps) for number in range(12)]


# One barista with four slots, two cores, one group head.
SHOP = Shape(1, 4, forks=False, cores=2.0, machines=1)


def bounds() -> str:
    """The bounds of the twelve."""
    found = bounds_s(twelve(), SHOP)
    told = ", ".join(f"{limit} {least_s:g} s" for limit, least_s in found.items() if least_s)
    return f"{told}. The largest is {bound_s(found):g} s: the {held_back_by(found)} holds it back."


def ideal() -> str:
    """The ideal of the twelve, with one head and with two."""
    two = Shape(1, 4, forks=False, cores=2.0, machines=2)
    return f"{ideal_s(twelve(), SHOP):g} s with one group head, {ideal_s(twelve(), two):g} s with two."


def full() -> str:
    """At how many orders in the air the hands are full."""
    steps = read_menu().steps("hot chocolate", "medium", (), 1.0)
    job = Job("1", "", "coffee.make", [], steps)
    hands_s, whole_s = job.demand_s("hands"), job.length_s
    return f"{hands_s:g} s of hands in {whole_s:g} s: {whole_s:g} / {hands_s:g} = {whole_s / hands_s:g} orders in the air."


def speedup() -> str:
    """Speedup and efficiency of three counts."""
    points = scaling_curve({1: [12.0], 2: [6.0], 3: [6.0]}, {}).points
    return "; ".join(f"with {p.workers} speedup {p.speedup:g}, efficiency {p.efficiency:.0%}" for p in points) + "."


def amdahl() -> str:
    """Amdahl's law with a fifth of it serial."""
    law = Fit("amdahl", alpha=0.2, beta=0.0, gamma=1.0, error=0.0)
    return f"{law.at(8):.2f} times with 8 workers, {law.at(64):.2f} with 64, and never more than {law.limit:g}."


def usl() -> str:
    """The universal scalability law fitted to the published example."""
    law = fit("usl", list(SPECSDM91), list(SPECSDM91.values()))
    return (
        f"alpha = {law.alpha:.7f}, beta = {law.beta:.7f}, gamma = {law.gamma:.4f}; the peak is at {law.peak_workers:.2f} users "
        f"with {law.at(law.peak_workers):.0f} scripts an hour, the limit {law.limit:.0f}."
    )


def queue() -> str:
    """The stay in a shop with one slot, by how busy it is: Poisson arrivals, exponential service of 1 s on average."""
    told = []
    for busy in (0.5, 0.8, 0.95):
        stay_s, _, _ = stays(busy)
        told.append(f"at {busy:.0%} busy {stay_s:.1f} s (the formula: {1 / (1 - busy):.1f} s)")
    return "; ".join(told) + "."


def little() -> str:
    """Little's law on the same shop, 80 % busy."""
    stay_s, rate_per_s, inside = stays(0.8)
    return (
        f"{rate_per_s:.3f} customers a second stay {stay_s:.2f} s on average, so {rate_per_s * stay_s:.2f} are inside; "
        f"counted, as an area over time: {inside:.2f}."
    )


@cache
def stays(busy: float) -> tuple[float, float, float]:
    """Mean stay in s, customers a second, and how many are inside on average: counted as an area over time."""
    random = Random(f"laws {busy}")
    jobs, now_s = [], 0.0
    for number in range(CUSTOMERS):
        now_s += random.expovariate(busy)
        jobs.append(Job(str(number), "", "", [], (Step("wait", random.expovariate(1.0)),), now_s))
    shop = Shop(jobs, Shape(1, 1, forks=False, cores=1.0, machines=1))
    ends_s = {served.job: served.end_s for served in shop.serve()}
    whole_s = max(ends_s.values()) - shop.sent_s[0]
    changes = sorted([(sent_s, 1) for sent_s in shop.sent_s] + [(end_s, -1) for end_s in ends_s.values()])
    area, inside, since_s = 0.0, 0, changes[0][0]
    for at_s, change in changes:
        area += inside * (at_s - since_s)
        inside, since_s = inside + change, at_s
    stay_s = mean(ends_s[number] - sent_s for number, sent_s in enumerate(shop.sent_s))
    return stay_s, CUSTOMERS / whole_s, area / whole_s


def prefetch() -> str:
    """One long order and three short ones on two baristas, with a prefetch of one and of two."""
    jobs = [Job(str(n), "", "", [], (Step("wait", 9.0 if n == 0 else 1.0),)) for n in range(4)]
    shape = Shape(2, 1, forks=False, cores=2.0, machines=1)
    one, two = (max(served.end_s for served in Shop(jobs, shape, prefetch=each).serve()) for each in (1, 2))
    return f"{one:g} s with one message for each slot, {two:g} s with two."


WORK = {work.__name__: work for work in (bounds, ideal, full, speedup, amdahl, usl, queue, little, prefetch)}


if __name__ == "__main__":
    PAGE.write_text(page(PAGE.read_text(encoding="utf-8")), encoding="utf-8")
