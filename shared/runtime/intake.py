"""Takes records from the broker. The one place where FastStream is spoken.

FastStream hands over raw batches; what counts is the bookmark in the database. A part of a batch that does not start
at its partition's bookmark is not taken but sought again, so it does not matter where the consumer believes it stands:
neither after a rebalance, nor after a reset, nor for a consumer that was long away. Nothing is ever raised to
FastStream, which would go on with the next batch.
"""

import asyncio
import time
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import structlog
from aiokafka import AIOKafkaConsumer, ConsumerRebalanceListener, TopicPartition
from aiokafka.errors import KafkaError
from faststream import AckPolicy
from faststream.kafka import KafkaBroker

from shared.runtime import bookmarks, metrics
from shared.runtime.bookmarks import Bookmark, Place
from shared.runtime.database import Database, passes_by_itself
from shared.runtime.failures import Halted
from shared.runtime.taking import Taking
from shared.runtime.waiting import Wake, until_it_passes

log = structlog.get_logger()

LOOK_EVERY = 1.0
"""Seconds between looks at log and bookmarks when nothing happens."""
STUCK_AFTER = 30.0
"""Seconds without progress, with records waiting, after which the consumer is opened anew."""


class Intake:
    def __init__(
        self,
        service: str,
        kafka: str,
        topics: Sequence[str],
        taking: Taking,
        database: Database,
        *,
        cluster: str,
        replica: int,
        batch: int,
        poll_ms: int,
    ) -> None:
        """`topics` by their names at the broker; `batch` in records."""
        self._group = f"{topics[0].split('.')[0]}.{service}"
        self._member = f"{self._group}.{replica}"
        self._kafka = kafka
        self._topics = topics
        self._taking = taking
        self._database = database
        self._cluster = cluster
        self._batch = batch
        self._poll_ms = poll_ms
        self._one_at_a_time = asyncio.Lock()
        self._look = Wake(LOOK_EVERY)
        self._unsettled = True
        self._failure: Exception | None = None
        self._ends: dict[Place, int] = {}
        self.progress_at = time.monotonic()
        self.consumer: AIOKafkaConsumer | None = None
        self._asker: AIOKafkaConsumer | None = None

    async def run(self) -> None:
        """Takes until cancelled. A consumer that hangs is opened anew. Raises Halted when taking must stop."""
        self._failure = None
        while True:
            broker, subscriber = self._broker()
            asker = AIOKafkaConsumer(bootstrap_servers=self._kafka)
            try:
                await until_it_passes(asker.start, is_away, "kafka")
                await until_it_passes(broker.start, is_away, "kafka")
                self.consumer, self._asker = subscriber.consumer, asker
                await self._watch(subscriber.consumer, asker)
            finally:
                self.consumer = self._asker = None
                await broker.stop()
                await asker.stop()

    async def ends(self) -> dict[Place, int]:
        """Where the log of each assigned partition ends. Raises KafkaError or TimeoutError while the broker is away."""
        if self.consumer is None or self._asker is None:
            return {}
        async with asyncio.timeout(5):
            ends = await self._asker.end_offsets(self.consumer.assignment())
        return {Place(*partition): end for partition, end in ends.items()}

    def _broker(self) -> tuple[KafkaBroker, Any]:
        broker = KafkaBroker(self._kafka, apply_types=False, logger=None, allow_auto_create_topics=False)
        subscriber = broker.subscriber(
            *self._topics,
            batch=True,
            group_id=self._group,
            group_instance_id=self._member,
            ack_policy=AckPolicy.MANUAL,
            auto_offset_reset="earliest",
            max_records=self._batch,
            batch_timeout_ms=self._poll_ms,
            max_partition_fetch_bytes=4 * 1024 * 1024,
            listener=_Listener(self._reassigned),
            decoder=_raw,
        )

        async def on_batch(records: Sequence[Any]) -> None:
            if subscriber.consumer is not None:
                await self._on_batch(subscriber.consumer, records)

        subscriber(on_batch)
        return broker, subscriber

    def _reassigned(self) -> None:
        self._unsettled = True
        self._look()

    async def _on_batch(self, consumer: AIOKafkaConsumer, records: Sequence[Any]) -> None:
        if self._failure:
            return
        parts: dict[Place, list[Any]] = defaultdict(list)
        for record in records:
            parts[Place(record.topic, record.partition)].append(record)
        started = time.monotonic()
        try:
            async with self._one_at_a_time:
                again = await until_it_passes(lambda: self._taking.take(parts), passes_by_itself, "database")
        except Exception as error:
            self._failure = error
            self._look()
            return
        _seek(consumer, again)
        self._count({place: len(part) for place, part in parts.items() if place not in again}, started)
        if again:
            metrics.REPEATED.inc(sum(len(parts[place]) for place in again))
            await asyncio.sleep(self._poll_ms / 1000)

    def _count(self, taken: Mapping[Place, int], started: float) -> None:
        if not taken:
            return
        self.progress_at = time.monotonic()
        seconds = self.progress_at - started
        metrics.BATCH_SECONDS.observe(seconds)
        for place, records in taken.items():
            metrics.TAKEN.labels(place.topic).inc(records)
        log.info("took", records=sum(taken.values()), seconds=round(seconds, 3))

    async def _watch(self, consumer: AIOKafkaConsumer, asker: AIOKafkaConsumer) -> None:
        """After each assignment seeks the bookmarks; now and then looks whether log and bookmarks still agree."""
        self.progress_at = time.monotonic()
        while True:
            await self._look.wait()
            if self._failure:
                raise self._failure
            try:
                behind = await asyncio.wait_for(self._settle(consumer, asker), timeout=STUCK_AFTER)
            except Exception as error:
                if not (is_away(error) or passes_by_itself(error)):
                    raise
                log.warning("waiting", where="kafka or database", error=type(error).__name__)
                behind = True
            if not behind:
                self.progress_at = time.monotonic()
            elif time.monotonic() - self.progress_at > STUCK_AFTER:
                log.error("no progress with records waiting: opening the consumer anew")
                return

    async def _settle(self, consumer: AIOKafkaConsumer, asker: AIOKafkaConsumer) -> bool:
        """Brings consumer and bookmarks together, and returns whether records wait.

        `asker` asks for the log's ends on a connection of its own, where no long poll stands before it.
        """
        assigned = consumer.assignment()
        first, end = await asyncio.gather(asker.beginning_offsets(assigned), asker.end_offsets(assigned))
        async with self._one_at_a_time, self._database.transaction() as tx:
            await bookmarks.begin(tx, self._cluster, {Place(*tp): offset for tp, offset in first.items()})
            held = {tp: one for tp, one in (await bookmarks.read(tx)).items() if TopicPartition(*tp) in assigned}
            for tp, bookmark in held.items():
                _agree(self._cluster, tp, bookmark, first[TopicPartition(*tp)], end[TopicPartition(*tp)])
            if self._unsettled:
                self._unsettled = False
                _seek(consumer, {place: bookmark.next_offset for place, bookmark in held.items()})
        ends = {place: bookmark.next_offset for place, bookmark in held.items()}
        if ends and ends != self._ends:
            await consumer.commit({TopicPartition(*place): offset for place, offset in ends.items()})
            self._ends = ends
        return any(bookmark.next_offset < end[TopicPartition(*place)] for place, bookmark in held.items())


