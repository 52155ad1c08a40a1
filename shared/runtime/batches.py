"""Takes a batch of records: effects, what is published, what is set aside and the stored offsets, in one transaction.

One bad record never stops a partition. A part of the batch that fails goes back to its savepoint and is halved until
what fails stands alone; that is set aside. An outage is not a bad record: it goes up, and all is tried again.
"""

from collections import Counter, defaultdict
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from datetime import datetime
from itertools import chain
from typing import Any, Literal

from aiokafka import TopicPartition

from shared.events import Event, RecordSetAside, Refused
from shared.events.topics import EVENT_OF
from shared.runtime import circuit_breaker, offsets, outbox, records, set_aside, watermarks
from shared.runtime.circuit_breaker import CONSUME, OF_RECORDS, Halted
from shared.runtime.clock import Clock
from shared.runtime.database import Database, Transaction
from shared.runtime.isolation import isolate
from shared.runtime.logging import raised_at
from shared.runtime.offsets import StoredOffset
from shared.runtime.outbox import OutboxRow
from shared.runtime.record_batches import Gap, Unparsed, next_offset

WITHOUT_EVENT = ("", watermarks.KIND)
"""Kinds that are no event's: none at all, which is a mistake, and the mark."""
FAILED = "failed"
"""The outcome of records that are set aside, whatever the reason."""

Handler = Callable[[Transaction, Sequence[Any]], Awaitable[Sequence[Event]]]
"""From a batch of one kind, distinct by id and in no promised order, to what is to be published."""

Parts = Mapping[TopicPartition, Sequence[Any]]
"""Of each partition the records that follow one another."""

Arrived = tuple[Any, Event]
"""A record as it came, and what it says."""


class BatchProcessor:
    def __init__(
        self,
        service: str,
        database: Database,
        reads: Mapping[type[Event], Handler],
        *,
        prefix: str,
        cluster: str,
        clock: Clock,
    ) -> None:
        self._service = service
        self._database = database
        self._reads = {kind.kind(): handler for kind, handler in reads.items()}
        self._prefix = prefix
        self._cluster = cluster
        self._clock = clock

    async def process(self, parts: Mapping[TopicPartition, Sequence[Any]]) -> dict[TopicPartition, int]:
        """Takes the parts that start at a stored offset of this cluster; returns the stored offsets of the others.

        Raises Halted when so many failed that the code must be wrong: then nothing of the batch is kept.
        """
        async with self._database.transaction() as tx:
            held = await offsets.lock(tx, parts)
            at_stored_offset = {
                place: part for place, part in parts.items() if place in held and self._is_next(held[place], part)
            }
            if at_stored_offset:
                await self._process_parts(tx, at_stored_offset)
        return {place: held[place].next_offset for place in parts if place in held and place not in at_stored_offset}

    def _is_next(self, stored: StoredOffset, part: Sequence[Any]) -> bool:
        return (stored.cluster, stored.next_offset) == (self._cluster, part[0].offset)

    async def _process_parts(self, tx: Transaction, parts: Mapping[TopicPartition, Sequence[Any]]) -> None:
        published: list[OutboxRow] = []
        bad: list[RecordSetAside] = []
        unknown: Counter[str] = Counter()
        now = self._clock.now()
        await self._refuse_unopened(tx, chain.from_iterable(parts.values()))
        for kind, arrived in self._read(parts, now, bad, unknown).items():
            await self._handle(tx, self._reads[kind], arrived, published, bad)
        taken = sum(map(len, parts.values()))
        if beyond := await circuit_breaker.count(tx, CONSUME, taken, {FAILED: len(bad)}, OF_RECORDS):
            failed, judged = beyond[FAILED]
            raise Halted(f"{failed} of the last {judged} records failed{set_aside.latest(bad)}")
        await outbox.put(tx, [*published, *(outbox.to_row(self._prefix, one) for one in bad)])
        await offsets.move(
            tx, {place: (next_offset(part[-1]), records.watermark(part, now)) for place, part in parts.items()}
        )
        for one in bad:
            set_aside.say(one)
        set_aside.say_unknown(unknown)

    async def _refuse_unopened(self, tx: Transaction, arrived: Iterable[Any]) -> None:
        """Raises Halted at what cannot even be told apart into records: only a human may let it be passed over."""
        shut = next((record for record in arrived if isinstance(record, Unparsed) and not record.opened), None)
        if shut is not None and not await circuit_breaker.allowance(tx, CONSUME):
            where = f"{shut.topic}/{shut.partition}, offsets {shut.offset} to {shut.next_offset - 1}"
            raise Halted(
                f"{where}: nothing can be read there ({shut.because}). Put back a copy of the log that is whole, or "
                f"pass over it: puls resume {self._service} --set-aside 1"
            )

    def _read(
        self, parts: Parts, now: datetime, bad: list[RecordSetAside], unknown: Counter[str]
    ) -> dict[str, list[Arrived]]:
        """What the records say, by kind and each fact once. Kinds that nobody here reads are passed over, unknown ones
        too, or else a newer publisher's would be set aside by all who are older."""
        by_kind: dict[str, dict[Any, Arrived]] = defaultdict(dict)
        for record in chain.from_iterable(parts.values()):
            kind = records.kind_of(record)
            try:
                if isinstance(record, Unparsed):
                    bad.append(self._set_aside(record, "unreadable", "unparsed", record.because))
                elif kind in self._reads:
                    event = records.event(EVENT_OF[kind], record, now)
                    by_kind[kind].setdefault(event.identity(), (record, event))
                elif kind in WITHOUT_EVENT and not isinstance(record, Gap):
                    records.check(record, now)
                elif kind not in EVENT_OF and not isinstance(record, Gap):
                    unknown[kind] += 1
            except Exception as error:
                bad.append(self._unread(record, error))
        return {kind: list(arrived.values()) for kind, arrived in by_kind.items()}

    async def _handle(
        self,
        tx: Transaction,
        handler: Handler,
        arrived: list[Arrived],
        published: list[OutboxRow],
        bad: list[RecordSetAside],
    ) -> None:
        async def attempt(piece: Sequence[Arrived]) -> list[OutboxRow]:
            async with tx.savepoint():
                events = await handler(tx, [event for _, event in piece])
                return [outbox.to_row(self._prefix, event) for event in events]

        found = await isolate(arrived, attempt)
        if found.outage:
            raise found.outage
        published.extend(row for rows in found.results for row in rows)
        bad.extend(self._failed(record, error) for (record, _), error in found.failed)

    def _unread(self, record: Any, error: Exception) -> RecordSetAside:
        if isinstance(error, Refused):
            return self._failed(record, error)
        return self._set_aside(record, "unreadable", "unreadable", records.what_is_wrong(error))

    def _failed(self, record: Any, error: Exception) -> RecordSetAside:
        if isinstance(error, Refused):
            return self._set_aside(record, "refused", error.reason, error.detail)
        return self._set_aside(record, "failed", type(error).__name__, raised_at(error))

    def _set_aside(
        self, record: Any, failure: Literal["refused", "unreadable", "failed"], reason: str, detail: str
    ) -> RecordSetAside:
        return RecordSetAside(
            occurred_at=self._clock.now(),
            service=self._service,
            cluster=self._cluster,
            topic=record.topic,
            partition=record.partition,
            offset=record.offset,
            failure=failure,
            reason=records.as_reason(reason),
            detail=detail,
            **records.as_it_was(record),
        )
