"""Receipts from Digital Post, and when it is polled next."""

from collections.abc import Collection, Sequence
from datetime import datetime

from services.dispatch.digital_post import Receipt, ReceiptStatus
from shared.runtime import Transaction

ADD = """
INSERT INTO receipt (id, message_uuid, status, code, at, recorded_at)
SELECT id, message_uuid, status, code, at, $6
FROM unnest($1::text[], $2::uuid[], $3::text[], $4::text[], $5::timestamptz[])
     AS new (id, message_uuid, status, code, at)
ON CONFLICT DO NOTHING
RETURNING id
"""


async def add(tx: Transaction, receipts: Sequence[Receipt], now: datetime) -> list[Receipt]:
    """Stores receipts, and returns those that are new."""
    by_id = {receipt.id: receipt for receipt in receipts}
    columns = [list(by_id)] + [
        [getattr(receipt, name) for receipt in by_id.values()] for name in ("message", "status", "code", "at")
    ]
    return [by_id[row["id"]] for row in await tx.fetch(ADD, *columns, now)]


TO_DELETE = "SELECT id FROM receipt WHERE NOT forgotten ORDER BY id LIMIT $1"


async def to_delete(tx: Transaction, at_most: int) -> list[str]:
    """Receipts that are stored here and not yet deleted at Digital Post."""
    return [row["id"] for row in await tx.fetch(TO_DELETE, at_most)]


MARK_DELETED = "UPDATE receipt SET forgotten = true WHERE id = ANY($1::text[])"


async def mark_deleted(tx: Transaction, receipts: Sequence[str]) -> None:
    await tx.execute(MARK_DELETED, receipts)


POLL_NOW = "UPDATE pull SET next_at = $1, asked = asked + 1"


async def poll_now(tx: Transaction, now: datetime) -> None:
    """Requests a poll: something was handed over, and a poll that is under way may have come too early for it."""
    await tx.execute(POLL_NOW, now)


POLLS_REQUESTED = "SELECT asked FROM pull"


async def polls_requested(tx: Transaction) -> int:
    """How many polls have been requested after a hand-over."""
    return await tx.fetchval(POLLS_REQUESTED)


POSTPONE_POLL = "UPDATE pull SET next_at = $1 WHERE asked = $2"


async def postpone_poll(tx: Transaction, at: datetime, requests: int) -> None:
    """Postpones the next poll, unless another has been requested since."""
    await tx.execute(POSTPONE_POLL, at, requests)


PULL = "pull_receipts"
"""The name of the work, by which its stuck receipts are left out."""

PENDING = """
SELECT id, message_uuid, status, code, at FROM receipt
WHERE pending AND NOT EXISTS (SELECT FROM runtime.stuck_work WHERE work = 'pull_receipts' AND key = receipt.id)
ORDER BY id LIMIT $1
"""


async def pending(tx: Transaction, at_most: int) -> list[Receipt]:
    """Receipts that are stored and still to be applied to their letters, without those that are stuck."""
    return [
        Receipt(row["id"], row["message_uuid"], ReceiptStatus(row["status"]), row["code"], row["at"])
        for row in await tx.fetch(PENDING, at_most)
    ]


APPLY = """
UPDATE receipt SET pending = id = ANY($2::text[]) WHERE id = ANY($1::text[]) OR id = ANY($2::text[])
"""


async def apply(tx: Transaction, applied: Sequence[str], pending: Collection[str]) -> None:
    """Those are applied now; these stay, or become, still to be applied."""
    if applied or pending:
        await tx.execute(APPLY, applied, list(pending))


NEXT_POLL = """
SELECT next_at FROM pull
WHERE EXISTS (SELECT FROM receipt WHERE NOT forgotten)
   OR EXISTS (SELECT FROM receipt WHERE pending AND NOT EXISTS
              (SELECT FROM runtime.stuck_work WHERE work = 'pull_receipts' AND key = receipt.id))
   OR EXISTS (SELECT FROM letter WHERE state IN ('handed_over', 'claimed', 'reclaimed', 'unsettled')
              AND NOT EXISTS (SELECT FROM ended WHERE ended.invitation = letter.invitation))
"""


async def next_poll(tx: Transaction) -> datetime | None:
    """When to poll next; None while no receipt is expected. Ended invitations expect none."""
    return await tx.fetchval(NEXT_POLL)
