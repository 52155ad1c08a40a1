"""Puts the stand-in together: the interface behind its door, and the watch beside it."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Mount

from deploy.sandbox.digital_post.door import Door
from deploy.sandbox.digital_post.interface import Interface
from deploy.sandbox.digital_post.office import PostOffice
from deploy.sandbox.digital_post.refusals import Refused
from deploy.sandbox.digital_post.watch import Watch
from deploy.sandbox.serving import UnderWay
from shared.runtime.clock import Clock

BASE = "/apis/v1"
NOT_FOUND = ("receipt.not.found", "message.not.found")


def application(office: PostOffice, clock: Clock, key: str) -> UnderWay:
    """The whole stand-in; it closes the office's store when it ends."""
    interface = Starlette(routes=Interface(office, clock).routes(), exception_handlers=_HANDLERS)
    watch = Watch(office, clock, under_way=lambda: app.number)

    @asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncIterator[None]:
        yield
        office.store.close()

    routes = [Mount(BASE, app=Door(interface, office, clock, key)), *watch.routes()]
    app = UnderWay(Starlette(routes=routes, exception_handlers=_HANDLERS, lifespan=lifespan))
    return app


async def _refused(_: Request, refused: Exception) -> Response:
    assert isinstance(refused, Refused)
    return JSONResponse(refused.error_message(), status_code=404 if refused.code in NOT_FOUND else 400)


async def _no_such_request(_: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    return JSONResponse(Refused("request.invalid").error_message(), status_code=error.status_code)


_HANDLERS = {Refused: _refused, HTTPException: _no_such_request}
