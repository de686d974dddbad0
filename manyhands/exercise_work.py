"""The work and the plan of one run of an exercise."""

from dataclasses import replace
from statistics import mean
from typing import cast

from manyhands.exercise import Setting
from manyhands.plan import Plan
from manyhands.run import plan_of
from manyhands.work import Work, arriving, papers
from producer.menu import Menu
from producer.orders import Order, make_orders, order_jobs, pick_orders
from producer.till import How, sale_jobs


def work_of(setting: Setting, menu: Menu, seed: int) -> Work:
    """The batch of a setting: another seed makes other orders, papers and arrivals."""
    match setting.work:
        case "papers":
            work = papers(None, setting.papers, grader=setting.grader, seed=seed)
        case "till":
            jobs = sale_jobs(setting.sales, setting.change_s, cast("How", setting.how), seed)
            work = Work("till", jobs, 1, seed, settings={"how": setting.how})
        case _:
            jobs = order_jobs(_orders(setting, menu, seed), menu, setting.speed, setting.machines)
            work = Work("coffee", jobs, setting.machines, seed, settings={"speed": setting.speed})
    return replace(arriving(work, rate_per_s(work, setting), seed), seed=seed)


def rate_per_s(work: Work, setting: Setting) -> float | None:
    """Customers a second who keep the slots busy for the part `busy` of the time; None where all come at once.

    Utilisation is rate times service over slots: 0.8 of one slot with orders of 0.5 s is 1.6 a second.
    """
    if setting.busy is None:
        return None
    return setting.busy * setting.workers * setting.slots_each / mean(job.length_s for job in work.jobs)


def plan_for(setting: Setting, work: Work) -> Plan:
    """The plan of a setting."""
    plan = plan_of(work, setting.pool, setting.workers, setting.slots_each, setting.prefetch)
    return replace(plan, acknowledges_late=setting.acknowledged == "late", away_s=setting.away_ms / 1000)


def _orders(setting: Setting, menu: Menu, seed: int) -> list[Order]:
    if isinstance(setting.orders, int):
        return make_orders(setting.orders, menu, seed)
    picks = [(pick.count, pick.drink, pick.extras) for pick in setting.orders]
    return pick_orders(picks, menu, seed, setting.shuffled)
