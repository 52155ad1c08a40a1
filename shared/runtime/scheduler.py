"""Runs a service's rounds and errands when they are due, guarded: in pieces, isolated, and with a brake."""

import asyncio
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import structlog

from shared.events.topics import PARTITIONS
from shared.runtime import circuit_breaker, metrics, offsets, outbox, retrying, stuck_work, topics
from shared.runtime.circuit_breaker import OF_ITEMS, Halted
from shared.runtime.clock import Clock
from shared.runtime.database import Database, Transaction, is_too_slow, is_transient
from shared.runtime.isolation import isolate
from shared.runtime.logging import described
from shared.runtime.outbox import OutboxRow
from shared.runtime.pieces import Outcome, PieceSize, beyond_in_words, stuck_of
from shared.runtime.retrying import Backoff, Wakeup, log_retry
from shared.runtime.rounds import STUCK, Errand, Round, Work
from shared.runtime.stuck_work import Stuck

log = structlog.get_logger()

FRESH = timedelta(minutes=5)
"""How old the watermarks of what must have been heard may be."""
CLOCKS_APART = timedelta(minutes=1)
LOOK_EVERY = 1.0
"""Seconds between looks when nobody calls."""
TOO_SLOW = "TooSlow"
"""What a work that took too long fails with, for those who look on: its next piece is smaller."""


class ClocksApart(Exception):
    """The database's clock and this machine's differ too much for leases and moments to be trusted."""


