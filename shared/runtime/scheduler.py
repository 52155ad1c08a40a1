"""Runs a service's rounds and errands when they are due, guarded: in pieces, isolated, and with a brake."""

import asyncio
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import structlog

from shared.runtime import circuit_breaker, metrics, offsets, retrying, topics
from shared.runtime.clock import Clock
from shared.runtime.clocks_apart import require_same_time
from shared.runtime.database import Database, Transaction, is_too_slow, is_transient
from shared.runtime.executor import Executor
from shared.runtime.logging import described
from shared.runtime.pieces import PieceSize
from shared.runtime.retrying import Backoff, Wakeup, log_retry
from shared.runtime.rounds import Work

log = structlog.get_logger()

FRESH = timedelta(minutes=5)
"""How old the watermarks of what must have been heard may be."""
LOOK_EVERY = 1.0
"""Seconds between looks when nobody calls."""
TOO_SLOW = "TooSlow"
"""What a work that took too long fails with, for those who look on: its next piece is smaller."""


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

    def __post_init__(self) -> None:
        self._executor = Executor(self.service, self.database, self.prefix)

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
            await require_same_time(tx)
        self.busy += 1
        started = time.monotonic()
        try:
            acted = await self._executor.execute(work, now, self._sizes[work.name].now)
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
            until = await offsets.watermark(tx, topics.address(self.prefix, publisher))
            if until is None or until < now - FRESH:
                return False
        return True
