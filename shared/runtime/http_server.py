"""Doors: an HTTP application on a port of this machine."""

import asyncio
import os
import socket
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

import uvicorn
from starlette.types import ASGIApp

SERVED: Mapping[str, Any] = {"log_config": None, "access_log": False, "loop": "none", "server_header": False}

STOP_WITHIN = 5.0
"""Seconds that requests under way have to be answered when the service stops."""


class CannotListen(Exception):
    """In one sentence, for whoever starts the service."""


async def listen(app: ASGIApp, host: str, port: int, proxies: Sequence[str] = ()) -> None:
    """Serves until cancelled. Raises CannotListen if the port is taken.

    Who asks is whoever is connected; where that is one of the proxies, whoever it says it asks for. Nobody else's word
    is taken, not even this machine's: limits are counted by address.
    """
    believed = {"proxy_headers": bool(proxies), "forwarded_allow_ips": list(proxies)}
    with _bound(host, port) as door:
        server = _Server(uvicorn.Config(app, **SERVED, host=host, port=port, **believed))
        serving = asyncio.create_task(server.serve([door]))
        try:
            await asyncio.shield(serving)
        except asyncio.CancelledError:
            server.should_exit = True
            await asyncio.wait([serving], timeout=STOP_WITHIN)
            raise


def _bound(host: str, port: int) -> socket.socket:
    try:
        return socket.create_server((host, port), backlog=2048)
    except OSError as error:
        why = os.strerror(error.errno) if error.errno else "it is no address of this machine"
        raise CannotListen(f"cannot listen on {host}:{port} ({why}): choose another port, or end what has it") from None


class _Server(uvicorn.Server):
    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """The service stops as a whole; a server of it does not stop it."""
        yield
