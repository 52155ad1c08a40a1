"""Work that time brings: a round decides inside one transaction, an errand goes out between two."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Generic, TypeVar

import structlog

from shared.events import Event
from shared.runtime import metrics, offsets, outbox, topics
from shared.runtime.clock import Clock
from shared.runtime.database import Database, Transaction, is_transient
from shared.runtime.logging import described
from shared.runtime.retrying import Backoff, Wakeup, log_retry

log = structlog.get_logger()

T = TypeVar("T")
R = TypeVar("R")

Due = Callable[[Transaction], Awaitable[datetime | None]]
"""The moment from which there is work, work under a lease too; None for none. What is held back does not count."""
Held = Callable[[Transaction], Awaitable[str | None]]
"""Why a person holds all of it back, for those who look on; None: nobody does."""

FRESH = timedelta(minutes=5)
"""How old the marks of what must have been heard may be."""
CLOCKS_APART = timedelta(minutes=1)
LOOK_EVERY = 1.0
"""Seconds between looks when nobody calls."""


@dataclass(frozen=True)
class Round:
    """Decides, and returns what is to be told. Only one replica at a time acts."""

    run: Callable[[Transaction, datetime], Awaitable[Sequence[Event]]]
    due: Due
    name: str
    heard: Sequence[str] = ()
    """Tellers whose telling must be complete until at most five minutes ago."""


@dataclass(frozen=True)
class Errand(Generic[T, R]):
    """Goes out into the world: `claim` leases work, `do` goes without a transaction, `record` keeps what came of it."""

    claim: Callable[[Transaction, datetime], Awaitable[Sequence[T]]]
    do: Callable[[Sequence[T]], Awaitable[R]]
    record: Callable[[Transaction, R, datetime], Awaitable[Sequence[Event]]]
    due: Due
    name: str
    heard: Sequence[str] = ()
    held: Held | None = None


class ClocksApart(Exception):
    """The database's clock and this machine's differ too much for leases and moments to be trusted."""


@dataclass
class Rounds:
    """Runs the rounds of one service, each beside the others."""

    database: Database
    clock: Clock
    prefix: str
    rounds: Sequence[Round | Errand]
    busy: int = 0
    failing: dict[str, str] = field(default_factory=dict)
    _wakes: list[Wakeup] = field(default_factory=list)

    def wake(self) -> None:
        for one in self._wakes:
            one()

    async def run(self) -> None:
        async with asyncio.TaskGroup() as group:
            for one in self.rounds:
                wake = Wakeup(LOOK_EVERY)
                self._wakes.append(wake)
                group.create_task(self._keep(one, wake), name=f"round {one.name}")

    async def _keep(self, one: Round | Errand, wake: Wakeup) -> None:
        pauses = Backoff()
        while True:
            try:
                acted = await self._attempt(one)
            except Exception as error:
                self._failed(one, error)
                await pauses.wait()
                continue
            self.failing.pop(one.name, None)
            pauses.reset()
            if not acted:
                await wake.wait()

    def _failed(self, one: Round | Errand, error: Exception) -> None:
        if is_transient(error):
            log_retry(one.name, error)
            return
        metrics.ROUND_FAILURES.labels(one.name).inc()
        self.failing[one.name] = type(error).__name__
        log.error("round failed", round=one.name, failure=described(error))

    async def _attempt(self, one: Round | Errand) -> bool:
        """Acts if there is work. Returns whether it did, so that it is asked again at once."""
        if not self.clock.rounds_act():
            return False
        now = self.clock.now()
        async with self.database.reading() as tx:
            due = await one.due(tx)
            if due is None or due > now or not await self._has_heard(tx, one, now):
                return False
            await _same_time(tx)
        self.busy += 1
        try:
            acted = await (self._act(one, now) if isinstance(one, Round) else self._go(one, now))
        finally:
            self.busy -= 1
        if acted:
            metrics.ROUNDS.labels(one.name).inc()
        return acted

    async def _act(self, one: Round, now: datetime) -> bool:
        async with self.database.transaction() as tx:
            if not await tx.fetchval(ALONE, one.name):
                return False
            await outbox.add(tx, self.prefix, await one.run(tx, now))
        return True

    async def _go(self, one: Errand, now: datetime) -> bool:
        async with self.database.transaction() as tx:
            claimed = await one.claim(tx, now)
        if not claimed:
            return False
        came_of_it = await one.do(claimed)
        async with self.database.transaction() as tx:
            await outbox.add(tx, self.prefix, await one.record(tx, came_of_it, now))
        return True

    async def _has_heard(self, tx: Transaction, one: Round | Errand, now: datetime) -> bool:
        for publisher in one.heard:
            until = await offsets.watermark(tx, topics.address(self.prefix, publisher))
            if until is None or until < now - FRESH:
                return False
        return True


ALONE = "SELECT pg_try_advisory_xact_lock(hashtext($1))"

DATABASE_TIME = "SELECT clock_timestamp()"


async def _same_time(tx: Transaction) -> None:
    database = await tx.fetchval(DATABASE_TIME)
    apart = abs(database - datetime.now(UTC))
    if apart > CLOCKS_APART:
        raise ClocksApart(f"the database's clock and this machine's are {apart} apart; at most {CLOCKS_APART} will do")
