"""The queue of letters."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from services.dispatch.domain import Moved, Queued
from shared.events import Invitation, Letter
from shared.runtime import Transaction

LEASE_SECONDS = 60
"""How long a claimed letter is nobody else's. Real time: it guards against a process that is gone."""


@dataclass(frozen=True)
class Wanted:
    """A letter that is to be sent."""

    letter: Letter
    message_uuid: UUID
    about: Invitation
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


async def add(tx: Transaction, wanted: Sequence[Wanted]) -> None:
    """Queues letters. One that is there already stays as it is."""
    rows = [_row(one) for one in wanted]
    if rows:
        await tx.execute(ADD, *(list(column) for column in zip(*rows, strict=True)))


def _row(wanted: Wanted) -> tuple[Any, ...]:
    letter, about = wanted.letter, wanted.about
    start = (letter.id, wanted.message_uuid, about.id, letter.number, letter.kind, letter.channel)
    return (*start, about.model_dump(mode="json"), wanted.not_before, wanted.not_after)


CLAIM = """
UPDATE letter SET state = CASE state WHEN 'waiting' THEN 'claimed' ELSE 'reclaimed' END, attempts = attempts + 1,
                  leased_by = $5, leased_until = clock_timestamp() + make_interval(secs => $6)
WHERE id IN (
    SELECT first.id
    FROM unnest($2::text[]) AS sending (survey)
    CROSS JOIN LATERAL (
        SELECT id, not_before FROM letter
        WHERE kind = $1 AND letter.survey = sending.survey AND not_before <= $3
          AND state IN ('waiting', 'unsettled', 'claimed', 'reclaimed')
          AND NOT (SELECT is_on FROM red_switch)
          AND NOT (SELECT paused_waves()) @> ARRAY[wave] AND NOT is_paused(letter)
          AND (leased_until IS NULL OR leased_until < clock_timestamp()
               OR (leased_by = $5 AND state IN ('claimed', 'reclaimed')))
        ORDER BY not_before, id LIMIT $4 FOR UPDATE SKIP LOCKED
    ) AS first
    ORDER BY first.not_before, first.id LIMIT $4
)
RETURNING id, message_uuid, number, kind, channel, about, state, handed_over_at,
          coalesce(why_ended(letter), CASE WHEN not_after <= $3 THEN 'expired' END) AS why_not
"""


async def claim(
    tx: Transaction, kind: str, surveys: Sequence[str], now: datetime, at_most: int, replica: int
) -> list[Queued]:
    """Leases letters of these surveys to whoever hands them over now. Stops are read here, at the last moment; held
    ones stay. What this copy has leased already it has not recorded: it crashed, or could not. It is claimed again.

    Each survey's first ones are read from the queue's index as they lie there, however many wait behind them.
    """
    found = await tx.fetch(CLAIM, kind, list(surveys), now, at_most, replica, LEASE_SECONDS)
    return [_queued(row, row["why_not"]) for row in found]


NEXT = """
SELECT survey, first.not_before
FROM unnest($2::text[]) AS survey
CROSS JOIN LATERAL (
    SELECT not_before FROM letter
    WHERE kind = $1 AND letter.survey = survey.survey
      AND state IN ('waiting', 'unsettled', 'claimed', 'reclaimed')
      AND NOT (SELECT is_on FROM red_switch)
      AND NOT (SELECT paused_waves()) @> ARRAY[wave] AND NOT is_paused(letter)
    ORDER BY not_before LIMIT 1
) AS first
"""


async def next_of(tx: Transaction, kind: str, surveys: Sequence[str]) -> dict[str, datetime]:
    """Survey -> from when it has a letter of this kind to hand over. Leased ones count, held ones do not."""
    return {row["survey"]: row["not_before"] for row in await tx.fetch(NEXT, kind, list(surveys))}


LOCK = """
SELECT id, message_uuid, number, kind, channel, about, state, handed_over_at
FROM letter WHERE id = ANY($1::uuid[]) ORDER BY id FOR UPDATE
"""


async def lock(tx: Transaction, letters: Iterable[UUID]) -> dict[UUID, Queued]:
    """Letters as they stand now, held until the transaction ends."""
    return {row["id"]: _queued(row) for row in await tx.fetch(LOCK, list(letters))}


MOVE = """
UPDATE letter SET state = moved.state, reason = moved.reason, handed_over_at = moved.handed_over_at,
                  delivered_at = moved.delivered_at, overdue_at = moved.handed_over_at + moved.confirmed_within,
                  leased_until = clock_timestamp()
                      + least(0.1 * 2 ^ least(letter.attempts, 10), 60) * interval '1 second'
FROM unnest($1::uuid[], $2::text[], $3::text[], $4::timestamptz[], $5::timestamptz[], $6::interval[])
     AS moved (id, state, reason, handed_over_at, delivered_at, confirmed_within)
WHERE letter.id = moved.id
"""


async def move(tx: Transaction, moved: Sequence[tuple[Moved, Any]]) -> None:
    """Keeps new states, each with the time a receipt may take. A letter that is to be tried again waits for longer
    each time, at most a minute."""
    rows = [
        (one.letter, one.state, one.reason, one.handed_over_at, one.delivered_at, confirmed_within)
        for one, confirmed_within in moved
    ]
    if rows:
        await tx.execute(MOVE, *(list(column) for column in zip(*rows, strict=True)))


OF_MESSAGES = "SELECT message_uuid, id FROM letter WHERE message_uuid = ANY($1::uuid[])"


async def of_messages(tx: Transaction, messages: Iterable[UUID]) -> dict[UUID, UUID]:
    """messageUUID -> letter, of those that are ours."""
    return {row["message_uuid"]: row["id"] for row in await tx.fetch(OF_MESSAGES, list(messages))}


OVERDUE = """
SELECT id, invitation, wave, unit, kind, number, handed_over_at, overdue_at FROM letter
WHERE state = 'handed_over' AND overdue_at <= $1 ORDER BY overdue_at LIMIT $2
"""


async def overdue(tx: Transaction, now: datetime, at_most: int) -> list[dict[str, Any]]:
    """Letters whose receipt takes longer than it should: a human is asked, nothing is sent again."""
    return [dict(row) for row in await tx.fetch(OVERDUE, now, at_most)]


def _queued(row: Any, why_not: str | None = None) -> Queued:
    letter = Letter(id=row["id"], kind=row["kind"], number=row["number"], channel=row["channel"])
    about = Invitation.model_validate(row["about"])
    return Queued(letter, row["message_uuid"], about, row["state"], row["handed_over_at"], why_not)
