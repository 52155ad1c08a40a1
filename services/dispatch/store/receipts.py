"""What Digital Post said of messages, and when it is asked next."""

from collections.abc import Sequence
from datetime import datetime

from services.dispatch.digital_post import Receipt
from shared.runtime import Transaction

KEEP = """
INSERT INTO receipt (id, message_uuid, status, code, at, recorded_at)
SELECT id, message_uuid, status, code, at, $6
FROM unnest($1::text[], $2::uuid[], $3::text[], $4::text[], $5::timestamptz[])
     AS told (id, message_uuid, status, code, at)
ON CONFLICT DO NOTHING
RETURNING id
"""


async def keep(tx: Transaction, receipts: Sequence[Receipt], now: datetime) -> list[Receipt]:
    """Keeps receipts, and returns those that are new."""
    once = {one.id: one for one in receipts}
    columns = [list(once)] + [
        [getattr(one, name) for one in once.values()] for name in ("message", "status", "code", "at")
    ]
    return [once[row["id"]] for row in await tx.fetch(KEEP, *columns, now)]


TO_FORGET = "SELECT id FROM receipt WHERE NOT forgotten ORDER BY id LIMIT $1"


async def to_forget(tx: Transaction, at_most: int) -> list[str]:
    """Receipts that are kept here and still waiting there."""
    return [row["id"] for row in await tx.fetch(TO_FORGET, at_most)]


FORGET = "UPDATE receipt SET forgotten = true WHERE id = ANY($1::text[])"


async def forget(tx: Transaction, receipts: Sequence[str]) -> None:
    await tx.execute(FORGET, receipts)


LOOK_NOW = "UPDATE pull SET next_at = $1, asked = asked + 1"


async def look_now(tx: Transaction, now: datetime) -> None:
    """Something was handed over: whatever look is under way may have been too early for it."""
    await tx.execute(LOOK_NOW, now)


ASKED = "SELECT asked FROM pull"


async def asked(tx: Transaction) -> int:
    """How often a hand-over has asked for a look."""
    return await tx.fetchval(ASKED)


LOOK_LATER = "UPDATE pull SET next_at = $1 WHERE asked = $2"


async def look_later(tx: Transaction, at: datetime, asked: int) -> None:
    """Postpones the next look, unless one has been asked for since."""
    await tx.execute(LOOK_LATER, at, asked)


NEXT_LOOK = """
SELECT next_at FROM pull
WHERE EXISTS (SELECT FROM receipt WHERE NOT forgotten)
   OR EXISTS (SELECT FROM letter WHERE state IN ('handed_over', 'claimed', 'reclaimed', 'unsettled')
              AND NOT EXISTS (SELECT FROM ended WHERE ended.invitation = letter.invitation))
"""


async def next_look(tx: Transaction) -> datetime | None:
    """When receipts are to be looked for; None while none is awaited. Ended invitations await none."""
    return await tx.fetchval(NEXT_LOOK)
