"""Baristas side by side: a process for each, with hands of its own."""

from multiprocessing import get_context

from workers.twins.shop import Job, Report, Shop


def run(shop: Shop, jobs: list[Job], slots: int, report: Report) -> None:
    """Serve the jobs on `slots` processes, each taking the next job when it is done with one."""
    # Forked, so that the dictionary and the machine are there already.
    with get_context("fork").Pool(slots) as baristas:
        for served in baristas.imap_unordered(shop.serve, jobs, chunksize=1):
            report(served)
