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
from tests.service.console.hearing import hear
from tests.support.builders import danish

KEY = "a-key-of-this-test-alone"
NOW = danish("2026-11-12 12:00")


def at(moment: datetime, folder: Path) -> Clock:
    """A clock that shows this moment."""
    clock = SteppedClock(folder / "clock")
    clock.move_to(moment)
    return clock


@dataclass
class Asked:
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


async def heard(kept: Database, *facts: Event) -> None:
    async with kept.transaction() as tx:
        await hear(tx, *facts)


async def told(kept: Database) -> list[tuple[str, bytes | None, Any]]:
    """Kind, key and fields of what waits to be told, in its order."""
    async with kept.transaction() as tx:
        rows = await tx.fetch("SELECT kind, key, value FROM runtime.outbox ORDER BY id")
    return [(row["kind"], row["key"], json.loads(row["value"])) for row in rows]
