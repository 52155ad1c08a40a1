"""A server outside, that says what a test tells it to, and remembers what it was asked."""

import asyncio
import socket
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web
from aiohttp.test_utils import TestServer

from services.dispatch.http_client import HttpClient

Answer = Callable[["Asked"], web.StreamResponse]


@dataclass
class Asked:
    """One request as it came."""

    method: str
    path: str
    query: list[tuple[str, str]]
    headers: dict[str, str]
    body: bytes = field(repr=False)


class CutOff(web.StreamResponse):
    """No answer: the connection is closed after the whole request was read."""

    async def prepare(self, request: web.BaseRequest) -> None:
        assert request.transport is not None
        request.transport.abort()


class Garbled(web.StreamResponse):
    """An answer that is not HTTP."""

    async def prepare(self, request: web.BaseRequest) -> None:
        assert request.transport is not None
        request.transport.write(b"no status line\r\n\r\n")
        request.transport.close()


class Never(web.StreamResponse):
    """No answer for as long as somebody waits for one."""

    async def prepare(self, request: web.BaseRequest) -> None:
        await asyncio.get_running_loop().create_future()


@asynccontextmanager
async def outside_server(answer: Answer, **fields: Any) -> AsyncIterator[tuple[HttpClient, list[Asked]]]:
    """The server, as an `HttpClient` with these fields speaks to it, and the requests so far."""
    asked: list[Asked] = []

    async def take(request: web.Request) -> web.StreamResponse:
        query = list(request.query.items())
        asked.append(Asked(request.method, request.path, query, dict(request.headers), await request.read()))
        return answer(asked[-1])

    application = web.Application(client_max_size=100_000_000)
    application.router.add_route("*", "/{any:.*}", take)
    async with (
        TestServer(application, host="127.0.0.1") as server,
        HttpClient("HttpClient", str(server.make_url("/apis/v1/")), **fields) as outside,
    ):
        yield outside, asked


def address_of_nobody() -> str:
    """An address at which connections are refused."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return f"http://127.0.0.1:{taken.getsockname()[1]}/apis/v1/"
