"""Sends what the outbox holds, one relay for each service, and says up to when nothing is missing.

The relay holds a session lock in the database. No transaction is open while it sends, and it deletes exactly the rows
that the broker acknowledged: a crash in between sends them again, and their natural keys make that harmless.
"""

import asyncio
from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import lru_cache

import structlog
from aiokafka import AIOKafkaProducer
from aiokafka.errors import (
    CorruptRecordException,
    InvalidTimestampError,
    KafkaError,
    MessageSizeTooLargeError,
    RecordListTooLargeError,
)
from aiokafka.partitioner import murmur2

from shared.events.topics import PARTITIONS
from shared.runtime import marks, metrics, outbox, topics
from shared.runtime.clock import Clock
from shared.runtime.database import Database, Transaction, passes_by_itself
from shared.runtime.outbox import Row
from shared.runtime.waiting import Wake, pauses

log = structlog.get_logger()

AT_ONCE = 5000
"""Rows sent together."""
MARK_EVERY = timedelta(minutes=1)
LOOK_EVERY = 0.5
"""Seconds between looks when nobody calls: another replica may have told something."""

NEVER = (MessageSizeTooLargeError, RecordListTooLargeError, InvalidTimestampError, CorruptRecordException)
"""What the broker says of a record that it will never take."""

LOCK = "SELECT pg_try_advisory_lock(hashtext('puls relay'))"

Batch = tuple[str, int, list[Row]]


class Relay:
    def __init__(self, database: Database, kafka: str, topic: str, clock: Clock) -> None:
        """`topic` is the teller's own, which gets the marks."""
        self._database = database
        self._kafka = kafka
        self._topic = topic
        self._clock = clock
        self.wake = Wake(LOOK_EVERY)
        self.marked_until: datetime | None = None

    async def run(self) -> None:
        """Relays until cancelled. After any failure everything is opened anew, from the lowest row."""
        waits = pauses()
        while True:
            try:
                async with self._database.session() as session:
                    await self._as_holder(Transaction(session))
            except Exception as error:
                if not isinstance(error, KafkaError) and not passes_by_itself(error):
                    log.error("relay failed", exc_info=error)
                metrics.OUTAGES.labels("relay").inc()
            else:
                waits = pauses()
            await anext(waits)

    async def _as_holder(self, tx: Transaction) -> None:
        while not await tx.fetchval(LOCK):
            self.marked_until = self._clock.now()
            await asyncio.sleep(LOOK_EVERY)
        producer = AIOKafkaProducer(
            bootstrap_servers=self._kafka,
            enable_idempotence=True,
            linger_ms=0,
            max_batch_size=512 * 1024,
            max_request_size=4 * 1024 * 1024,
        )
        await producer.start()
        self.marked_until = None
        try:
            while True:
                await self._drain(tx, producer)
                await self.wake.wait()
        finally:
            await producer.stop()

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
        sent, failed = await _send_batches(producer, _batches(producer, rows))
        await outbox.delete(tx, [row.id for row in sent])
        metrics.SENT.inc(len(sent))
        if not failed:
            return
        rows_of_it, error = failed
        if not isinstance(error, NEVER):
            raise error
        if len(rows_of_it) == 1:
            await outbox.refuse(tx, rows_of_it[0].id, type(error).__name__)
            metrics.BROKER_REFUSED.inc()
            log.error("the broker refused a row for good", row=rows_of_it[0].id, error=type(error).__name__)
        else:
            await self._one_by_one(tx, rows_of_it)
        raise error

    async def _one_by_one(self, tx: Transaction, rows: Sequence[Row]) -> None:
        """Finds what the broker refuses: each row alone, each with a producer that has not failed yet."""
        for row in rows:
            async with AIOKafkaProducer(bootstrap_servers=self._kafka, enable_idempotence=True) as producer:
                await self._send_alone(tx, producer, row)

    async def _send_alone(self, tx: Transaction, producer: AIOKafkaProducer, row: Row) -> None:
        try:
            await producer.send_and_wait(row.topic, row.value, row.key, _partition(row.key), None, _headers(row.kind))
        except NEVER as error:
            await outbox.refuse(tx, row.id, type(error).__name__)
            metrics.BROKER_REFUSED.inc()
            log.error("the broker refused a row for good", row=row.id, error=type(error).__name__)
        else:
            await outbox.delete(tx, [row.id])
            metrics.SENT.inc()

    async def _mark(self, producer: AIOKafkaProducer, now: datetime) -> None:
        last = self.marked_until
        late = MARK_EVERY if self._clock.kind == "real" else timedelta(microseconds=1)
        if last is not None and now - last < late:
            return
        value, headers = marks.write(now), _headers(marks.KIND)
        futures = [await producer.send(self._topic, value, None, n, None, headers) for n in range(PARTITIONS)]
        await asyncio.gather(*futures)
        self.marked_until = now


def topic_of(service: str, prefix: str) -> str:
    return topics.address(prefix, service)


def _batches(producer: AIOKafkaProducer, rows: Sequence[Row]) -> list[tuple[Batch, object]]:
    """The rows by topic and partition, each as a whole record batch that fits into one request."""
    by_place: dict[tuple[str, int], list[Row]] = defaultdict(list)
    for row in rows:
        by_place[row.topic, _partition(row.key)].append(row)
    built = []
    for (topic, partition), theirs in by_place.items():
        builder, inside = producer.create_batch(), []
        for row in theirs:
            record = {"key": row.key, "value": row.value, "timestamp": None, "headers": _headers(row.kind)}
            if builder.append(**record) is None:
                built.append(((topic, partition, inside), builder))
                builder, inside = producer.create_batch(), []
                builder.append(**record)
            inside.append(row)
        built.append(((topic, partition, inside), builder))
    return built


async def _send_batches(
    producer: AIOKafkaProducer, batches: Sequence[tuple[Batch, object]]
) -> tuple[list[Row], tuple[list[Row], Exception] | None]:
    """Returns what was acknowledged, and the first batch that was not, with the reason."""
    futures = [await producer.send_batch(builder, topic, partition=n) for (topic, n, _), builder in batches]
    results = await asyncio.gather(*futures, return_exceptions=True)
    sent: list[Row] = []
    failed: tuple[list[Row], Exception] | None = None
    for ((_, _, rows), _), result in zip(batches, results, strict=True):
        if not isinstance(result, BaseException):
            sent.extend(rows)
        elif isinstance(result, NEVER) or failed is None:
            failed = (rows, result if isinstance(result, Exception) else KafkaError(str(result)))
    return sent, failed


def _headers(kind: str | None) -> list[tuple[str, bytes]]:
    return [("kind", kind.encode())] if kind else []


@lru_cache(maxsize=200_000)
def _partition(key: bytes | None) -> int:
    """As the default partitioner of every Kafka client has it, so that others who tell about a person agree."""
    return (murmur2(key or b"") & 0x7FFFFFFF) % PARTITIONS
