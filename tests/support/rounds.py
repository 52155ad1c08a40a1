"""Runs one piece of a round or an errand as the scheduler does, without its guards."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from shared.events import Event
from shared.runtime import Errand, Round, Stuck
from shared.runtime.database import Database, Transaction


async def act(tx: Transaction, work: Round[Any], now: datetime) -> Sequence[Event]:
    """What a round publishes of the items that are due."""
    items = await work.claim(tx, now, work.at_once)
    return await work.act(tx, items, now) if items else ()


async def go(database: Database, work: Errand[Any, Any], now: datetime) -> Sequence[Event | Stuck]:
    """What an errand publishes, and what it says is stuck. Fails where it claims nothing."""
    async with database.transaction() as tx:
        items = await work.claim(tx, now, work.at_once)
    assert items, f"{work.name} claims nothing"
    came_of_it = await work.do(items)
    async with database.transaction() as tx:
        return await work.record(tx, came_of_it, now)
