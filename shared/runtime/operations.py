"""What an operator may have a service do: go on with what has halted, and decide about what is stuck."""

from collections.abc import Sequence
from typing import Any

from shared.runtime import circuit_breaker, stuck_work
from shared.runtime.database import Database

MOST = 500
"""Stuck items that are browsed at once."""


class Operations:
    def __init__(self, database: Database) -> None:
        self._database = database

    async def resume(self, work: str | None, allowance: int) -> Sequence[str]:
        """Goes on with this work, or with all that is halted; so many failures are then no reason to halt again.

        Returns what had been halted.
        """
        async with self._database.transaction() as tx:
            return await circuit_breaker.resume(tx, work, allowance)

    async def stuck(self, work: str | None, reason: str | None, after: tuple[str, str]) -> Sequence[dict[str, Any]]:
        """At most 500 items, in the order of work and key, those beyond `after`: work, key, reason, detail, since."""
        async with self._database.reading() as tx:
            return await stuck_work.browse(tx, work, reason, after, MOST)

    async def retry(self, work: str, reason: str | None, keys: Sequence[str] | None) -> int:
        """Tries stuck items again: these, or all with the reason. Returns how many."""
        async with self._database.transaction() as tx:
            return await stuck_work.retry(tx, work, reason, keys)

    async def leave(self, work: str, reason: str | None, keys: Sequence[str] | None, because: str) -> int:
        """Leaves stuck items as they are. Returns how many."""
        async with self._database.transaction() as tx:
            return await stuck_work.leave(tx, work, reason, keys, because)
