"""Consumes records from the broker, from the stored offsets on.

What counts is the offset stored in the database. A part of a batch that does not start there is not processed but
sought again, so it does not matter where the consumer believes it stands: after a rebalance, a reset, a long absence.
Nothing is ever raised to whoever hands over the batches, for it would go on with the next one.
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
from shared.runtime.progress import BatchSize, Progress
from shared.runtime.retrying import Backoff, Wakeup, log_retry
from shared.runtime.subscription import Subscription
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
        self._size = BatchSize(subscribed.batch)
        self.progress = Progress()
        self.positions_seen: dict[TopicPartition, Position] = {}
        """What the last look saw, of every partition; empty until the present assignment has been settled."""

    def assigned(self) -> set[TopicPartition]:
        """The partitions that this copy takes."""
        return {TopicPartition(*place) for place in self._consumer.assignment()} if self._consumer else set()

    async def run(self) -> None:
        """Takes until cancelled. A consumer that hangs is opened anew. Raises Halted when taking must stop."""
        self._failure = None
        self.progress.excuse()
        pauses = Backoff()
        while True:
            try:
                opened = subscription.opened(self._subscription, self._on_batch, self._reassigned)
                async with opened as (consumer, asker):
                    pauses.reset()
                    await self._watch(consumer, asker)
            except Exception as error:
                if not is_away(error):
                    raise
                self._waits(error, "kafka")
            finally:
                self._consumer, self.positions_seen = None, {}
            await pauses.wait()

    def _waits(self, error: Exception, where: str) -> None:
        """For Kafka, for the database, or for what only somebody else can make."""
        self.progress.excuse()
        if isinstance(error, MissingTopics):
            self.progress.away = str(error)
            say_missing(error)
        else:
            self.progress.away = where
            log_retry(where, error)

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
        try:
            async with self._one_at_a_time:
                again = await self._process(parts)
        except Exception as error:
            self._failure = error
            self._look()
            return
        subscription.seek(consumer, again)
        if again:
            metrics.REPEATED.inc(sum(len(parts[place]) for place in again))
            await asyncio.sleep(self._subscription.poll_ms / 1000)

    async def _process(self, parts: dict[TopicPartition, list[Any]]) -> dict[TopicPartition, int]:
        """All of them, in as few transactions as its size allows. Returns where those stand that are to come again."""
        again: dict[TopicPartition, int] = {}
        pauses = Backoff()
        while piece := self._size.first(parts, again):
            try:
                again |= await self._try(piece)
            except Exception as error:
                if not is_transient(error):
                    raise
                self._waits(error, "database")
                await pauses.wait()
                continue
            pauses.reset()
            for place in piece.keys() - again.keys():
                del parts[place][: len(piece[place])]
        return again

    async def _try(self, piece: Mapping[TopicPartition, Sequence[Any]]) -> dict[TopicPartition, int]:
        records = sum(map(len, piece.values()))
        self.progress.begin(records)
        try:
            again = await self._batches.process(piece)
        except Exception:
            self._size.failed(records, self.progress.batch_time())
            raise
        finally:
            seconds = self.progress.end()
        self._size.succeeded()
        self.progress.away = None
        self._count({place: len(part) for place, part in piece.items() if place not in again}, seconds)
        return again

    def _count(self, taken: Mapping[TopicPartition, int], seconds: float) -> None:
        if taken:
            metrics.BATCH_SECONDS.observe(seconds)
            log.info("took", records=sum(taken.values()), seconds=round(seconds, 3))
        for place, records in taken.items():
            metrics.CONSUMED.labels(place.topic).inc(records)

    async def _watch(self, consumer: AIOKafkaConsumer, asker: Asker) -> None:
        """Now and then looks whether log and offsets still agree. Returns when it hangs or lost its slot."""
        self._consumer, slot = consumer, self._subscription.slot()
        opened_at = answered_at = time.monotonic()
        while True:
            await self._look.wait()
            if self._failure:
                raise self._failure
            if slot != self._subscription.slot():
                return
            if await self._answered(consumer, asker) or self.progress.away != "kafka":
                answered_at = time.monotonic()
            standing, place = self.progress.standing()
            now = time.monotonic()
            if now - answered_at > STUCK_AFTER or min(standing, now - opened_at) > STUCK_AFTER:
                log.error("no progress: opening the consumer anew", partition=place)
                return

    async def _answered(self, consumer: AIOKafkaConsumer, asker: Asker) -> bool:
        try:
            await self._settle(consumer, asker)
        except Exception as error:
            if not isinstance(error, KafkaError | MissingTopics) and not is_transient(error):
                raise
            self._waits(error, "kafka" if isinstance(error, KafkaError) else "database")
            return False
        self.progress.away = None
        if seen := self.positions_seen:
            waiting = [place for place in self.assigned() & seen.keys() if seen[place].waits]
            self.progress.saw({place: seen[place].stored.next_offset for place in waiting})
        return True

    async def _settle(self, consumer: AIOKafkaConsumer, asker: Asker) -> None:
        """Brings consumer and offsets together after each assignment, and tells Kafka how far they are."""
        async with self._one_at_a_time:
            assignments = self._assignments
            async with asyncio.timeout(STUCK_AFTER):
                seen = await positions.look(asker, self._database, self._cluster, self._subscription.topics)
            if assignments != self._assignments:
                return
            if not self.positions_seen:
                subscription.seek(consumer, {place: one.stored.next_offset for place, one in seen.items()})
            self.positions_seen = seen
        mine = consumer.assignment()
        stands = {place: one.stored.next_offset for place, one in seen.items() if place in mine}
        if stands and stands != self._committed:
            await subscription.commit(consumer, stands)
            self._committed = stands


def is_away(error: BaseException) -> bool:
    return isinstance(error, KafkaError | OSError | TimeoutError | MissingTopics)
