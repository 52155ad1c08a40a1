"""A made-up service as the console sees it: it says what it is told to, and has stuck work."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from fastapi import APIRouter, Depends, FastAPI, HTTPException, Request
from pydantic import BaseModel
from starlette.types import ASGIApp

from shared.runtime.internal_api import internal_app

PAGE = 500


@dataclass
class MadeUpService:
    status: dict[str, Any]
    resumed: list[int] = field(default_factory=list)
    """What it was allowed to set aside, each time it was told to go on."""
    resumed_work: list[str] = field(default_factory=list)
    items: list[dict[str, Any]] = field(default_factory=list)
    """What is stuck: work, key, reason, detail, since."""
    left_because: list[str] = field(default_factory=list)

    def report(self) -> dict[str, Any]:
        groups: dict[tuple[str, str], list[str]] = {}
        for item in self.items:
            groups.setdefault((item["work"], item["reason"]), []).append(item["since"])
        stuck = [
            {"work": work, "reason": reason, "count": len(since), "since": min(since)}
            for (work, reason), since in groups.items()
        ]
        return {**self.status, "stuck": stuck}

    def resume(self, work: str | None, allowance: int) -> bool:
        halts = [halt["work"] for halt in self.status.get("halts", ())]
        if work:
            self.resumed_work += [halt for halt in halts if halt == work]
            return work in halts
        if self.status["halted"]:
            self.resumed.append(allowance)
        return bool(self.status["halted"])

    def stuck(self, work: str | None, reason: str | None, after: tuple[str, str]) -> Sequence[dict[str, Any]]:
        found = [item for item in self.items if work in (None, item["work"]) and reason in (None, item["reason"])]
        beyond = [item for item in found if (item["work"], item["key"]) > after]
        return sorted(beyond, key=lambda item: (item["work"], item["key"]))[:PAGE]

    def settle(self, work: str, reason: str | None, keys: Sequence[str] | None) -> int:
        found = [item for item in self.stuck(work, reason, ("", "")) if keys is None or item["key"] in keys]
        self.items = [item for item in self.items if item not in found]
        return len(found)


class Chosen(BaseModel, extra="forbid"):
    work: str
    reason: str | None = None
    keys: list[str] | None = None


class Left(Chosen):
    because: str


def made_up_service(service: MadeUpService, key: str) -> ASGIApp:
    """Its internal API."""

    async def report() -> dict[str, Any]:
        return service.report()

    async def resume_all(allowance: int) -> bool:
        return service.resume(None, allowance)

    app = FastAPI()
    app.include_router(_for_operators(service, key))
    app.mount("/", internal_app(report, lambda: None, resume_all, key))
    return app


def _for_operators(service: MadeUpService, key: str) -> APIRouter:
    def require_key(request: Request) -> None:
        if request.headers.get("authorization") != f"Bearer {key}":
            raise HTTPException(401)

    router = APIRouter(dependencies=[Depends(require_key)])

    @router.post("/resume")
    async def resume(work: str | None = None, set_aside: int = 0) -> dict[str, str]:
        if not service.resume(work, set_aside):
            raise HTTPException(409)
        return {"resumed": "yes"}

    @router.get("/stuck")
    async def stuck(
        work: str | None = None, reason: str | None = None, after_work: str = "", after_key: str = ""
    ) -> dict[str, Any]:
        return {"items": service.stuck(work, reason, (after_work, after_key))}

    @router.post("/stuck/retry")
    async def retry(chosen: Chosen) -> dict[str, int]:
        return {"count": service.settle(chosen.work, chosen.reason, chosen.keys)}

    @router.post("/stuck/leave")
    async def leave(left: Left) -> dict[str, int]:
        service.left_because.append(left.because)
        return {"count": service.settle(left.work, left.reason, left.keys)}

    return router
