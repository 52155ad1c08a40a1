"""Sends rows to the broker, in whole record batches of one partition each, and says which of them it acknowledged."""

import asyncio
from collections import defaultdict
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress
from datetime import datetime
from functools import lru_cache
from typing import Any, NamedTuple

from aiokafka import AIOKafkaProducer
from aiokafka.errors import KafkaConnectionError, KafkaError
from aiokafka.partitioner import murmur2

from shared.runtime import watermarks
from shared.runtime.outbox import HEADERS, Row
from shared.runtime.retrying import close_quietly
from shared.runtime.topics import MissingTopics
from shared.runtime.watermarks import Watermark

BATCH_BYTES = 512 * 1024
REQUEST_BYTES = 4 * 1024 * 1024
METADATA_AGE = 10
"""Seconds after which it is asked how many partitions the topics have: they may get more while they are in use."""
ANSWER_WITHIN = 5.0
"""Seconds: after that a topic of which the broker says nothing counts as missing."""

Failed = tuple[Sequence[Row], Exception]
"""Rows that were not acknowledged, and why."""


class Batch(NamedTuple):
    rows: list[Row]
    built: Any


@asynccontextmanager
async def producer(kafka: str) -> AsyncIterator[AIOKafkaProducer]:
    """One that waits for all acknowledgements. Put away also where it never came up."""
    made = AIOKafkaProducer(
        bootstrap_servers=kafka,
        enable_idempotence=True,
        linger_ms=0,
        max_batch_size=BATCH_BYTES,
        max_request_size=REQUEST_BYTES,
        metadata_max_age_ms=METADATA_AGE * 1000,
    )
    try:
        await made.start()
        yield made
    finally:
        await close_quietly(made.stop())


async def partitions(producer: AIOKafkaProducer, topic: str) -> int:
    """How many the topic has. Raises MissingTopics if the broker knows none, KafkaError if it says nothing."""
    with suppress(TimeoutError):
        async with asyncio.timeout(ANSWER_WITHIN):
            return len(await producer.partitions_for(topic))
    async with asyncio.timeout(ANSWER_WITHIN):
        answered = await producer.client.force_metadata_update()
    raise MissingTopics([topic]) if answered else KafkaConnectionError


async def send(producer: AIOKafkaProducer, rows: Sequence[Row]) -> tuple[list[Row], list[Failed]]:
    """Returns what was acknowledged, and of each partition or missing topic the first rows that were not."""
    by_topic: dict[str, list[Row]] = defaultdict(list)
    for row in rows:
        by_topic[row.topic].append(row)
    results = await asyncio.gather(*(_send_topic(producer, topic, theirs) for topic, theirs in by_topic.items()))
    sent = [row for acknowledged, _ in results for row in acknowledged]
    return sent, [failure for _, failed in results for failure in failed]


async def _send_topic(producer: AIOKafkaProducer, topic: str, rows: Sequence[Row]) -> tuple[list[Row], list[Failed]]:
    try:
        count = await partitions(producer, topic)
    except (MissingTopics, KafkaError, TimeoutError) as error:
        return [], [(rows, error)]
    by_partition: dict[int, list[Row]] = defaultdict(list)
    for row in rows:
        by_partition[partition_of(row.key, count)].append(row)
    results = await asyncio.gather(*(_send_to(producer, topic, *place) for place in by_partition.items()))
    sent = [row for acknowledged, _ in results for row in acknowledged]
    return sent, [failed for _, failed in results if failed]


async def _send_to(
    producer: AIOKafkaProducer, topic: str, partition: int, rows: Sequence[Row]
) -> tuple[list[Row], Failed | None]:
    """One batch after the other, until one fails: an idempotent producer sends nothing more to that partition then."""
    sent: list[Row] = []
    for batch in _batches(producer, rows):
        try:
            await (await producer.send_batch(batch.built, topic, partition=partition))
        except KafkaError as error:
            return sent, (batch.rows, error)
        sent += batch.rows
    return sent, None


def _batches(producer: AIOKafkaProducer, rows: Sequence[Row]) -> list[Batch]:
    """A row larger than a batch gets one of its own."""
    batches = [Batch([], producer.create_batch())]
    for row in rows:
        if not _append(batches[-1], row):
            batches.append(Batch([], producer.create_batch()))
            _append(batches[-1], row)
    return batches


def _append(batch: Batch, row: Row) -> bool:
    if batch.built.append(key=row.key, value=row.value, timestamp=None, headers=headers_of(row)) is None:
        return False
    batch.rows.append(row)
    return True


async def mark(producer: AIOKafkaProducer, topic: str, moment: datetime) -> None:
    """Writes the watermark to every partition that the topic has: nothing was sent to any other."""
    count = await partitions(producer, topic)
    value, headers = watermarks.write(Watermark(moment, count))
    await asyncio.gather(
        *(producer.send_and_wait(topic, value, None, partition, None, headers) for partition in range(count))
    )


def headers_of(row: Row) -> list[tuple[str, bytes | None]]:
    """Those of a record that is published again as they were; of an event the kind."""
    return _headers(row.kind) if row.headers is None else [one.plain() for one in HEADERS.validate_json(row.headers)]


def _headers(kind: str | None) -> list[tuple[str, bytes | None]]:
    return [("kind", kind.encode())] if kind else []


@lru_cache(maxsize=10_000)
def partition_of(key: bytes | None, partitions: int) -> int:
    """As the default partitioner of every Kafka client has it, so that others who tell about a person agree.

    Remembered for as long as a few batches last: a person is told about again within moments, or weeks later.
    """
    return (murmur2(key or b"") & 0x7FFFFFFF) % partitions
