"""The answer pages on a real port before a real database, and what was published meanwhile."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import datetime
from pathlib import Path
from typing import Any, cast

import aiohttp
from redis.asyncio import Redis

from services.responses.handlers import Handlers
from services.responses.pages import Pages
from services.responses.questionnaire import Forms
from services.responses.rate_limit import UnknownCodeLimit
from shared import surveys
from shared.events import (
    AboutInvitation,
    ClosingDue,
    Event,
    Invitation,
    InvitationCleared,
    InvitationWithdrawn,
    LetterDelivered,
)
from shared.events.topics import EVENT_OF
from shared.privacy import LinkCodes
from shared.runtime import pages as runtime_pages
from shared.runtime.clock import SteppedClock
from shared.runtime.database import Database, Record
from tests.support.pages import Shown, listening, shown

CODES = LinkCodes(b"a made-up key of thirty-two byte")

WAITING = """
SELECT EXISTS (SELECT FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock')
"""


class Site:
    def __init__(self, database: Database, clock: SteppedClock) -> None:
        self.database, self.clock = database, clock
        self.handlers = Handlers(Forms(surveys.load()), CODES)
        self.url = ""

    def code(self, invitation: Invitation) -> str:
        return CODES.of(str(invitation.id))

    async def consume(self, *facts: AboutInvitation) -> Sequence[Event]:
        """Takes facts of one kind, as one batch; what is published of it."""
        async with self.consuming(*facts) as events:
            return events

    @asynccontextmanager
    async def consuming(self, *facts: AboutInvitation) -> AsyncIterator[Sequence[Event]]:
        """Has taken the facts, and commits at the end of the block."""
        handler = {
            InvitationCleared: self.handlers.on_invitation_cleared,
            InvitationWithdrawn: self.handlers.on_invitation_withdrawn,
            LetterDelivered: self.handlers.on_letter_delivered,
            ClosingDue: self.handlers.on_closing_due,
        }[type(facts[0])]
        async with self.database.transaction() as tx:
            events = await handler(tx, cast(Any, facts))
            await runtime_pages.publish(tx, *events)
            yield events

    async def until_somebody_waits(self) -> None:
        """Returns when a transaction waits for a row that another transaction holds."""
        async with asyncio.timeout(10):
            while not await self._waiting():
                await asyncio.sleep(0.01)

    async def _waiting(self) -> bool:
        async with self.database.transaction() as tx:
            return await tx.fetchval(WAITING)

    async def published(self) -> Sequence[Event]:
        """All that waits in the outbox."""
        async with self.database.transaction() as tx:
            rows = await tx.fetch("SELECT kind, value FROM runtime.outbox ORDER BY id")
        return [EVENT_OF[row["kind"]].from_json(row["value"]) for row in rows]

    async def row(self, invitation: Invitation) -> Record:
        async with self.database.transaction() as tx:
            row = await tx.fetchrow("SELECT * FROM invitation WHERE id = $1", invitation.id)
        assert row is not None
        return row

    async def get(self, path: str) -> Shown:
        return await self.ask("GET", path)

    async def ask(self, method: str, path: str) -> Shown:
        async with aiohttp.ClientSession() as browser, browser.request(method, self.url + path) as response:
            return await shown(response)

    async def post(self, path: str, **fields: str) -> Shown:
        async with aiohttp.ClientSession() as browser, browser.post(self.url + path, data=fields) as response:
            return await shown(response)


@asynccontextmanager
async def site(database_url: str, valkey_url: str, folder: Path, now: datetime) -> AsyncIterator[Site]:
    clock = SteppedClock(folder / "clock")
    clock.move_to(now)
    database = Database(database_url)
    runtime_pages.install(database, clock, "puls")
    made = Site(database, clock)
    async with Redis.from_url(valkey_url, socket_timeout=0.5, socket_connect_timeout=0.5) as valkey:
        await valkey.delete("responses:unknown-codes:127.0.0.1")
        app = Pages(Forms(surveys.load()), CODES, UnknownCodeLimit(valkey, at_most=5, seconds=60)).app()
        async with listening(app) as made.url:
            yield made
    await database.close()