@dataclass
class Scheduler:
    """Runs the work of one service, each beside the others."""

    service: str
    database: Database
    clock: Clock
    prefix: str
    work: Sequence[Work]
    busy: int = 0
    failing: dict[str, str] = field(default_factory=dict)
    _wakes: list[Wakeup] = field(default_factory=list)
    _sizes: dict[str, PieceSize] = field(default_factory=dict)

    def wake(self) -> None:
        for wake in self._wakes:
            wake()

    async def run(self) -> None:
        async with asyncio.TaskGroup() as group:
            for work in self.work:
                wake = Wakeup(LOOK_EVERY)
                self._wakes.append(wake)
                self._sizes[work.name] = PieceSize(work.at_once)
                group.create_task(self._keep(work, wake), name=f"round {work.name}")

    async def _keep(self, work: Work, wake: Wakeup) -> None:
        pauses = Backoff()
        while True:
            try:
                acted = await self._attempt(work)
            except Exception as error:
                self._failed(work, error)
                await pauses.wait()
                continue
            self.failing.pop(work.name, None)
            retrying.settled(work.name)
            pauses.reset()
            if not acted:
                await wake.wait()

    def _failed(self, work: Work, error: Exception) -> None:
        if is_too_slow(error):
            self.failing[work.name] = TOO_SLOW
            self._sizes[work.name].halve()
        if is_transient(error):
            log_retry(work.name, error)
            return
        metrics.ROUND_FAILURES.labels(work.name).inc()
        self.failing[work.name] = type(error).__name__
        log.error("round failed", round=work.name, failure=described(error))

    async def _attempt(self, work: Work) -> bool:
        """Acts if there is work. Returns whether it did, so that it is asked again at once."""
        if not self.clock.rounds_act():
            return False
        now = self.clock.now()
        async with self.database.reading() as tx:
            if await self._is_halted(tx, work) or not await self._is_due(tx, work, now):
                return False
            await _same_time(tx)
        self.busy += 1
        started = time.monotonic()
        try:
            acted = await (self._act(work, now) if isinstance(work, Round) else self._go(work, now))
        finally:
            self.busy -= 1
        self._sizes[work.name].took(time.monotonic() - started)
        if acted:
            metrics.ROUNDS.labels(work.name).inc()
        return acted

    async def _is_halted(self, tx: Transaction, work: Work) -> bool:
        halted = await circuit_breaker.halted(tx, work.name) is not None
        metrics.WORK_HALTED.labels(work.name).set(halted)
        return halted

    async def _is_due(self, tx: Transaction, work: Work, now: datetime) -> bool:
        due = await work.due(tx)
        return due is not None and due <= now and await self._has_heard(tx, work, now)

    async def _has_heard(self, tx: Transaction, work: Work, now: datetime) -> bool:
        for publisher in work.heard:
            until = await offsets.watermark(tx, topics.address(self.prefix, publisher), PARTITIONS)
            if until is None or until < now - FRESH:
                return False
        return True

    async def _act(self, work: Round, now: datetime) -> bool:
        try:
            async with self.database.transaction() as tx:
                return bool(await tx.fetchval(ALONE, work.name)) and await self._decide(tx, work, now)
        except Halted as halted:
            await self._halt(work, str(halted))
            return False

    async def _decide(self, tx: Transaction, work: Round, now: datetime) -> bool:
        """Raises Halted: then nothing of the transaction is to be kept."""
        items = await work.claim(tx, now, self._sizes[work.name].now)

        async def attempt(piece: Sequence[object]) -> list[OutboxRow]:
            async with tx.savepoint():
                return [outbox.to_row(self.prefix, event) for event in await work.act(tx, piece, now)]

        found = await isolate(items, attempt, enough=OF_ITEMS.at_least)
        if found.outage:
            raise found.outage
        stuck = [stuck_of(work.key(item), error) for item, error in found.failed]
        attempted = len(items) - len(found.untouched)
        beyond = await circuit_breaker.count(tx, work.name, attempted, {STUCK: len(stuck)}, OF_ITEMS)
        if beyond:
            raise Halted(beyond_in_words(beyond, stuck))
        await outbox.put(tx, [row for rows in found.results for row in rows])
        await stuck_work.add(tx, work.name, stuck, now)
        return bool(items)

    async def _go(self, work: Errand, now: datetime) -> bool:
        async with self.database.transaction() as tx:
            items = await work.claim(tx, now, self._sizes[work.name].now)
        if not items:
            return False
        if because := await self._carry_out(work, items, now):
            self._say_halted(work, because)
        return True

    async def _carry_out(self, work: Errand, items: Sequence[object], now: datetime) -> str | None:
        """Does it and keeps what came of it. What cannot be kept is done again by halves, as after a crash.

        Returns why the work halts, if it does.
        """
        outcome = Outcome(work, await isolate(items, work.do, enough=OF_ITEMS.at_least))
        try:
            because = await self._record(outcome, now)
        except Exception as error:
            if is_transient(error):
                raise
            if len(items) == 1:
                return await self._not_recorded(work, stuck_of(work.key(items[0]), error), now)
            half = len(items) // 2
            first = await self._carry_out(work, items[:half], now)
            return first or await self._carry_out(work, items[half:], now)
        if outcome.outage:
            raise outcome.outage
        return because

    async def _record(self, outcome: Outcome, now: datetime) -> str | None:
        """Keeps what came of an errand. Returns why it halts, if it does."""
        work = outcome.work
        async with self.database.transaction() as tx:
            because = await outcome.judge(tx)
            came = [said for result in outcome.results for said in await work.record(tx, result, now)]
            if outcome.untouched and work.put_back:
                await work.put_back(tx, outcome.untouched, now)
            events, stuck = outcome.apart(came)
            await outbox.add(tx, self.prefix, events)
            await stuck_work.add(tx, work.name, stuck, now)
            if because:
                await circuit_breaker.halt(tx, work.name, because)
        return because

    async def _not_recorded(self, work: Errand, stuck: Stuck, now: datetime) -> str | None:
        async with self.database.transaction() as tx:
            beyond = await circuit_breaker.count(tx, work.name, 1, {STUCK: 1}, OF_ITEMS)
            because = beyond_in_words(beyond, [stuck]) if beyond else None
            if because:
                await circuit_breaker.halt(tx, work.name, because)
            else:
                await stuck_work.add(tx, work.name, [stuck], now)
        return because

    async def _halt(self, work: Work, because: str) -> None:
        async with self.database.transaction() as tx:
            await circuit_breaker.halt(tx, work.name, because)
        self._say_halted(work, because)

    def _say_halted(self, work: Work, because: str) -> None:
        metrics.WORK_HALTED.labels(work.name).set(1)
        log.error(
            "work has halted", work=work.name, because=because, then=f"puls resume {self.service} --work {work.name}"
        )


ALONE = "SELECT pg_try_advisory_xact_lock(hashtext($1))"

DATABASE_TIME = "SELECT clock_timestamp()"


async def _same_time(tx: Transaction) -> None:
    database = await tx.fetchval(DATABASE_TIME)
    apart = abs(database - datetime.now(UTC))
    if apart > CLOCKS_APART:
        raise ClocksApart(f"the database's clock and this machine's are {apart} apart; at most {CLOCKS_APART} will do")
