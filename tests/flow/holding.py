"""Locks something that a test names, and waits until a service is blocked by it."""

import signal
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager

from tests.flow.world import World
from tests.runtime.trial import WAITING, until

CUT_OFF_RELAY = """
SELECT pg_terminate_backend(pid) FROM pg_locks JOIN pg_database ON pg_database.oid = pg_locks.database
WHERE locktype = 'advisory' AND datname = current_database()
  AND objid::bigint = (hashtext('puls relay')::bigint & 4294967295)
"""
HOLD_RELAY = "SELECT pg_advisory_lock(hashtext('puls relay'))"


@asynccontextmanager
async def table_locked(world: World, service: str, table: str) -> AsyncIterator[None]:
    """Nobody changes the table until the end of the block."""
    async with world.session(service) as session, session.transaction():
        await session.execute(f"LOCK TABLE {table} IN SHARE MODE")
        yield


async def until_blocked(world: World, service: str, statement: str) -> None:
    """Returns when the service waits for a lock with this statement."""

    async def waits() -> bool:
        return bool((await world.rows(service, WAITING, statement))[0][0])

    await until(waits, f"{service} to be blocked at {statement}")


@asynccontextmanager
async def relay_locked(world: World, service: str) -> AsyncIterator[None]:
    """As if another copy of the service held the relay's lock and hung: decisions are kept, and not published."""
    async with world.session(service) as session:
        await session.execute(CUT_OFF_RELAY)
        await session.execute(HOLD_RELAY)
        yield


@contextmanager
def suspended(world: World, name: str) -> Iterator[None]:
    """A process that does nothing until the end of the block."""
    process = world.stack.process(name)
    process.signal(signal.SIGSTOP)
    try:
        yield
    finally:
        process.signal(signal.SIGCONT)


async def until_claimed(world: World, kind: str) -> list[str]:
    """Returns when dispatch is out with letters of this kind: the pseudonyms of the persons."""

    async def claimed() -> list[str]:
        found = await world.rows(
            "dispatch", "SELECT about->>'person' FROM letter WHERE kind = $1 AND state = 'claimed'", kind
        )
        return [row[0] for row in found]

    return await until(claimed, f"{kind}s to be claimed")
