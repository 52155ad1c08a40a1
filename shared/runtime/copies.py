"""Tells the copies of a service apart. Nobody gives them numbers: each draws its id, and takes the lowest free slot.

The id names the holder of a lease. The slot names the copy to Kafka, so that whoever starts in the place of a copy that
died has its partitions at once. A slot is a lock of a database session: it is free as soon as its holder's session has
ended, and then the holder's leases are free too. A copy that stands still loses both by its silence.
"""

import asyncio
from collections.abc import Callable
from typing import Any
from uuid import UUID, uuid4

import asyncpg
import structlog

from shared.runtime.database import Database, Transaction, is_transient
from shared.runtime.retrying import Backoff, log_retry, settled

log = structlog.get_logger()

SEEN_EVERY = 3.0
"""Seconds between two signs of life, at most: a session that stands still is ended. After 20 without one a copy counts
as gone (`runtime.is_gone`)."""
FORGOTTEN_AFTER = "1 minute"

Status = Callable[[], dict[str, Any]]
"""How the copy stands, as JSON."""

_this = uuid4()


def copy_id() -> UUID:
    """The id of this process among the copies of its service, for as long as it lives."""
    return _this


LOCK = "SELECT pg_try_advisory_lock(hashtext('runtime.copy'), $1)"
TAKE = """
INSERT INTO runtime.copy AS known (id, slot) VALUES ($1, $2)
ON CONFLICT (id) DO UPDATE SET slot = excluded.slot, seen_at = clock_timestamp()
"""
FREE = "DELETE FROM runtime.copy WHERE slot = $2 AND id <> $1"
SEEN = "UPDATE runtime.copy SET seen_at = clock_timestamp(), status = $2 WHERE id = $1 RETURNING id"
FORGET = f"DELETE FROM runtime.copy WHERE seen_at < clock_timestamp() - interval '{FORGOTTEN_AFTER}'"
GO = "DELETE FROM runtime.copy WHERE id = $1"


class Copy:
    """This process among the copies of its service."""

    def __init__(self, database: Database, status: Status) -> None:
        self._database = database
        self._status = status
        self.slot = 0
        self.known = asyncio.Event()
        """Set once it has a slot."""

    async def run(self) -> None:
        """Keeps the slot, and another one if that was lost, until cancelled."""
        pauses = Backoff()
        while True:
            try:
                async with self._database.session() as session:
                    await self._take(session)
                    pauses.reset()
                    settled("copies")
                    await self._keep(session)
            except Exception as error:
                if not is_transient(error):
                    raise
                log_retry("copies", error)
            await pauses.wait()

    async def _take(self, session: asyncpg.Connection) -> None:
        slot = self.slot
        if not await session.fetchval(LOCK, slot):
            slot = 0
            while not await session.fetchval(LOCK, slot):
                slot += 1
        await session.execute(FREE, copy_id(), slot)
        await session.execute(TAKE, copy_id(), slot)
        self.slot = slot
        self.known.set()
        log.info("is a copy", id=str(copy_id()), slot=slot)

    async def _keep(self, session: asyncpg.Connection) -> None:
        """Says that it lives. Returns when it had been taken for gone: its slot may be another's."""
        try:
            while await session.fetchval(SEEN, copy_id(), self._status()):
                await session.execute(FORGET)
                await asyncio.sleep(min(SEEN_EVERY, self._database.standstill / 3))
        except asyncio.CancelledError:
            await session.execute(GO, copy_id())
            raise


COPIES = """
SELECT id, slot, started_at, extract(epoch FROM clock_timestamp() - seen_at)::float8 AS seen_seconds,
       runtime.is_gone(id) AS gone, status
FROM runtime.copy ORDER BY slot
"""


async def copies(tx: Transaction) -> list[dict[str, Any]]:
    """Every copy of the service: id, slot, started_at, seen_seconds, gone, and its status when it was seen last."""
    return [dict(row) for row in await tx.fetch(COPIES)]
