"""Opens the consumer. The one place where FastStream is spoken: it hands over raw batches, and no more."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

from aiokafka import AIOKafkaConsumer, ConsumerRebalanceListener, TopicPartition
from aiokafka.errors import KafkaTimeoutError
from faststream import AckPolicy
from faststream.kafka import KafkaBroker
from faststream.message import StreamMessage

from shared.runtime import record_batches, topics
from shared.runtime.positions import Asker
from shared.runtime.retrying import close_quietly

FETCH_BYTES = 4 * 1024 * 1024
"""Of one partition at once: the largest record that any topic takes, and more."""
FINISH_WITHIN = 4.0
"""Seconds that a batch being taken has to be finished when the consumer is put away."""

METADATA_AGE = 10
"""Seconds after which it is asked how many partitions the topics have: they may get more while they are in use."""
ANSWER_WITHIN = 5
"""Seconds: after that a broker that is asked how the log stands, or told how far we are, counts as away."""

OnBatch = Callable[[AIOKafkaConsumer, Sequence[Any]], Awaitable[None]]


@dataclass(frozen=True)
class Subscription:
    """Who takes: a copy of a service, known to the broker by a name that outlives the process.

    So whoever starts in the place of a killed copy has its partitions at once, and nobody else's change hands.
    """

    kafka: str
    group: str
    slot: Callable[[], int]
    """Which of the service's copies it is, now."""
    topics: Sequence[str]
    """By their names at the broker."""
    batch: int
    """Records, at most."""
    poll_ms: int


@asynccontextmanager
async def opened(
    subscribed: Subscription, on_batch: OnBatch, reassigned: Callable[[], None]
) -> AsyncIterator[tuple[AIOKafkaConsumer, Asker]]:
    """The consumer, and who asks how the log stands. Raises MissingTopics.

    All is put away also where it never came up.
    """
    record_batches.install()
    broker, subscriber = _subscribed(subscribed, on_batch, reassigned)
    asker = AIOKafkaConsumer(bootstrap_servers=subscribed.kafka, request_timeout_ms=ANSWER_WITHIN * 1000)
    async with topics.administrator(subscribed.kafka, ANSWER_WITHIN) as admin:
        try:
            await topics.partitions(admin, subscribed.topics)
            await asker.start()
            await broker.start()
            yield subscriber.consumer, Asker(admin, asker)
        finally:
            await close_quietly(broker.stop())
            await close_quietly(asker.stop())


def _subscribed(subscribed: Subscription, on_batch: OnBatch, reassigned: Callable[[], None]) -> tuple[KafkaBroker, Any]:
    broker = _broker(subscribed.kafka)
    subscriber = broker.subscriber(
        *subscribed.topics,
        batch=True,
        group_id=subscribed.group,
        group_instance_id=f"{subscribed.group}.{subscribed.slot()}",
        ack_policy=AckPolicy.MANUAL,
        auto_offset_reset="earliest",
        max_records=subscribed.batch,
        batch_timeout_ms=subscribed.poll_ms,
        max_partition_fetch_bytes=FETCH_BYTES,
        listener=_Listener(reassigned),
        parser=_unopened,
        decoder=_raw,
    )

    async def take(records: Sequence[Any]) -> None:
        if subscriber.consumer is not None:
            await on_batch(subscriber.consumer, records)

    subscriber(take)
    return broker, subscriber


def _broker(kafka: str) -> KafkaBroker:
    return KafkaBroker(
        kafka,
        apply_types=False,
        logger=None,
        allow_auto_create_topics=False,
        graceful_timeout=FINISH_WITHIN,
        metadata_max_age_ms=METADATA_AGE * 1000,
    )


async def _unopened(records: Any) -> StreamMessage[Any]:
    """In place of FastStream's own, which decodes every header of every record: one it cannot would stop them all."""
    return StreamMessage(records, b"")


async def _raw(message: Any) -> Any:
    """The records as they came: one that cannot be read must not spoil the others."""
    return message.raw_message


class _Listener(ConsumerRebalanceListener):
    def __init__(self, reassigned: Callable[[], None]) -> None:
        self._reassigned = reassigned

    def on_partitions_revoked(self, revoked: set[TopicPartition]) -> None:
        self._reassigned()

    def on_partitions_assigned(self, assigned: set[TopicPartition]) -> None:
        self._reassigned()


async def commit(consumer: AIOKafkaConsumer, stands: Mapping[TopicPartition, int]) -> None:
    """Tells Kafka how far the partitions are, for its own tools."""
    try:
        async with asyncio.timeout(ANSWER_WITHIN):
            await consumer.commit(dict(stands))
    except TimeoutError:
        raise KafkaTimeoutError from None


def seek(consumer: AIOKafkaConsumer, to: Mapping[TopicPartition, int]) -> None:
    """Of these partitions those that are still the consumer's."""
    mine = consumer.assignment()
    for place, offset in to.items():
        if TopicPartition(*place) in mine:
            consumer.seek(TopicPartition(*place), offset)
