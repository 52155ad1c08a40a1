"""The queue of letters."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from services.dispatch.domain import QueuedLetter, Transition
from shared.events import Invitation, Letter
from shared.runtime import Transaction


@dataclass(frozen=True)
class NewLetter:
    """A letter to be queued."""

    letter: Letter
    message_uuid: UUID
    invitation: Invitation
    not_before: datetime
    not_after: datetime


ADD = """
INSERT INTO letter (id, message_uuid, invitation, number, kind, channel, wave, unit, survey, persons, about,
                    not_before, not_after)
SELECT id, message_uuid, invitation, number, kind, channel, about->>'wave', about->>'unit', about->>'survey',
       array_prepend(about->>'person', ARRAY(SELECT jsonb_array_elements_text(about->'earlier_persons'))), about,
       not_before, not_after
FROM unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::int[], $5::text[], $6::text[], $7::jsonb[], $8::timestamptz[],
            $9::timestamptz[])
     AS wanted (id, message_uuid, invitation, number, kind, channel, about, not_before, not_after)
ON CONFLICT DO NOTHING
"""


async def add(tx: Transaction, new: Sequence[NewLetter]) -> None:
    """Queues letters. A letter that is queued already stays as it is."""
    rows = [_row(letter) for letter in new]
    if rows:
        await tx.execute(ADD, *(list(column) for column in zip(*rows, strict=True)))


def _row(new: NewLetter) -> tuple[Any, ...]:
    letter, invitation = new.letter, new.invitation
    start = (letter.id, new.message_uuid, invitation.id, letter.number, letter.kind, letter.channel)
    return (*start, invitation.model_dump(mode="json"), new.not_before, new.not_after)


SEALING_KEYS = """
SELECT DISTINCT substring(about->>'sealed_cpr' FROM '^([0-9a-f]{12})_') AS key
FROM (SELECT about FROM letter WHERE state IN ('waiting', 'unsettled') LIMIT 1000) AS waiting
ORDER BY key
"""


async def sealing_keys(tx: Transaction) -> list[str]:
    """The ids of the keys for which a part of the waiting letters is sealed."""
    return [row["key"] for row in await tx.fetch(SEALING_KEYS) if row["key"]]


LOCK = """
SELECT id, message_uuid, number, kind, channel, about, state, handed_over_at
FROM letter WHERE id = ANY($1::uuid[]) ORDER BY id FOR UPDATE
"""


async def lock(tx: Transaction, letters: Iterable[UUID]) -> dict[UUID, QueuedLetter]:
    """Letters as they are now, locked until the transaction ends."""
    return {row["id"]: queued(row) for row in await tx.fetch(LOCK, list(letters))}


SAVE = """
UPDATE letter SET state = moved.state, reason = moved.reason, handed_over_at = moved.handed_over_at,
                  delivered_at = moved.delivered_at, overdue_at = moved.handed_over_at + moved.confirmed_within,
                  leased_until = clock_timestamp()
                      + least(0.1 * 2 ^ least(letter.attempts, 10), 60) * interval '1 second'
FROM unnest($1::uuid[], $2::text[], $3::text[], $4::timestamptz[], $5::timestamptz[], $6::interval[])
     AS moved (id, state, reason, handed_over_at, delivered_at, confirmed_within)
WHERE letter.id = moved.id
"""


NO_LONGER_STUCK = "DELETE FROM runtime.stuck_work WHERE work LIKE 'hand_over_%' AND key = ANY($1::text[])"
OUT_OF_QUEUE = ("handed_over", "delivered", "failed", "stopped")


async def save(tx: Transaction, transitions: Sequence[tuple[Transition, timedelta]]) -> None:
    """Saves new states, each with the time within which a receipt is expected. A letter that is tried again waits
    longer each time, at most a minute."""
    rows = [
        (step.letter, step.state, step.reason, step.handed_over_at, step.delivered_at, confirmed_within)
        for step, confirmed_within in transitions
    ]
    if rows:
        await tx.execute(SAVE, *(list(column) for column in zip(*rows, strict=True)))
        await tx.execute(NO_LONGER_STUCK, [str(step.letter) for step, _ in transitions if step.state in OUT_OF_QUEUE])


OF_MESSAGES = "SELECT message_uuid, id FROM letter WHERE message_uuid = ANY($1::uuid[])"


async def of_messages(tx: Transaction, messages: Iterable[UUID]) -> dict[UUID, UUID]:
    """messageUUID -> letter id, for the messages that are ours."""
    return {row["message_uuid"]: row["id"] for row in await tx.fetch(OF_MESSAGES, list(messages))}


OVERDUE = """
SELECT id, invitation, wave, unit, kind, number, handed_over_at, overdue_at FROM letter
WHERE state = 'handed_over' AND overdue_at <= $1 ORDER BY overdue_at LIMIT $2
"""


async def overdue(tx: Transaction, now: datetime, at_most: int) -> list[dict[str, Any]]:
    """Letters whose receipt takes longer than it should: a human is asked, and nothing is sent again."""
    return [dict(row) for row in await tx.fetch(OVERDUE, now, at_most)]


def queued(row: Any, ended_because: str | None = None) -> QueuedLetter:
    letter = Letter(id=row["id"], kind=row["kind"], number=row["number"], channel=row["channel"])
    invitation = Invitation.model_validate(row["about"])
    return QueuedLetter(letter, row["message_uuid"], invitation, row["state"], row["handed_over_at"], ended_because)
