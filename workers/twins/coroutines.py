"""One barista, many orders in the air: a coroutine for each, taking turns where they wait."""

import asyncio

from workers.journal import Entry
from workers.twins.shop import Job, Report, Shop


def run(shop: Shop, jobs: list[Job], slots: int, report: Report) -> None:
    """Serve the jobs as coroutines, at most `slots` of them under way."""
    asyncio.run(_serve_all(shop, jobs, slots, report))


async def _serve_all(shop: Shop, jobs: list[Job], slots: int, report: Report) -> None:
    free = asyncio.Semaphore(slots)

    async def serve(job: Job) -> Entry:
        async with free:
            return await shop.serve_async(job)

    # As tasks they begin in this order; of bare coroutines `as_completed` makes a set.
    for served in asyncio.as_completed([asyncio.create_task(serve(job)) for job in jobs]):
        report(await served)
