"""Baristas side by side: a process for each, with hands of its own."""

from multiprocessing import get_context

from workers.journal import Entry
from workers.twins.shop import Job, Report, Shop

_shop: Shop


def run(shop: Shop, jobs: list[Job], slots: int, report: Report) -> None:
    """Serve the jobs on `slots` processes, each taking the next job when it is done with one."""
    # Forked, so that the dictionary and the machine are there already.
    with get_context("fork").Pool(slots, initializer=_enter, initargs=(shop,)) as baristas:
        for served in baristas.imap_unordered(_serve, jobs, chunksize=1):
            report(served)


def _enter(shop: Shop) -> None:
    global _shop  # noqa: PLW0603  # a process of the pool has one shop, for life
    _shop = shop


def _serve(job: Job) -> Entry:
    return _shop.serve(job)
