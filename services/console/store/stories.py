"""One invitation with everything known of it, and which invitation a letter is of."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from shared.events import Letter
from shared.runtime import Transaction

INVITATION = """
SELECT standing.*, selection.unit_path -> -1 ->> 'name' AS unit_name
FROM standing
LEFT JOIN selection ON selection.wave = standing.wave AND selection.unit = standing.unit
WHERE standing.id = $1
"""


async def invitation(tx: Transaction, id_: UUID) -> Mapping[str, Any] | None:
    row = await tx.fetchrow(INVITATION, id_)
    return dict(row) if row else None


OF_UNIT = """
SELECT
    id, decision, delivery, ending, included_at,
    coalesce(decision = 'undecided' OR delivery = 'in_delivery' OR ending = 'open', FALSE) AS in_flight,
    count(*) OVER () AS found
FROM standing
WHERE wave = $1 AND unit = $2
ORDER BY in_flight DESC, included_at DESC NULLS LAST, id
LIMIT $3 OFFSET $4
"""


async def of_unit(tx: Transaction, wave: str, unit: str, at_most: int, passed_over: int) -> list[dict[str, Any]]:
    """Those of one unit: who is in flight first, then the latest. `found` is how many there are in all."""
    return [dict(row) for row in await tx.fetch(OF_UNIT, wave, unit, at_most, passed_over)]


REMINDERS = "SELECT * FROM reminder WHERE invitation = $1 ORDER BY number"


async def reminders(tx: Transaction, invitation: UUID) -> Sequence[Mapping[str, Any]]:
    return [dict(row) for row in await tx.fetch(REMINDERS, invitation)]


FIND_LETTER = "SELECT invitation, number FROM letter WHERE id = $1"


async def letter(tx: Transaction, id_: UUID) -> tuple[UUID, int] | None:
    """Whose letter it is, and which of theirs; None for one that was not heard of."""
    row = await tx.fetchrow(FIND_LETTER, id_)
    return None if row is None else (row["invitation"], row["number"])


ADD_LETTERS = """
INSERT INTO letter (id, invitation, number)
SELECT id, invitation, number
FROM unnest($1::uuid [], $2::uuid [], $3::int []) AS told (id, invitation, number)
ORDER BY id
ON CONFLICT DO NOTHING
"""


async def add_letters(tx: Transaction, letters: Sequence[tuple[UUID, Letter]]) -> None:
    """(Invitation, letter). Those that are there stay."""
    if letters:
        ids, numbers = [letter.id for _, letter in letters], [letter.number for _, letter in letters]
        await tx.execute(ADD_LETTERS, ids, [invitation for invitation, _ in letters], numbers)
