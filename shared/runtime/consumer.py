"""Consumes records from the broker, from the stored offsets on.

What counts is the offset stored in the database. A part of a batch that does not start there is not processed but
sought again, so it does not matter where the consumer believes it stands: neither after a rebalance, nor after a reset,
nor for a consumer that was long away. Nothing is ever raised to whoever hands over the batches, for it would go on with
the next one.
"""

import asyncio
import time
from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

import structlog
from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.errors import KafkaError

from shared.runtime import metrics, positions, subscription
from shared.runtime.batches import BatchProcessor
from shared.runtime.database import Database, is_transient
from shared.runtime.positions import Asker, Position
from shared.runtime.retrying import Backoff, Wakeup, log_retry, retry_while_transient
from shared.runtime.subscription import ANSWER_WITHIN, Subscription
from shared.runtime.topics import MissingTopics, say_missing

log = structlog.get_logger()

LOOK_EVERY = 1.0
"""Seconds between looks at log and offsets when nothing happens."""
STUCK_AFTER = 30.0
"""Seconds without progress, with records waiting, after which the consumer is opened anew."""


class Consumer:
    def __init__(self, subscribed: Subscription, batches: BatchProcessor, database: Database, cluster: str) -> None:
        """`cluster`: the id of the broker's cluster."""
        self._subscription = subscribed
        self._batches = batches
        self._database = database
        self._cluster = cluster
        self._one_at_a_time = asyncio.Lock()
        self._look = Wakeup(LOOK_EVERY)
        self._failure: Exception | None = None
        self._assignments = 0
        self._committed: dict[TopicPartition, int] = {}
        self._consumer: AIOKafkaConsumer | None = None
        self.progress_at = time.monotonic()
        self.positions_seen: dict[TopicPartition, Position] = {}
        """What the last look saw, of every partition; empty until the present assignment has been settled."""
        self.waiting_for: str | None = None
        """What keeps it from consuming."""

    def assigned(self) -> set[TopicPartition]:
        """The partitions that this copy takes."""
        return {TopicPartition(*place) for place in self._consumer.assignment()} if self._consumer else set()

    async def run(self) -> None:
        """Takes until cancelled. A consumer that hangs is opened anew. Raises Halted when taking must stop."""
        self._failure = None
        pauses = Backoff()
        while True:
            try:
                async with subscription.opened(self._subscription, self._on_batch, self._reassigned) as (
                    consumer,
                    asker,
                ):
                    pauses.reset()
                    await self._watch(consumer, asker)
            except Exception as error:
                if not is_away(error):
                    raise
                self._waits(error)
                self.progress_at = time.monotonic()
            finally:
                self._consumer, self.positions_seen = None, {}
            await pauses.wait()

    def _waits(self, error: Exception) -> None:
        """For Kafka, or for what only somebody else can make."""
        if isinstance(error, MissingTopics):
            self.waiting_for = str(error)
            say_missing(error)
        else:
            self.waiting_for = "kafka"
            log_retry("kafka", error)

    def _reassigned(self) -> None:
        self._assignments += 1
        self.positions_seen = {}
        self._look()

    async def _on_batch(self, consumer: AIOKafkaConsumer, records: Sequence[Any]) -> None:
        if self._failure:
            return
        parts: dict[TopicPartition, list[Any]] = defaultdict(list)
        for record in records:
            parts[TopicPartition(record.topic, record.partition)].append(record)
        started = time.monotonic()
        try:
            async with self._one_at_a_time:
                again = await retry_while_transient(lambda: self._process(parts), is_transient, "database")
        except Exception as error:
            self._failure = error
            self._look()
            return
        _seek(consumer, again)
        self._count({place: len(part) for place, part in parts.items() if place not in again}, started)
        if again:
            metrics.REPEATED.inc(sum(len(parts[place]) for place in again))
            await asyncio.sleep(self._subscription.poll_ms / 1000)

    async def _process(self, parts: Mapping[TopicPartition, Sequence[Any]]) -> dict[TopicPartition, int]:
        self.progress_at = time.monotonic()
        return await self._batches.process(parts)

    def _count(self, taken: Mapping[TopicPartition, int], started: float) -> None:
        if not taken:
            return
        self.progress_at = time.monotonic()
        seconds = self.progress_at - started
        metrics.BATCH_SECONDS.observe(seconds)
        for place, records in taken.items():
            metrics.CONSUMED.labels(place.topic).inc(records)
        log.info("took", records=sum(taken.values()), seconds=round(seconds, 3))

    async def _watch(self, consumer: AIOKafkaConsumer, asker: Asker) -> None:
        """Now and then looks whether log and offsets still agree. Returns when the consumer hangs."""
        self._consumer, self.progress_at = consumer, time.monotonic()
        while True:
            await self._look.wait()
            if self._failure:
                raise self._failure
            if await self._moves(consumer, asker):
                self.progress_at = time.monotonic()
            elif time.monotonic() - self.progress_at > STUCK_AFTER and not self._one_at_a_time.locked():
                log.error("no progress: opening the consumer anew")
                return

    async def _moves(self, consumer: AIOKafkaConsumer, asker: Asker) -> bool:
        """Whether nothing waits to be taken, or only because the database is away."""
        try:
            async with asyncio.timeout(STUCK_AFTER):
                await self._settle(consumer, asker)
        except (KafkaError, TimeoutError, MissingTopics) as error:
            self._waits(error)
            return False
        except Exception as error:
            if not is_transient(error):
                raise
            log_retry("database", error)
            return True
        self.waiting_for = None
        mine = self.assigned()
        return not any(one.waits for place, one in self.positions_seen.items() if place in mine)

    async def _settle(self, consumer: AIOKafkaConsumer, asker: Asker) -> None:
        """Brings consumer and offsets together after each assignment, and tells Kafka how far they are."""
        async with self._one_at_a_time:
            assignments = self._assignments
            seen = await positions.look(asker, self._database, self._cluster, self._subscription.topics)
            if assignments != self._assignments:
                return
            if not self.positions_seen:
                _seek(consumer, {place: one.stored.next_offset for place, one in seen.items()})
            self.positions_seen = seen
        mine = consumer.assignment()
        stands = {tp: one.stored.next_offset for place, one in seen.items() if (tp := TopicPartition(*place)) in mine}
        if stands and stands != self._committed:
            async with asyncio.timeout(ANSWER_WITHIN):
                await consumer.commit(stands)
            self._committed = stands


def _seek(consumer: AIOKafkaConsumer, to: Mapping[TopicPartition, int]) -> None:
    mine = consumer.assignment()
    for place, offset in to.items():
        if TopicPartition(*place) in mine:
            consumer.seek(TopicPartition(*place), offset)


def is_away(error: BaseException) -> bool:
    return isinstance(error, KafkaError | OSError | TimeoutError | MissingTopics)
