"""How the stand-ins serve HTTP: on this machine alone, without access logs, and able to cut a connection."""

import signal
import sys
from asyncio import Transport
from typing import Any

import uvicorn
from starlette.types import ASGIApp, Receive, Scope, Send
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

CUT = "sandbox.cut"


class CuttableProtocol(HttpToolsProtocol):
    """Hands each request the means to cut the connection it came by."""

    transport: Transport

    def on_message_begin(self) -> None:
        """The scope of a new request is made here."""
        super().on_message_begin()
        extensions: dict[str, Any] = {CUT: self.transport.abort}
        self.scope["extensions"] = extensions


async def cut_off(scope: Scope, receive: Receive) -> None:
    """Closes the connection without an answer. The request must have been read."""
    scope["extensions"][CUT]()
    while (await receive())["type"] != "http.disconnect":
        pass


LOOKS = frozenset({"/status", "/messages"})
"""Paths that watchers ask again and again: who rests and is looked at is not busy."""


class UnderWay:
    """Counts the requests that are not answered yet, looks aside."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app
        self.number = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        counted = scope["type"] == "http" and scope["path"] not in LOOKS
        self.number += counted
        try:
            await self._app(scope, receive, send)
        finally:
            self.number -= counted


def server(app: ASGIApp, host: str, port: int) -> uvicorn.Server:
    """Query strings hold CPR numbers, so there is no access log."""
    return uvicorn.Server(
        uvicorn.Config(
            app,
            host=host,
            port=port,
            loop="uvloop",
            http=CuttableProtocol,
            access_log=False,
            log_level="warning",
            server_header=False,
            timeout_graceful_shutdown=5,
        )
    )


def serve(app: ASGIApp, host: str, port: int) -> None:
    """Runs until SIGTERM or SIGINT, which is a clean end."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))  # raised again by uvicorn when all is answered
    server(app, host, port).run()
