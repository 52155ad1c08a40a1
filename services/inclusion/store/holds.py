"""Waves that were held, in PostgreSQL."""

from collections.abc import Sequence
from datetime import datetime

from services.inclusion.domain.holding import Held, Hold
from shared.runtime import Transaction

HOLD = """
INSERT INTO wave_hold (wave, reason, held_on, revision, held_at)
SELECT *, $5 FROM unnest($1::text[], $2::text[], $3::text[], $4::int[])
ON CONFLICT DO NOTHING RETURNING wave, reason, held_on
"""


async def hold(tx: Transaction, holds: Sequence[Hold], now: datetime) -> Sequence[Hold]:
    """Those of them that are new."""
    columns = zip(*((one.wave, one.reason, one.held_on, one.revision) for one in holds), strict=True)
    rows = await tx.fetch(HOLD, *map(list, columns), now) if holds else []
    new = {(row["wave"], row["reason"], row["held_on"]) for row in rows}
    return [one for one in holds if (one.wave, one.reason, one.held_on) in new]


HELD = """
SELECT wave, held_on, array_agg(reason) AS reasons, max(revision) AS revision FROM wave_hold GROUP BY wave, held_on
"""


async def held(tx: Transaction) -> Held:
    rows = await tx.fetch(HELD)
    return {(row["wave"], row["held_on"]): (set(row["reasons"]), row["revision"]) for row in rows}
