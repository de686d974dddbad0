"""One barista, one order after another."""

from workers.twins.shop import Job, Report, Shop


def run(shop: Shop, jobs: list[Job], slots: int, report: Report) -> None:  # noqa: ARG001  # like its siblings
    """Serve the jobs in order. `slots` does not matter: there is one pair of hands, and one order in them."""
    for job in jobs:
        report(shop.serve(job))
