"""Sends what the outbox holds, one relay for each service, and says up to when nothing is missing.

The relay holds a session lock in the database. No transaction is open while it sends, and it deletes exactly the rows
that the broker acknowledged: a crash in between sends them again, and their natural keys make that harmless.
"""

import asyncio
from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime, timedelta

import structlog
from aiokafka import AIOKafkaProducer
from aiokafka.errors import (
    CorruptRecordException,
    InvalidTimestampError,
    KafkaError,
    MessageSizeTooLargeError,
    RecordListTooLargeError,
)

from shared.runtime import metrics, outbox, sending
from shared.runtime.clock import Clock
from shared.runtime.database import Database, Transaction, is_transient
from shared.runtime.logging import described
from shared.runtime.outbox import Row
from shared.runtime.retrying import Backoff, Wakeup, log_retry
from shared.runtime.topics import MissingTopics, say_missing

log = structlog.get_logger()

AT_ONCE = 5000
"""Rows sent together."""
MARK_EVERY = timedelta(minutes=1)
GATHER = 0.05
"""Seconds from one look to the next, in which what is told meanwhile gathers: every batch costs whoever takes it."""
LOOK_EVERY = 0.5
"""Seconds between looks when nobody calls: another replica may have told something."""

NEVER = (MessageSizeTooLargeError, RecordListTooLargeError, InvalidTimestampError, CorruptRecordException)
"""What the broker says of a record that it will never take."""

LOCK = "SELECT pg_try_advisory_lock(hashtext('puls relay'))"


class Relay:
    def __init__(self, database: Database, kafka: str, topic: str, clock: Clock) -> None:
        """`topic` is the publisher's own, which gets the watermarks."""
        self._database = database
        self._kafka = kafka
        self._topic = topic
        self._clock = clock
        self._pauses = Backoff()
        self.wake = Wakeup(LOOK_EVERY)
        self.watermark_published: datetime | None = None
        self.waiting_for: str | None = None
        """What is missing, and how to make it."""

    async def run(self) -> None:
        """Relays until cancelled. After any failure everything is opened anew, from the lowest row."""
        while True:
            try:
                async with self._database.session() as session:
                    await self._as_holder(Transaction(session))
            except Exception as error:
                self._failed(error)
            await self._pauses.wait()

    def _failed(self, error: Exception) -> None:
        if isinstance(error, MissingTopics):
            self.waiting_for = str(error)
            say_missing(error)
            return
        self.waiting_for = None
        if isinstance(error, KafkaError) or is_transient(error):
            log_retry("relay", error)
        else:
            log.error("relay failed", failure=described(error))

    async def _as_holder(self, tx: Transaction) -> None:
        while not await tx.fetchval(LOCK):
            self.watermark_published = self._clock.now()
            await asyncio.sleep(LOOK_EVERY)
        self.watermark_published = None
        async with sending.producer(self._kafka) as producer:
            while True:
                await self._drain(tx, producer)
                self.waiting_for = None
                self._pauses.reset()
                await asyncio.gather(self.wake.wait(), asyncio.sleep(GATHER))

    async def _drain(self, tx: Transaction, producer: AIOKafkaProducer) -> None:
        """Sends until a look finds less than it may take: then all told before that look has been sent."""
        while True:
            now = self._clock.now()
            rows = await outbox.lowest(tx, AT_ONCE)
            if rows:
                await self._send(tx, producer, rows)
            if len(rows) < AT_ONCE:
                await self._mark(producer, now)
                return

    async def _send(self, tx: Transaction, producer: AIOKafkaProducer, rows: Sequence[Row]) -> None:
        """Deletes what was acknowledged. Raises what the broker said of the rest, for a new producer to begin again."""
        sent, failed = await sending.send(producer, rows)
        await outbox.delete(tx, [row.id for row in sent])
        metrics.SENT.inc(len(sent))
        for part, error in failed:
            if isinstance(error, NEVER):
                await self._find_refused(tx, part, error)
        if failed:
            raise failed[0][1]

    async def _find_refused(self, tx: Transaction, rows: Sequence[Row], error: Exception) -> None:
        """Puts aside what the broker refuses, found by halves, each half with a producer that has not failed yet."""
        if len(rows) == 1:
            await outbox.refuse(tx, rows[0].id, type(error).__name__)
            metrics.BROKER_REFUSED.inc()
            log.error("the broker refuses a row for good", row=rows[0].id, failure=type(error).__name__)
            return
        half = len(rows) // 2
        for part in (rows[:half], rows[half:]):
            with suppress(*NEVER):
                async with sending.producer(self._kafka) as producer:
                    await self._send(tx, producer, part)

    async def _mark(self, producer: AIOKafkaProducer, now: datetime) -> None:
        last = self.watermark_published
        late = MARK_EVERY if self._clock.kind == "real" else timedelta(microseconds=1)
        if last is not None and now - last < late:
            return
        await sending.mark(producer, self._topic, now)
        self.watermark_published = now
