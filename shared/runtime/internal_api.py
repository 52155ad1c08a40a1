"""The internal API, on a port of its own: alive, ready, metrics, status; the word to go on; and what is stuck."""

import hmac
from collections.abc import Awaitable, Callable
from typing import Annotated, Any

import asyncpg
from fastapi import APIRouter, Depends, FastAPI, HTTPException, Request, Response
from fastapi.responses import JSONResponse
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from pydantic import BaseModel, ConfigDict, Field
from pydantic_core import to_json

from shared.runtime.database import OUTAGES
from shared.runtime.operations import Operations

Report = Callable[[], Awaitable[dict[str, Any]]]


class Chosen(BaseModel):
    """Stuck items of one work: those with these keys and this reason; where one is missing, all."""

    model_config = ConfigDict(extra="forbid")
    work: str
    reason: str | None = None
    keys: Annotated[list[str], Field(max_length=10_000)] | None = None


class Left(Chosen):
    because: Annotated[str, Field(min_length=1, max_length=500)]
    """Why nothing more is done about them."""


def internal_app(operations: Operations, status: Report, alive: Callable[[], str | None], key: str) -> FastAPI:
    """`alive` returns what is wrong, or None."""
    app = FastAPI(
        title="internal",
        docs_url=None,
        redoc_url=None,
        openapi_url=None,
        exception_handlers=dict.fromkeys((*OUTAGES, asyncpg.InterfaceError), _away),
    )
    app.include_router(_for_those_who_look(status, alive))
    app.include_router(_for_operators(operations, key))
    return app


def _for_those_who_look(status: Report, alive: Callable[[], str | None]) -> APIRouter:
    router = APIRouter()

    @router.get("/live")
    async def live(response: Response) -> dict[str, str]:
        """Whether there is progress. A process that is not alive should be started anew."""
        wrong = alive()
        response.status_code = 503 if wrong else 200
        return {"live": wrong or "yes"}

    @router.get("/ready")
    async def ready(response: Response) -> dict[str, str]:
        """Whether the database answers and nothing was stopped."""
        halted = (await status())["halted"]
        response.status_code = 503 if halted else 200
        return {"ready": halted or "yes"}

    @router.get("/metrics")
    async def metrics() -> Response:
        return Response(generate_latest(), media_type=CONTENT_TYPE_LATEST)

    @router.get("/status")
    async def report() -> Response:
        return Response(to_json(await status()), media_type="application/json")

    return router


def _for_operators(operations: Operations, key: str) -> APIRouter:
    def may(request: Request) -> None:
        given = request.headers.get("authorization", "")
        if not key or not hmac.compare_digest(given.encode(), f"Bearer {key}".encode()):
            raise HTTPException(401, "expected the header Authorization: Bearer <PULS_API_KEY>")

    router = APIRouter(dependencies=[Depends(may)])

    @router.post("/resume")
    async def resume(work: str | None = None, set_aside: int = 0) -> dict[str, Any]:
        """Goes on with what has halted: this work, or all; `set_aside` failures are then no reason to halt again."""
        resumed = await operations.resume(work, set_aside)
        if not resumed:
            raise HTTPException(409, "failures have not stopped this service, so there is nothing to take up again")
        return {"resumed": "yes", "work": resumed}

    @router.get("/stuck")
    async def stuck(
        work: str | None = None, reason: str | None = None, after_work: str = "", after_key: str = ""
    ) -> Response:
        """At most 500 stuck items, in the order of work and key, those beyond the ones named."""
        items = await operations.stuck(work, reason, (after_work, after_key))
        return Response(to_json({"items": items}), media_type="application/json")

    @router.post("/stuck/retry")
    async def retry(chosen: Chosen) -> dict[str, int]:
        """Tries items again: they are claimed as if they had never failed."""
        return {"count": await operations.retry(chosen.work, chosen.reason, chosen.keys)}

    @router.post("/stuck/leave")
    async def leave(left: Left) -> dict[str, int]:
        """Leaves items as they are, with a reason."""
        return {"count": await operations.leave(left.work, left.reason, left.keys, left.because)}

    return router


async def _away(_request: Request, error: Exception) -> JSONResponse:
    """In words, and never the error's own: its text may hold what a row held."""
    return JSONResponse({"away": f"the database does not answer ({type(error).__name__})"}, 503)
