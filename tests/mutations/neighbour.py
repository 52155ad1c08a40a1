"""A register of persons that answers as a line of the table has it, and can be mended."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Literal

from aiohttp import web
from aiohttp.test_utils import TestServer

Answers = Literal["right", "empty", "another form", "400", "500", "slow", "400 for one"]


class Neighbour:
    """Everybody lives in Denmark, where it answers right."""

    def __init__(self, bad: str) -> None:
        self.answers: Answers = "right"
        self._bad = bad
        """The CPR number that it refuses in `400 for one`."""

    async def __call__(self, request: web.Request) -> web.StreamResponse:
        numbers = [value for name, value in request.query.items() if name == "cprNumber"]
        if self.answers == "slow":
            await asyncio.sleep(3600)
        if self.answers in ("400", "500"):
            return web.Response(status=int(self.answers))
        if self.answers == "400 for one" and self._bad in numbers:
            return web.Response(status=400)
        if self.answers == "empty":
            return web.json_response([])
        if self.answers == "another form":
            return web.json_response({"persons": numbers})
        return web.json_response([{"cprNumber": number, "status": "01"} for number in numbers])


@asynccontextmanager
async def serving(neighbour: Neighbour) -> AsyncIterator[str]:
    """Its address."""
    application = web.Application()
    application.router.add_route("*", "/{any:.*}", neighbour)
    async with TestServer(application, host="127.0.0.1") as server:
        yield str(server.make_url("/"))
