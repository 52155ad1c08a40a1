"""Copies of a service, for tests that play several of them in one process."""

from uuid import UUID

from shared.runtime.database import Database

COPIES = (UUID(int=1), UUID(int=2))

ALIVE = "INSERT INTO runtime.copy (id, slot) SELECT * FROM unnest($1::uuid[]) WITH ORDINALITY"
SILENT = "UPDATE runtime.copy SET seen_at = clock_timestamp() - interval '21 seconds' WHERE id = $1"
ENDED = "DELETE FROM runtime.copy WHERE id = $1"


async def all_alive(rows: Database) -> None:
    async with rows.transaction() as tx:
        await tx.execute(ALIVE, list(COPIES))


async def falls_silent(rows: Database, copy: UUID) -> None:
    async with rows.transaction() as tx:
        await tx.execute(SILENT, copy)


async def ends(rows: Database, copy: UUID) -> None:
    """As whoever takes its slot says."""
    async with rows.transaction() as tx:
        await tx.execute(ENDED, copy)
