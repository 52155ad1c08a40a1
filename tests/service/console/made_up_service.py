"""A made-up service as the console sees it: it says what it is told to, and has stuck work."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from starlette.types import ASGIApp

from shared.runtime.internal_api import internal_app
from shared.runtime.operations import Operations

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

    def resume(self, work: str | None, allowance: int) -> list[str]:
        halts = [halt["work"] for halt in self.status.get("halts", ())]
        if work:
            self.resumed_work += [halt for halt in halts if halt == work]
            return [halt for halt in halts if halt == work]
        if self.status["halted"]:
            self.resumed.append(allowance)
        return ["consume"] if self.status["halted"] else []

    def stuck(self, work: str | None, reason: str | None, after: tuple[str, str]) -> Sequence[dict[str, Any]]:
        found = [item for item in self.items if work in (None, item["work"]) and reason in (None, item["reason"])]
        beyond = [item for item in found if (item["work"], item["key"]) > after]
        return sorted(beyond, key=lambda item: (item["work"], item["key"]))[:PAGE]

    def settle(self, work: str, reason: str | None, keys: Sequence[str] | None) -> int:
        found = [item for item in self.stuck(work, reason, ("", "")) if keys is None or item["key"] in keys]
        self.items = [item for item in self.items if item not in found]
        return len(found)


class _Operations(Operations):
    def __init__(self, service: MadeUpService) -> None:
        self._service = service

    async def resume(self, work: str | None, allowance: int) -> Sequence[str]:
        return self._service.resume(work, allowance)

    async def stuck(self, work: str | None, reason: str | None, after: tuple[str, str]) -> Sequence[dict[str, Any]]:
        return self._service.stuck(work, reason, after)

    async def retry(self, work: str, reason: str | None, keys: Sequence[str] | None) -> int:
        return self._service.settle(work, reason, keys)

    async def leave(self, work: str, reason: str | None, keys: Sequence[str] | None, because: str) -> int:
        self._service.left_because.append(because)
        return self._service.settle(work, reason, keys)


def made_up_service(service: MadeUpService, key: str) -> ASGIApp:
    """Its internal API."""

    async def report() -> dict[str, Any]:
        return service.report()

    return internal_app(_Operations(service), report, lambda: None, key)
