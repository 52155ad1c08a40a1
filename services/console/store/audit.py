"""The audit trail: who did what, by requests about waves and otherwise."""

from collections.abc import Sequence
from datetime import datetime

from services.console.domain.audit import AuditEntry
from shared.runtime import Transaction

ADD = """
INSERT INTO act (asked, about, many, because, asked_by, asked_at) VALUES ($1, $2, $3, $4, $5, $6) RETURNING id
"""


async def add(
    tx: Transaction, by: str, at: datetime, asked: str, about: str, many: int | None = None, because: str | None = None
) -> int:
    """The entry's number."""
    return await tx.fetchval(ADD, asked, about, many, because, by, at)


RECORD_FAILURE = "UPDATE act SET came_of_it = $2 WHERE id = $1"


async def record_failure(tx: Transaction, entry: int, why: str) -> None:
    await tx.execute(RECORD_FAILURE, entry, why)


RECORD_COUNT = "UPDATE act SET many = $2 WHERE id = $1"


async def record_count(tx: Transaction, entry: int, many: int) -> None:
    await tx.execute(RECORD_COUNT, entry, many)


LATEST = """
SELECT told.asked, told.about, told.many, told.because, told.asked_by, told.asked_at, told.came_of_it
FROM (
    SELECT
        requested.wanted AS asked, requested.wave AS about, nullif(cardinality(requested.units), 0) AS many,
        NULL AS because, requested.requested_by AS asked_by, requested.requested_at AS asked_at,
        NULL AS came_of_it, requested.heard_as, requested.revision
    FROM wave_request AS requested
    UNION ALL
    SELECT act.asked, act.about, act.many, act.because, act.asked_by, act.asked_at, act.came_of_it, act.id, 0
    FROM act
) AS told
WHERE $1::text [] IS NULL OR told.asked = ANY($1)
ORDER BY told.asked_at DESC, told.heard_as DESC NULLS LAST, told.revision DESC
LIMIT $2
"""


async def latest(tx: Transaction, at_most: int, asked: Sequence[str] | None = None) -> list[AuditEntry]:
    """The latest first, and of the same moment the one that was done last; of these sorts, or of all."""
    return [AuditEntry(**row) for row in await tx.fetch(LATEST, asked, at_most)]
