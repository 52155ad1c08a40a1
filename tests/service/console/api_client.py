"""Asking the console over HTTP, and what it then told the other services."""

import json
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import aiohttp

from shared.events import Event
from shared.runtime.clock import Clock, SteppedClock
from shared.runtime.database import Database
from tests.service.console.consuming import consume
from tests.support.builders import danish

KEY = "a-key-of-this-test-alone"
NOW = danish("2026-11-12 12:00")


def at(moment: datetime, folder: Path) -> Clock:
    """A clock that shows this moment."""
    clock = SteppedClock(folder / "clock")
    clock.move_to(moment)
    return clock


@dataclass
class ApiClient:
    """The console as whoever has the key sees it."""

    url: str
    session: aiohttp.ClientSession

    async def get(self, path: str, status: int = 200, **params: str) -> Any:
        async with self.session.get(f"{self.url}{path}", params=params) as answer:
            assert answer.status == status, await answer.text()
            return await answer.json(content_type=None)

    async def post(self, path: str, body: object = None, status: int = 202, **params: str) -> Any:
        async with self.session.post(f"{self.url}{path}", json=body, params=params) as answer:
            assert answer.status == status, await answer.text()
            return await answer.json(content_type=None)


async def consumed(db: Database, *facts: Event) -> None:
    async with db.transaction() as tx:
        await consume(tx, *facts)


async def outbox_rows(db: Database) -> list[tuple[str, bytes | None, Any]]:
    """Kind, key and fields of what waits to be published, in its order."""
    async with db.transaction() as tx:
        rows = await tx.fetch("SELECT kind, key, value FROM runtime.outbox ORDER BY id")
    return [(row["kind"], row["key"], json.loads(row["value"])) for row in rows]
