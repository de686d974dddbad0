"""One barista, many orders in the air: a thread for each."""

from concurrent.futures import ThreadPoolExecutor, as_completed

from workers.twins.shop import Job, Report, Shop


def run(shop: Shop, jobs: list[Job], slots: int, report: Report) -> None:
    """Serve the jobs on `slots` threads. While one waits for milk another has the hands; never two at once."""
    with ThreadPoolExecutor(slots) as barista:
        for served in as_completed([barista.submit(shop.serve, job) for job in jobs]):
            report(served.result())
