"""Takes a batch of records: effects, what is told, what is set aside and the bookmarks, in one transaction.

One bad record never stops a partition. A part of the batch that fails goes back to its savepoint and is halved until
what fails stands alone; that is set aside. An outage is not a bad record: it goes up, and all is tried again.
"""

import base64
from collections import defaultdict
from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import datetime
from typing import Any

from pydantic import ValidationError

from shared.events import Event, RecordSetAside, Refused
from shared.events.topics import EVENT_OF
from shared.runtime import bookmarks, failures, marks, metrics, outbox
from shared.runtime.bookmarks import Place
from shared.runtime.clock import Clock
from shared.runtime.database import Database, Transaction, passes_by_itself

Handler = Callable[[Transaction, Sequence[Any]], Awaitable[Sequence[Event]]]
"""From a batch of one kind, distinct by id and in no promised order, to what is to be told."""

Arrived = tuple[Any, Event]
"""A record as it came, and what it says."""


class Taking:
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

    async def take(self, parts: Mapping[Place, Sequence[Any]]) -> dict[Place, int]:
        """Takes the parts that start at their bookmark, and returns the bookmarks of those that do not.

        Raises Halted when so many failed that the code must be wrong: then nothing of the batch is kept.
        """
        async with self._database.transaction() as tx:
            held = await bookmarks.lock(tx, parts)
            at_bookmark = {
                place: records
                for place, records in parts.items()
                if place in held and held[place].next_offset == records[0].offset
            }
            if at_bookmark:
                await self._take(tx, at_bookmark)
        return {place: held[place].next_offset for place in parts if place in held and place not in at_bookmark}

    async def _take(self, tx: Transaction, parts: Mapping[Place, Sequence[Any]]) -> None:
        told: list[Event] = []
        bad: list[RecordSetAside] = []
        by_kind = self._read(parts, bad)
        for kind, arrived in by_kind.items():
            await self._handle(tx, self._reads[kind], arrived, told, bad)
        taken = sum(map(len, parts.values()))
        if because := await failures.count(tx, taken, len(bad)):
            raise failures.Halted(because)
        await outbox.add(tx, self._prefix, [*told, *bad])
        await bookmarks.move(tx, {place: (records[-1].offset + 1, _mark(records)) for place, records in parts.items()})
        for record in bad:
            metrics.SET_ASIDE.labels(record.reason).inc()

    def _read(self, parts: Mapping[Place, Sequence[Any]], bad: list[RecordSetAside]) -> dict[str, list[Arrived]]:
        """What the records say, by kind and each fact once. What nobody here reads is passed over."""
        by_kind: dict[str, dict[Any, Arrived]] = defaultdict(dict)
        for records in parts.values():
            for record in records:
                kind = kind_of(record)
                if kind in self._reads:
                    try:
                        event = EVENT_OF[kind].from_json(record.value or b"")
                    except ValidationError as error:
                        bad.append(self._set_aside(record, "unreadable", "unreadable", _where(error)))
                    else:
                        by_kind[kind].setdefault(event.identity(), (record, event))
                elif not kind or (kind == marks.KIND and _bad_mark(record)):
                    detail = "expected a header `kind` that names the event" if not kind else "expected a moment"
                    bad.append(self._set_aside(record, "unreadable", "unreadable", detail))
        return {kind: list(arrived.values()) for kind, arrived in by_kind.items()}

    async def _handle(
        self, tx: Transaction, handler: Handler, arrived: list[Arrived], told: list[Event], bad: list[RecordSetAside]
    ) -> None:
        try:
            async with tx.savepoint():
                told.extend(await handler(tx, [event for _, event in arrived]))
                return
        except Exception as error:
            if passes_by_itself(error):
                raise
            if len(arrived) == 1:
                bad.append(self._failed(arrived[0][0], error))
                return
        half = len(arrived) // 2
        await self._handle(tx, handler, arrived[:half], told, bad)
        await self._handle(tx, handler, arrived[half:], told, bad)

    def _failed(self, record: Any, error: Exception) -> RecordSetAside:
        if isinstance(error, Refused):
            return self._set_aside(record, "refused", error.reason, error.detail)
        return self._set_aside(record, "failed", type(error).__name__.lower(), _raised_at(error))

    def _set_aside(self, record: Any, failure: Any, reason: str, detail: str) -> RecordSetAside:
        return RecordSetAside(
            occurred_at=self._clock.now(),
            service=self._service,
            cluster=self._cluster,
            topic=record.topic,
            partition=record.partition,
            offset=record.offset,
            record_kind=kind_of(record),
            record_key=None if record.key is None else base64.b64encode(record.key).decode(),
            record_value=base64.b64encode(record.value or b"").decode(),
            record_headers={name: value.decode("utf-8", "replace") for name, value in record.headers},
            failure=failure,
            reason=reason,
            detail=detail,
        )


def kind_of(record: Any) -> str:
    """The record's header `kind`; empty where there is none."""
    return next((value.decode("ascii", "replace") for name, value in record.headers if name == "kind"), "")


def _mark(records: Sequence[Any]) -> datetime | None:
    found = [marks.read(record.value) for record in records if kind_of(record) == marks.KIND and not _bad_mark(record)]
    return max(found, default=None)


def _bad_mark(record: Any) -> bool:
    try:
        marks.read(record.value or b"")
    except ValueError:
        return True
    return False


def _where(error: ValidationError) -> str:
    """Which fields were not as expected. Never the input."""
    mistakes = error.errors(include_input=False, include_url=False, include_context=False)
    return "; ".join(f"{'.'.join(map(str, one['loc']))}: {one['msg']}" for one in mistakes[:10])


def _raised_at(error: Exception) -> str:
    """The line of code that raised, for the message itself may hold what the record held."""
    place = error.__traceback__
    while place and place.tb_next:
        place = place.tb_next
    return f"{place.tb_frame.f_code.co_filename}:{place.tb_lineno}" if place else ""
