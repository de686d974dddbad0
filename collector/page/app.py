"""The page's addresses: a Starlette app of what is stored, what happens, and what may be started."""

import asyncio
import gzip
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.gzip import GZipMiddleware
from starlette.requests import Request
from starlette.responses import FileResponse, HTMLResponse, JSONResponse, Response, StreamingResponse
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles

from collector.page import early, figures
from collector.page.columns import place_of
from collector.page.events import Watcher
from collector.page.guardrails import HEALTH_PATH, REPORT_POLICY, Guarded, Rules, refused
from collector.page.house import House
from collector.page.hub import Hub
from collector.page.snapshots import Snapshots
from collector.page.starts import Starts
from collector.page.store import FILES, Store
from collector.page.tail import RETRY_S, Tail
from producer.errors import BadInputError

HERE = Path(__file__).parent

# A page that was changed is fetched anew; one that was not is answered by its tag.
FRESH = {"Cache-Control": "no-cache"}
NEVER_KEPT = {"Cache-Control": "no-store"}

# Nobody watched for so long: what was kept for them is let go.
IDLE_S = 60.0

UNREADABLE = (OSError, ValueError, KeyError, TypeError)


class Page:
    """The page of one lab: what is under way at the broker at `url`, and the runs of a store."""

    def __init__(self, house: House, url: str, runs: Path, rules: Rules) -> None:
        self._house = house
        self._rules = rules
        self.store = Store(runs)
        self.hub = Hub(self.store)
        self._tail = Tail(url, self.hub.hear)
        self._snapshots = Snapshots(self.store, self.hub)
        self._watchers = 0
        templates = Environment(loader=FileSystemLoader(HERE / "templates"), autoescape=True, undefined=StrictUndefined)
        self._shell = templates.get_template("page.html.j2").render(
            token=rules.token,
            version=house.about()["version"],
            early=Markup(early.SCRIPT),  # noqa: S704  # our own file
        )

    def app(self) -> Guarded:
        """The app, behind its guardrails."""
        starts = Starts(self._house, self.hub)
        routes = [
            Route("/", self.shell),
            Route(HEALTH_PATH, self.health),
            Route("/api/lab", self.lab),
            Route("/api/runs", self.runs, methods=["GET"]),
            Route("/api/runs", starts.start, methods=["POST"]),
            Route("/api/runs/stop", starts.stop, methods=["POST"]),
            Route("/api/runs/{run}", self.snapshot),
            Route("/api/runs/{run}/figures/{name}.svg", self.figure),
            Route("/live", self.live),
            Route("/runs/{run}/{file}", self.file),
            Mount("/static", Static(directory=HERE / "static")),
        ]
        middleware = [Middleware(GZipMiddleware, minimum_size=600, compresslevel=5)]
        return Guarded(Starlette(routes=routes, middleware=middleware, lifespan=self._life), self._rules)

    @asynccontextmanager
    async def _life(self, _: Starlette) -> AsyncIterator[None]:
        tasks = [asyncio.create_task(self._tail.follow()), asyncio.create_task(self._tidy())]
        try:
            yield
        finally:
            for task in tasks:
                task.cancel()
            for task in tasks:
                with suppress(asyncio.CancelledError):
                    await task

    async def _tidy(self) -> None:
        while True:
            await asyncio.sleep(IDLE_S)
            if not self._watchers:
                self.hub.forget()
                self._snapshots.forget()

    def lab_now(self) -> dict[str, Any]:
        """The lab as it is now."""
        hub, about = self.hub, self._house.about()
        present = [worker for worker in hub.workers if not worker.fleet and not worker.is_leaving]
        pools: dict[str, dict[str, int]] = {}
        for worker in present:
            for queue in worker.queues:
                pool = pools.setdefault(queue, {"workers": 0, "slots": 0})
                pool["workers"] += 1
                pool["slots"] += worker.slots
        return {
            **about,
            "broker": {**about["broker"], **self._broker_now()},
            "workers": [worker_row(worker) for worker in present],
            "pools": pools,
            "current": hub.current,
            "asking": self._house.asking(),
            "refused": told(self._house.refused()),
            "behind_s": round(hub.behind_s, 3),
        }

    def _broker_now(self) -> dict[str, Any]:
        return {"state": "ok" if self.hub.is_reached else "gone", "persistent": self.hub.persists, "retry_s": RETRY_S}

    async def shell(self, _: Request) -> Response:
        """The page itself; everything else is asked for by its scripts."""
        return HTMLResponse(self._shell, headers=NEVER_KEPT)

    async def health(self, _: Request) -> Response:
        """Whether the page is up; it is also while the broker is away."""
        return JSONResponse({"page": "ok", "broker": "ok" if self.hub.is_reached else "gone"}, headers=NEVER_KEPT)

    async def lab(self, _: Request) -> Response:
        """Who is here, and what can be done."""
        await self.hub.settle()
        await asyncio.to_thread(self._house.refresh)
        return JSONResponse(self.lab_now(), headers=NEVER_KEPT)

    async def runs(self, _: Request) -> Response:
        """The runs so far, the newest first."""
        return JSONResponse({"runs": await asyncio.to_thread(self.store.rows)}, headers=NEVER_KEPT)

    async def snapshot(self, request: Request) -> Response:
        """All of a run, under way or stored."""
        await self.hub.settle()
        try:
            made = await self._snapshots.of(request.path_params["run"])
        except UNREADABLE as error:
            return refused(f"cannot be read ({error})", "Look into its folder", 404, request.path_params["run"])
        if made is None:
            return refused("is no run of this lab", "Choose one from the list", 404, request.path_params["run"])
        if "gzip" in request.headers.get("accept-encoding", ""):
            return Response(made, media_type="application/json", headers={**NEVER_KEPT, "Content-Encoding": "gzip"})
        return Response(gzip.decompress(made), media_type="application/json", headers=NEVER_KEPT)

    async def figure(self, request: Request) -> Response:
        """A figure of a stored run, in a theme."""
        run, name = self.store.find(request.path_params["run"]), request.path_params["name"]
        theme = figures.known(request.query_params.get("theme"))
        width_px = figures.width_of(request.query_params.get("width", ""))
        if run is None or name not in figures.FIGURES:
            return refused("is no figure of this lab", "Choose a run from the list", 404, name)
        try:
            drawn = await asyncio.to_thread(lambda: figures.figure(run, name, theme, width_px, figures.made_ns(run)))
        except UNREADABLE as error:
            return refused(f"cannot be drawn ({error})", "Look into the folder of the run", 404, name)
        return Response(drawn, media_type="image/svg+xml", headers=FRESH)

    async def file(self, request: Request) -> Response:
        """A file of a run: those that the report and the list point to, and no others."""
        run, file = request.path_params["run"], request.path_params["file"]
        found = self.store.find(run)
        folder = found.folder if found else self.store.report_of(run)
        path = folder / file if folder is not None and file in FILES else None
        if path is None or path.is_symlink() or not path.is_file():
            return refused("is no file of this lab", "Choose one from the list", 404, f"{run}/{file}")
        policy = {"Content-Security-Policy": REPORT_POLICY} if file.endswith(".html") else {}
        return FileResponse(path, media_type=FILES[file], headers={**FRESH, **policy})

    async def live(self, request: Request) -> Response:
        """What happens, as it happens; `Last-Event-ID`, or `after`, says what the page has."""
        await self.hub.settle()
        asked = request.query_params
        after = request.headers.get("last-event-id") or asked.get("after", "")
        watcher = Watcher(self.hub, self.lab_now, asked.get("run") or None, place_of(after))
        headers = {**NEVER_KEPT, "X-Accel-Buffering": "no"}
        return StreamingResponse(self._counted(watcher), media_type="text/event-stream", headers=headers)

    async def _counted(self, watcher: Watcher) -> AsyncIterator[bytes]:
        self._watchers += 1
        try:
            async for news in watcher.watch():
                yield news
        finally:
            self._watchers -= 1


class Static(StaticFiles):
    """Scripts and styles, asked for again each time and sent only when they changed."""

    def file_response(self, *args: Any, **options: Any) -> Response:
        """A file, or that it is the same."""
        response = super().file_response(*args, **options)
        response.headers.update(FRESH)
        return response


def told(error: BadInputError | None) -> dict[str, str] | None:
    """An error as the page tells it."""
    return None if error is None else {"what": error.what, "where": error.where, "cure": error.cure}


def worker_row(worker: Any) -> dict[str, Any]:
    """A worker that is here, as the page is told."""
    told = (
        "worker",
        "host",
        "computer",
        "pool",
        "queues",
        "slots",
        "cores",
        "at",
        "since",
        "clock_offset_s",
        "clock_round_trip_s",
    )
    return {key: getattr(worker, key) for key in told}
