"""Pages on a port of their own, and as a browser gets them."""

import asyncio
import re
import socket
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import aiohttp
import uvicorn
from starlette.types import ASGIApp

from deploy.local.ports import HOST

PAGE = re.compile(r'<main id="content" data-page="([a-z-]+)"')


@dataclass
class Shown:
    """A page as a browser got it."""

    status: int
    page: str
    """What `main` says it is."""
    text: str
    address: str
    """Path and query, after redirects."""
    headers: Mapping[str, str] = field(repr=False)


async def shown(answer: aiohttp.ClientResponse) -> Shown:
    text = await answer.text()
    page = PAGE.search(text)
    return Shown(answer.status, page[1] if page else "", text, answer.url.path_qs, answer.headers)


@asynccontextmanager
async def listening(app: ASGIApp) -> AsyncIterator[str]:
    """The address of an application on a port of its own. Whoever asks before it is up waits."""
    with socket.create_server((HOST, 0)) as door:
        server = uvicorn.Server(uvicorn.Config(app, log_config=None, lifespan="off", ws="none"))
        serving = asyncio.create_task(server.serve(sockets=[door]))
        yield f"http://{HOST}:{door.getsockname()[1]}"
        server.should_exit = True
        await serving
