"""What was decided and is still to be told: written in the transaction that decided it."""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from pydantic import TypeAdapter

from shared.events import Event
from shared.events.set_aside import Header, OriginalRecord, RecordSetAside
from shared.events.topics import TOPIC_OF
from shared.runtime import metrics, topics
from shared.runtime.database import Transaction

LARGEST_VALUE = 256 * 1024
"""In bytes. A larger event is a mistake of ours. A record set aside carries somebody else's, whatever its size."""


HEADERS = TypeAdapter(tuple[Header, ...])


class TooLarge(Exception):
    """An event that no broker would take."""


class OutboxRow(NamedTuple):
    """A row as it goes in."""

    topic: str
    kind: str | None
    key: bytes | None
    value: bytes
    headers: bytes | None = None
    """As HEADERS writes them; None: the kind alone."""


class Row(NamedTuple):
    """A row as it comes out."""

    id: int
    topic: str
    kind: str | None
    key: bytes | None
    value: bytes
    headers: bytes | None = None


def to_row(prefix: str, told: Event | OriginalRecord | RecordSetAside) -> OutboxRow:
    """What is told as it goes into the outbox. Raises TooLarge, so that what caused it can be found."""
    if isinstance(told, OriginalRecord):
        return OutboxRow(told.topic, told.kind, told.key, told.value, HEADERS.dump_json(tuple(told.headers)))
    value = told.to_json()
    if len(value) > LARGEST_VALUE and not isinstance(told, RecordSetAside):
        raise TooLarge(f"{told.kind()}: {len(value)} bytes; at most {LARGEST_VALUE} can be told")
    return OutboxRow(topics.address(prefix, TOPIC_OF[type(told)]), told.kind(), told.key.encode(), value)


async def put(tx: Transaction, rows: Sequence[OutboxRow]) -> None:
    if rows:
        await tx.copy("runtime.outbox", OutboxRow._fields, rows)
    for row in rows:
        metrics.PUBLISHED.labels(row.kind or "").inc()


async def add(tx: Transaction, prefix: str, told: Iterable[Event | OriginalRecord]) -> None:
    """Adds what is told to the outbox. Raises TooLarge: then nothing of the transaction must be kept."""
    await put(tx, [to_row(prefix, one) for one in told])


LOWEST = "SELECT id, topic, kind, key, value, headers FROM runtime.outbox ORDER BY id LIMIT $1"


async def lowest(tx: Transaction, most: int) -> Sequence[Row]:
    return [Row(*row) for row in await tx.fetch(LOWEST, most)]


DELETE = "DELETE FROM runtime.outbox WHERE id = ANY($1::bigint[])"


async def delete(tx: Transaction, ids: Sequence[int]) -> None:
    """Deletes exactly these: ids are given before they are committed, so a lower one may still appear."""
    await tx.execute(DELETE, ids)


REFUSE = """
WITH refused AS (DELETE FROM runtime.outbox WHERE id = $1 RETURNING id, topic, kind, key, value, headers, told_at)
INSERT INTO runtime.outbox_refused (id, topic, kind, key, value, headers, told_at, reason)
SELECT id, topic, kind, key, value, headers, told_at, $2 FROM refused
"""


async def refuse(tx: Transaction, row: int, reason: str) -> None:
    """Puts a row aside that the broker will never take."""
    await tx.execute(REFUSE, row, reason)


DEPTH = """
SELECT count(*) AS records, extract(epoch FROM clock_timestamp() - min(told_at))::float8 AS oldest_seconds,
       (SELECT count(*) FROM runtime.outbox_refused) AS refused
FROM runtime.outbox
"""


async def depth(tx: Transaction) -> dict[str, float | int | None]:
    row = await tx.fetchrow(DEPTH)
    assert row is not None
    return dict(row)
