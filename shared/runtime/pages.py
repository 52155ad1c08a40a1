"""For pages: a transaction, the telling in it, and the time. What handlers are given, a page asks for."""

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass
from datetime import datetime

from shared.events import Event
from shared.events.set_aside import OriginalRecord
from shared.runtime import outbox
from shared.runtime.clock import Clock
from shared.runtime.database import Database, Transaction


@dataclass
class _Ground:
    database: Database
    clock: Clock
    prefix: str
    busy: int = 0


_ground: list[_Ground] = []


def install(database: Database, clock: Clock, prefix: str) -> None:
    """Says what the pages of this process stand on."""
    _ground[:] = [_Ground(database, clock, prefix)]


def busy() -> int:
    """How many pages are being made."""
    return sum(ground.busy for ground in _ground)


def transaction() -> AbstractAsyncContextManager[Transaction]:
    """A transaction that commits at the end of the block: what was confirmed to a person has been kept."""
    return _counted(Database.transaction)


def reading() -> AbstractAsyncContextManager[Transaction]:
    """For a page that only shows: what it asks is refused if it would change anything."""
    return _counted(Database.reading)


@asynccontextmanager
async def _counted(
    opening: Callable[[Database], AbstractAsyncContextManager[Transaction]],
) -> AsyncIterator[Transaction]:
    ground = _standing()
    ground.busy += 1
    try:
        async with opening(ground.database) as tx:
            yield tx
    finally:
        ground.busy -= 1


async def publish(tx: Transaction, *told: Event | OriginalRecord) -> None:
    """Tells in the transaction: if it is rolled back, nothing was told."""
    await outbox.add(tx, _standing().prefix, told)


def now() -> datetime:
    """The moment, in UTC, from the one clock."""
    return _standing().clock.now()


def _standing() -> _Ground:
    if not _ground:
        raise RuntimeError("no service runs in this process: pages are served by shared.runtime.serve")
    return _ground[0]
