"""Letters that were handed over, and whose receipt takes longer than their survey allows."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from shared.runtime import Transaction

OVERDUE = """
SELECT awaited.wave, count(*) AS letters, min(awaited.submitted_at) AS oldest
FROM awaited
INNER JOIN unnest($1::text [], $2::timestamptz []) AS allowed (wave, handed_over) ON awaited.wave = allowed.wave
WHERE awaited.wave = ANY($1) AND awaited.submitted_at <= allowed.handed_over
GROUP BY awaited.wave
"""


async def overdue(tx: Transaction, handed_over: Mapping[str, datetime]) -> list[dict[str, Any]]:
    """wave, letters, oldest: of each wave those that were handed over by the moment that is given for it."""
    return [dict(row) for row in await tx.fetch(OVERDUE, list(handed_over), list(handed_over.values()))]


OVERDUE_LETTERS = """
SELECT invitation, number, unit, submitted_at, count(*) OVER () AS found
FROM awaited
WHERE wave = $1 AND submitted_at <= $2
ORDER BY submitted_at, invitation, number
LIMIT $3
"""


async def overdue_letters(tx: Transaction, wave: str, handed_over: datetime, at_most: int) -> list[dict[str, Any]]:
    """Those of one wave, the oldest first. `found` is how many there are, beyond `at_most` too."""
    return [dict(row) for row in await tx.fetch(OVERDUE_LETTERS, wave, handed_over, at_most)]
