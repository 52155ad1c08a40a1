"""An application on a port of its own, as a service serves it."""

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import uvicorn
from starlette.types import ASGIApp

from deploy.local.ports import HOST


@asynccontextmanager
async def listening(app: ASGIApp) -> AsyncIterator[str]:
    """Its address. Whoever asks before it is up waits."""
    with socket.create_server((HOST, 0)) as door:
        server = uvicorn.Server(uvicorn.Config(app, log_config=None, lifespan="off", ws="none"))
        serving = asyncio.create_task(server.serve(sockets=[door]))
        yield f"http://{HOST}:{door.getsockname()[1]}"
        server.should_exit = True
        await serving
