"""Records that a service could not take: kept as they were, shown, and published again."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from shared.events import OriginalRecord, RecordSetAside
from shared.events.set_aside import Header, from_texts
from shared.runtime import Transaction

ADD = """
INSERT INTO set_aside (
    id, service, cluster, topic, partition, "offset", kind, record_key, record_value, record_headers,
    exact_headers, failure, reason, detail, set_aside_at
)
SELECT
    id, service, cluster, topic, partition, "offset", record_kind, decode(record_key, 'base64'),
    decode(record_value, 'base64'), record_headers, exact_headers, failure, reason, detail,
    occurred_at
FROM jsonb_to_recordset($1) AS told (
    id uuid, service text, cluster text, topic text, partition integer, "offset" bigint, record_kind text,
    record_key text, record_value text, record_headers jsonb, exact_headers jsonb, failure text, reason text,
    detail text, occurred_at timestamptz
)
ON CONFLICT DO NOTHING
"""


async def add(tx: Transaction, records: Sequence[RecordSetAside]) -> None:
    await tx.execute(ADD, [{"id": str(record.id), **record.model_dump(mode="json")} for record in records])


BROWSE = """
SELECT
    id, service, topic, partition, "offset", kind, failure, reason, detail, set_aside_at, redriven_at,
    left_at, record_value, count(*) OVER () AS found
FROM set_aside
WHERE
    ($1::text IS NULL OR service = $1)
    AND ($2::text IS NULL OR topic = $2)
    AND ($3::text IS NULL OR reason = $3)
ORDER BY coalesce(redriven_at, left_at) IS NOT NULL, set_aside_at DESC, topic, partition, "offset", id
LIMIT $4
"""


async def browse(
    tx: Transaction, service: str | None, topic: str | None, reason: str | None, at_most: int
) -> list[dict[str, Any]]:
    """Those that wait first, and of them the latest. `found` is how many there are, beyond `at_most` too."""
    return [dict(row) for row in await tx.fetch(BROWSE, service, topic, reason, at_most)]


RECORD = """
SELECT
    id, service, topic, partition, "offset", kind, failure, reason, detail, set_aside_at, redriven_at, redriven_by,
    left_at, left_by, left_because, record_value,
    (
        SELECT max(earlier.redriven_at) FROM set_aside AS earlier
        WHERE
            (earlier.service, earlier.topic, earlier.record_value) = (chosen.service, chosen.topic, chosen.record_value)
            AND earlier.id <> chosen.id AND earlier.redriven_at <= chosen.set_aside_at
    ) AS came_back_from
FROM set_aside AS chosen
WHERE id = $1
"""


async def record(tx: Transaction, id_: UUID) -> dict[str, Any] | None:
    """`came_back_from`: when the same content was published again before, and could not be taken then either."""
    row = await tx.fetchrow(RECORD, id_)
    return dict(row) if row else None


GROUPS = """
SELECT
    service, topic, reason, count(*) AS records,
    count(*) FILTER (WHERE coalesce(redriven_at, left_at) IS NULL) AS waiting,
    min(set_aside_at) FILTER (WHERE coalesce(redriven_at, left_at) IS NULL) AS oldest
FROM set_aside
GROUP BY service, topic, reason
ORDER BY service, topic, reason
"""


async def groups(tx: Transaction) -> list[dict[str, Any]]:
    """How many are alike in service, topic and reason, and how many of them wait."""
    return [dict(row) for row in await tx.fetch(GROUPS)]


WAITING = """
SELECT id FROM set_aside
WHERE
    coalesce(redriven_at, left_at) IS NULL
    AND ($1::text IS NULL OR service = $1)
    AND ($2::text IS NULL OR topic = $2)
    AND ($3::text IS NULL OR reason = $3)
ORDER BY set_aside_at, id
"""


async def waiting(tx: Transaction, service: str | None, topic: str | None, reason: str | None) -> list[UUID]:
    """Those that were neither published again nor left, the oldest first."""
    return [row["id"] for row in await tx.fetch(WAITING, service, topic, reason)]


KNOWN = "SELECT count(*) FROM set_aside WHERE id = ANY($1::uuid [])"


async def known(tx: Transaction, ids: Sequence[UUID]) -> int:
    """How many of these ids are of a record."""
    return await tx.fetchval(KNOWN, ids)


ORIGINALS = """
SELECT count(DISTINCT (cluster, topic, partition, "offset")) FROM set_aside WHERE id = ANY($1::uuid [])
"""


async def originals(tx: Transaction, ids: Sequence[UUID]) -> int:
    """How many records would be published again: several services may have set the same one aside."""
    return await tx.fetchval(ORIGINALS, ids)


LEAVE = """
UPDATE set_aside SET left_because = $2, left_at = $3, left_by = $4
WHERE id = ANY($1::uuid []) AND coalesce(redriven_at, left_at) IS NULL
RETURNING id
"""


async def leave(tx: Transaction, ids: Sequence[UUID], because: str, now: datetime, by: str) -> int:
    """Nobody is asked to see to them any more; they are kept. Returns how many waited until now."""
    return len(await tx.fetch(LEAVE, ids, because, now, by))


REDRIVE = """
WITH redriven AS (
    UPDATE set_aside SET redriven_at = $2, redriven_by = $3
    FROM set_aside AS chosen
    WHERE
        chosen.id = ANY($1::uuid [])
        AND (set_aside.cluster, set_aside.topic, set_aside.partition, set_aside."offset")
        = (chosen.cluster, chosen.topic, chosen.partition, chosen."offset")
    RETURNING set_aside.*
)
SELECT DISTINCT ON (cluster, topic, partition, "offset")
    topic, nullif(kind, '') AS kind, record_key AS key, record_value AS value, record_headers, exact_headers
FROM redriven
ORDER BY cluster, topic, partition, "offset"
"""


async def redrive(tx: Transaction, ids: Sequence[UUID], now: datetime, by: str) -> list[OriginalRecord]:
    """The records of those ids as they were, to be told again: each once, however many services set it aside."""
    return [_original(row) for row in await tx.fetch(REDRIVE, ids, now, by)]


def _original(row: Any) -> OriginalRecord:
    exact = [Header.model_validate(header) for header in row["exact_headers"] or ()]
    headers = exact or from_texts(row["record_headers"].items())
    return OriginalRecord(row["topic"], row["key"], row["value"], row["kind"], headers)
