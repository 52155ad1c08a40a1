"""The internal API, on a port of its own: alive, ready, metrics, status, and the word to go on."""

import hmac
from collections.abc import Awaitable, Callable
from typing import Any

import asyncpg
from fastapi import FastAPI, HTTPException, Request, Response
from fastapi.responses import JSONResponse
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from pydantic_core import to_json

from shared.runtime.database import OUTAGES

Report = Callable[[], Awaitable[dict[str, Any]]]
Resume = Callable[[int], Awaitable[bool]]
"""From how many failures may be set aside without stopping, to whether failures had stopped the service."""


def internal_app(status: Report, alive: Callable[[], str | None], resume: Resume, key: str) -> FastAPI:
    """`alive` returns what is wrong, or None."""
    app = FastAPI(
        title="internal",
        docs_url=None,
        redoc_url=None,
        openapi_url=None,
        exception_handlers=dict.fromkeys((*OUTAGES, asyncpg.InterfaceError), _away),
    )

    @app.get("/live")
    async def live(response: Response) -> dict[str, str]:
        """Whether there is progress. A process that is not alive should be started anew."""
        wrong = alive()
        response.status_code = 503 if wrong else 200
        return {"live": wrong or "yes"}

    @app.get("/ready")
    async def ready(response: Response) -> dict[str, str]:
        """Whether the database answers and nothing was stopped."""
        halted = (await status())["halted"]
        response.status_code = 503 if halted else 200
        return {"ready": halted or "yes"}

    @app.get("/metrics")
    async def metrics() -> Response:
        return Response(generate_latest(), media_type=CONTENT_TYPE_LATEST)

    @app.get("/status")
    async def report() -> Response:
        return Response(to_json(await status()), media_type="application/json")

    @app.post("/resume")
    async def go_on(request: Request, set_aside: int = 0) -> dict[str, str]:
        """Takes again after the service stopped itself; `set_aside` failures are then no reason to stop."""
        _require(key, request.headers.get("authorization", ""))
        if not await resume(set_aside):
            raise HTTPException(409, "failures have not stopped this service, so there is nothing to take up again")
        return {"resumed": "yes"}

    return app


def _require(key: str, given: str) -> None:
    if not key or not hmac.compare_digest(given.encode(), f"Bearer {key}".encode()):
        raise HTTPException(401, "expected the header Authorization: Bearer <PULS_API_KEY>")


async def _away(_request: Request, error: Exception) -> JSONResponse:
    """In words, and never the error's own: its text may hold what a row held."""
    return JSONResponse({"away": f"the database does not answer ({type(error).__name__})"}, 503)