class WrongLog(Halted):
    """The log is not the one that the bookmarks are about."""


def _agree(cluster: str, place: Place, bookmark: Bookmark, first: int, end: int) -> None:
    """Raises WrongLog: nothing may be passed over in silence, nor taken for something it is not."""
    where = f"{place.topic}/{place.partition}"
    if bookmark.cluster != cluster:
        raise WrongLog(
            f"{where}: the bookmark is of cluster {bookmark.cluster}, the broker is of cluster {cluster}. "
            "Point the service at its own cluster, or move its bookmarks on purpose"
        )
    if not first <= bookmark.next_offset <= end:
        raise WrongLog(
            f"{where}: the bookmark stands at {bookmark.next_offset}, the log holds {first} to {end}. "
            "The topic was recreated or cut off: restore it, or move the bookmark on purpose"
        )


def _seek(consumer: AIOKafkaConsumer, to: Mapping[Place, int]) -> None:
    mine = consumer.assignment()
    for place, offset in to.items():
        if TopicPartition(*place) in mine:
            consumer.seek(TopicPartition(*place), offset)


def is_away(error: BaseException) -> bool:
    return isinstance(error, KafkaError | OSError | TimeoutError)


async def _raw(message: Any) -> Any:
    """The records as they came: one that cannot be read must not spoil the others."""
    return message.raw_message


class _Listener(ConsumerRebalanceListener):
    def __init__(self, reassigned: Callable[[], None]) -> None:
        self._reassigned = reassigned

    def on_partitions_revoked(self, revoked: set[TopicPartition]) -> None:
        pass

    def on_partitions_assigned(self, assigned: set[TopicPartition]) -> None:
        self._reassigned()
