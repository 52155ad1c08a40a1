"""Does one piece of a round or an errand: what fails is isolated, and nothing is kept of what is beyond the limit."""

from collections.abc import Sequence
from datetime import datetime

import structlog

from shared.runtime import circuit_breaker, metrics, outbox, stuck_work
from shared.runtime.circuit_breaker import OF_ITEMS, Halted
from shared.runtime.database import Database, Transaction, is_transient
from shared.runtime.isolation import Isolated, isolate
from shared.runtime.outbox import OutboxRow
from shared.runtime.pieces import Outcome, beyond_in_words, latest_stuck, stuck_of
from shared.runtime.rounds import STUCK, Errand, Round, Work
from shared.runtime.stuck_work import Stuck

log = structlog.get_logger()


class Executor:
    def __init__(self, service: str, database: Database, prefix: str) -> None:
        self._service = service
        self._database = database
        self._prefix = prefix

    async def execute(self, work: Work, now: datetime, at_most: int) -> bool:
        """Does at most so many items of what is due now. Returns whether there was anything to do."""
        if isinstance(work, Round):
            return await self._act(work, now, at_most)
        return await self._go(work, now, at_most)

    async def _act(self, work: Round, now: datetime, at_most: int) -> bool:
        try:
            async with self._database.transaction() as tx:
                return bool(await tx.fetchval(ALONE, work.name)) and await self._decide(tx, work, now, at_most)
        except Halted as halted:
            await self._halt(work, str(halted))
            return False

    async def _decide(self, tx: Transaction, work: Round, now: datetime, at_most: int) -> bool:
        """Raises Halted: then nothing of the transaction is to be kept."""
        items = await work.claim(tx, now, at_most)

        async def attempt(piece: Sequence[object]) -> list[OutboxRow]:
            async with tx.savepoint():
                return [outbox.to_row(self._prefix, event) for event in await work.act(tx, piece, now)]

        found = await isolate(items, attempt, enough=OF_ITEMS.at_least)
        if found.outage:
            raise found.outage
        stuck = [stuck_of(work.key(item), error) for item, error in found.failed]
        attempted = len(items) - len(found.untouched)
        beyond = await circuit_breaker.count(tx, work.name, attempted, {STUCK: len(stuck)}, OF_ITEMS)
        if beyond:
            raise Halted(beyond_in_words(beyond, latest_stuck(stuck)))
        await outbox.put(tx, [row for rows in found.results for row in rows])
        await stuck_work.add(tx, work.name, stuck, now)
        return bool(items)

    async def _go(self, work: Errand, now: datetime, at_most: int) -> bool:
        async with self._database.transaction() as tx:
            items = await work.claim(tx, now, at_most)
        if not items:
            return False
        if because := await self._carry_out(work, items, now):
            self._say_halted(work, because)
        return True

    async def _carry_out(self, work: Errand, items: Sequence[object], now: datetime) -> str | None:
        """Does it and keeps what came of it. What cannot be kept is done again by halves, as after a crash.

        Returns why the work halts, if it does.
        """
        if work.key is None:
            return await self._record(Outcome(work, Isolated(results=[await work.do(items)]), len(items)), now)
        outcome = Outcome(work, await isolate(items, work.do, enough=OF_ITEMS.at_least), len(items))
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
        async with self._database.transaction() as tx:
            because = await outcome.judge(tx)
            came = [said for result in outcome.results for said in await work.record(tx, result, now)]
            if outcome.untouched and work.put_back:
                await work.put_back(tx, outcome.untouched, now)
            events, stuck = outcome.apart(came)
            await outbox.add(tx, self._prefix, events)
            await stuck_work.add(tx, work.name, stuck, now)
            if because:
                await circuit_breaker.halt(tx, work.name, because)
        return because

    async def _not_recorded(self, work: Errand, stuck: Stuck, now: datetime) -> str | None:
        async with self._database.transaction() as tx:
            beyond = await circuit_breaker.count(tx, work.name, 1, {STUCK: 1}, OF_ITEMS)
            because = beyond_in_words(beyond, latest_stuck([stuck])) if beyond else None
            if because:
                await circuit_breaker.halt(tx, work.name, because)
            else:
                await stuck_work.add(tx, work.name, [stuck], now)
        return because

    async def _halt(self, work: Work, because: str) -> None:
        async with self._database.transaction() as tx:
            await circuit_breaker.halt(tx, work.name, because)
        self._say_halted(work, because)

    def _say_halted(self, work: Work, because: str) -> None:
        metrics.WORK_HALTED.labels(work.name).set(1)
        log.error(
            "work has halted", work=work.name, because=because, then=f"puls resume {self._service} --work {work.name}"
        )


ALONE = "SELECT pg_try_advisory_xact_lock(hashtext($1))"
