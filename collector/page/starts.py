"""Runs that the page asks for: started, waited for until they open, stopped, and given up when nobody conducts them."""

import asyncio
import json
from typing import Any
from uuid import uuid4

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from collector.page import figures
from collector.page.guardrails import MOST_BODY_BYTES, refused
from collector.page.house import BusyError, House, Outcome
from collector.page.hub import Hub
from producer.errors import BadInputError


class Starts:
    """What the page asks of the house, and what the hub is told of it."""

    def __init__(self, house: House, hub: Hub) -> None:
        self._house = house
        self._hub = hub

    async def start(self, request: Request) -> Response:
        """Start what the page asks for, and tell the name of its run once that is open."""
        try:
            asked, mark = await read_object(request), uuid4().hex
            ended = self._house.start(asked, mark)
        except BadInputError as error:
            return refused(error.what, error.cure, 400, error.where)
        except BusyError as error:
            return refused(str(error), "Wait for it, or stop it", 409)
        self._hub.wake()
        asyncio.get_running_loop().run_in_executor(None, figures.warm)
        ended.add_done_callback(self._over)
        return await self._started(ended, mark)

    async def _started(self, ended: "asyncio.Future[Outcome]", mark: str) -> Response:
        opened = asyncio.ensure_future(self._hub.opened_with(mark))
        either: set[asyncio.Future[Any]] = {opened, ended}
        try:
            await asyncio.wait(either, return_when=asyncio.FIRST_COMPLETED)
            if opened.done():
                return JSONResponse({"started": opened.result()}, 202)
        finally:
            opened.cancel()
        outcome = ended.result()
        if outcome.error is not None:
            return refused(outcome.error.what, outcome.error.cure, 400, outcome.error.where)
        return JSONResponse({"started": outcome.run}, 202)

    def _over(self, ended: "asyncio.Future[Outcome]") -> None:
        """What was asked for is over; a run that was never closed is known by its turn."""
        if ended.cancelled():
            return
        run = ended.result().run
        if run is not None:
            self._hub.show(run)
        self._house.refresh()
        self._hub.wake()

    async def stop(self, _: Request) -> Response:
        """Stop what the page started."""
        self._house.stop()
        return JSONResponse({}, 202)


async def read_object(request: Request) -> dict[str, Any]:
    """The JSON object in a request's body.

    Raises:
        BadInputError: it is none, or too long.
    """
    body = b""
    async for part in request.stream():
        body += part
        if len(body) > MOST_BODY_BYTES:
            raise BadInputError("what was sent", "is too long", "Load the page again")
    try:
        asked = json.loads(body)
    except (ValueError, RecursionError):
        asked = None
    if not isinstance(asked, dict):
        raise BadInputError("what was sent", "is no JSON object", "Load the page again")
    return asked
