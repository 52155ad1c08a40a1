"""Takes records from the broker, from the bookmarks on.

What counts is the bookmark in the database. A part of a batch that does not start at its partition's bookmark is not
taken but sought again, so it does not matter where the consumer believes it stands: neither after a rebalance, nor
after a reset, nor for a consumer that was long away. Nothing is ever raised to whoever hands over the batches, for it
would go on with the next one.
"""

import asyncio
import time
from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

import structlog
from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.errors import KafkaError

from shared.runtime import agreement, consuming, metrics
from shared.runtime.agreement import Standing
from shared.runtime.bookmarks import Place
from shared.runtime.consuming import ANSWER_WITHIN, Member
from shared.runtime.database import Database, passes_by_itself
from shared.runtime.taking import Taking
from shared.runtime.waiting import Pauses, Wake, say_waiting, until_it_passes

log = structlog.get_logger()

LOOK_EVERY = 1.0
"""Seconds between looks at log and bookmarks when nothing happens."""
STUCK_AFTER = 30.0
"""Seconds without progress, with records waiting, after which the consumer is opened anew."""


class Intake:
    def __init__(self, member: Member, taking: Taking, database: Database, cluster: str) -> None:
        """`cluster`: the id of the broker's cluster."""
        self._member = member
        self._taking = taking
        self._database = database
        self._cluster = cluster
        self._one_at_a_time = asyncio.Lock()
        self._look = Wake(LOOK_EVERY)
        self._failure: Exception | None = None
        self._assignments = 0
        self._committed: dict[TopicPartition, int] = {}
        self._consumer: AIOKafkaConsumer | None = None
        self.progress_at = time.monotonic()
        self.standing: dict[Place, Standing] = {}
        """What the last look saw, of every partition; empty until the present assignment has been settled."""
        self.away = False
        """Whether the broker does not answer."""

    def assigned(self) -> set[Place]:
        """The partitions that this copy takes."""
        return {Place(*place) for place in self._consumer.assignment()} if self._consumer else set()

    async def run(self) -> None:
        """Takes until cancelled. A consumer that hangs is opened anew. Raises Halted when taking must stop."""
        self._failure = None
        pauses = Pauses()
        while True:
            try:
                async with consuming.opened(self._member, self._on_batch, self._reassigned) as (consumer, asker):
                    pauses.begin_anew()
                    await self._watch(consumer, asker)
            except Exception as error:
                if not is_away(error):
                    raise
                self._kafka_is_away(error)
                self.progress_at = time.monotonic()
            finally:
                self._consumer, self.standing = None, {}
            await pauses.wait()

    def _kafka_is_away(self, error: Exception) -> None:
        self.away = True
        say_waiting("kafka", error)

    def _reassigned(self) -> None:
        self._assignments += 1
        self.standing = {}
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
                again = await until_it_passes(lambda: self._take(parts), passes_by_itself, "database")
        except Exception as error:
            self._failure = error
            self._look()
            return
        _seek(consumer, again)
        self._count({place: len(part) for place, part in parts.items() if place not in again}, started)
        if again:
            metrics.REPEATED.inc(sum(len(parts[place]) for place in again))
            await asyncio.sleep(self._member.poll_ms / 1000)

    async def _take(self, parts: Mapping[Place, Sequence[Any]]) -> dict[Place, int]:
        self.progress_at = time.monotonic()
        return await self._taking.take(parts)

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
        """Now and then looks whether log and bookmarks still agree. Returns when the consumer hangs."""
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

    async def _moves(self, consumer: AIOKafkaConsumer, asker: AIOKafkaConsumer) -> bool:
        """Whether nothing waits to be taken, or only because the database is away."""
        try:
            async with asyncio.timeout(STUCK_AFTER):
                await self._settle(consumer, asker)
        except (KafkaError, TimeoutError) as error:
            self._kafka_is_away(error)
            return False
        except Exception as error:
            if not passes_by_itself(error):
                raise
            say_waiting("database", error)
            return True
        self.away = False
        mine = self.assigned()
        return not any(one.waits for place, one in self.standing.items() if place in mine)

    async def _settle(self, consumer: AIOKafkaConsumer, asker: AIOKafkaConsumer) -> None:
        """Brings consumer and bookmarks together after each assignment, and tells Kafka how far they are."""
        async with self._one_at_a_time:
            assignments = self._assignments
            seen = await agreement.look(asker, self._database, self._cluster, self._member.topics)
            if assignments != self._assignments:
                return
            if not self.standing:
                _seek(consumer, {place: one.bookmark.next_offset for place, one in seen.items()})
            self.standing = seen
        mine = consumer.assignment()
        stands = {tp: one.bookmark.next_offset for place, one in seen.items() if (tp := TopicPartition(*place)) in mine}
        if stands and stands != self._committed:
            async with asyncio.timeout(ANSWER_WITHIN):
                await consumer.commit(stands)
            self._committed = stands


def _seek(consumer: AIOKafkaConsumer, to: Mapping[Place, int]) -> None:
    mine = consumer.assignment()
    for place, offset in to.items():
        if TopicPartition(*place) in mine:
            consumer.seek(TopicPartition(*place), offset)


def is_away(error: BaseException) -> bool:
    return isinstance(error, KafkaError | OSError | TimeoutError)
