"""All of reminders' SQL. Sets in, sets out."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from services.reminders.domain import Plan, Reminder
from shared.events import AboutInvitation, Invitation, WaveRequested
from shared.runtime import Transaction


class Ended(NamedTuple):
    """An invitation that is not to be followed up any more."""

    event: AboutInvitation
    because: str


class Due(NamedTuple):
    """A planned reminder whose moment has come."""

    reminder: Reminder
    about: Invitation


PLAN = """
INSERT INTO invitation AS known (id, wave, unit, survey, about, handed_over_at, delivered_at, closing_at)
SELECT * FROM unnest($1::uuid[], $2::text[], $3::text[], $4::text[], $5::jsonb[],
                     $6::timestamptz[], $7::timestamptz[], $8::timestamptz[])
ON CONFLICT (id) DO UPDATE SET
    handed_over_at = coalesce(known.handed_over_at, excluded.handed_over_at),
    delivered_at = coalesce(known.delivered_at, excluded.delivered_at),
    closing_at = CASE
        WHEN known.closing_at IS NULL OR (known.delivered_at IS NULL AND excluded.delivered_at IS NOT NULL)
        THEN excluded.closing_at ELSE known.closing_at END
"""

PLAN_REMINDERS = """
INSERT INTO reminder (invitation, number, at, not_after, state)
SELECT planned.invitation, number, at, not_after, CASE WHEN ended_at IS NULL THEN 'planned' ELSE 'dropped' END
FROM unnest($1::uuid[], $2::int[], $3::timestamptz[], $4::timestamptz[]) AS planned (invitation, number, at, not_after)
JOIN invitation ON invitation.id = planned.invitation
ON CONFLICT DO NOTHING
"""


async def plan(tx: Transaction, plans: Sequence[Plan]) -> None:
    """Keeps when invitations close and reminders are due. The first delivery counts, and beats any hand-over."""
    moments = [[getattr(plan, name) for plan in plans] for name in ("handed_over_at", "delivered_at", "closing_at")]
    await tx.execute(PLAN, *_about(plan.about for plan in plans), *moments)
    reminders = [reminder for plan in plans for reminder in plan.reminders]
    rows = [(reminder.invitation, reminder.number, reminder.at, reminder.not_after) for reminder in reminders]
    await tx.execute(PLAN_REMINDERS, *_columns(rows, 4))


END = """
INSERT INTO invitation AS known (id, wave, unit, survey, about, ended_at, ended_because)
SELECT * FROM unnest($1::uuid[], $2::text[], $3::text[], $4::text[], $5::jsonb[], $6::timestamptz[], $7::text[])
ON CONFLICT (id) DO UPDATE SET ended_at = excluded.ended_at, ended_because = excluded.ended_because
WHERE known.ended_at IS NULL
"""

DROP = """
UPDATE reminder SET state = 'dropped' WHERE invitation = ANY($1::uuid[]) AND state = 'planned'
"""

CANCEL = """
UPDATE reminder SET state = 'cancelled' WHERE invitation = ANY($1::uuid[]) AND state = 'told'
RETURNING invitation, number
"""


async def end(tx: Transaction, ended: Sequence[Ended]) -> list[tuple[UUID, int]]:
    """Ends the follow-up. Returns the published reminders that are cancelled by this: invitation, number."""
    events = [end.event for end in ended]
    about = _about(event.invitation for event in events)
    await tx.execute(END, *about, [event.occurred_at for event in events], [end.because for end in ended])
    await tx.execute(DROP, about[0])
    return [(row["invitation"], row["number"]) for row in await tx.fetch(CANCEL, about[0])]


STOP = """
INSERT INTO stopped (wave, unit, stopped_at) SELECT * FROM unnest($1::text[], $2::text[], $3::timestamptz[])
ON CONFLICT DO NOTHING
"""


async def stop(tx: Transaction, stopped: Iterable[WaveRequested]) -> None:
    """From here on nobody in the wave, or in these units of it, is reminded."""
    rows = [(event.wave, unit, event.occurred_at) for event in stopped for unit in event.units or ("",)]
    await tx.execute(STOP, *_columns(rows, 3))


REMIND, CLOSE = "remind", "close"
"""The names of the work, by which its stuck items are left out."""

DUE = """
SELECT invitation, number, at, not_after, about
FROM reminder JOIN invitation ON invitation.id = reminder.invitation
WHERE state = 'planned' AND at <= $1
  AND NOT EXISTS (SELECT FROM runtime.stuck_work WHERE work = 'remind' AND key = invitation || '/' || number)
ORDER BY at, invitation, number LIMIT $2
FOR UPDATE OF reminder, invitation
"""


async def due(tx: Transaction, now: datetime, at_most: int) -> list[Due]:
    """Planned reminders whose moment has come, held until the transaction ends."""
    return [
        Due(
            Reminder(row["invitation"], row["number"], row["at"], row["not_after"]),
            Invitation.model_validate(row["about"]),
        )
        for row in await tx.fetch(DUE, now, at_most)
    ]


IS_STOPPED = """
SELECT DISTINCT id FROM invitation JOIN stopped USING (wave)
WHERE id = ANY($1::uuid[]) AND stopped.unit IN ('', invitation.unit)
"""


async def stopped(tx: Transaction, invitations: Sequence[UUID]) -> set[UUID]:
    """Which of these belong to stopped waves or units."""
    return {row["id"] for row in await tx.fetch(IS_STOPPED, invitations)}


MOVE = """
UPDATE reminder SET state = moved.state, at = moved.at
FROM unnest($1::uuid[], $2::int[], $3::text[], $4::timestamptz[]) AS moved (invitation, number, state, at)
WHERE reminder.invitation = moved.invitation AND reminder.number = moved.number
"""


async def move(tx: Transaction, moved: Iterable[tuple[Reminder, str, datetime]]) -> None:
    """Puts reminders into a state, at a moment."""
    rows = [(reminder.invitation, reminder.number, state, at) for reminder, state, at in moved]
    await tx.execute(MOVE, *_columns(rows, 4))


NEXT_REMINDER = """
SELECT at FROM reminder
WHERE state = 'planned'
  AND NOT EXISTS (SELECT FROM runtime.stuck_work WHERE work = 'remind' AND key = invitation || '/' || number)
ORDER BY at LIMIT 1
"""


async def next_reminder(tx: Transaction) -> datetime | None:
    return await tx.fetchval(NEXT_REMINDER)


CLOSING = """
SELECT about FROM invitation
WHERE closing_told_at IS NULL AND ended_at IS NULL AND closing_at <= $1
  AND NOT EXISTS (SELECT FROM runtime.stuck_work WHERE work = 'close' AND key = id::text)
ORDER BY closing_at LIMIT $2 FOR UPDATE SKIP LOCKED
"""


async def closing(tx: Transaction, now: datetime, at_most: int) -> list[Invitation]:
    """Invitations that have been open for as long as they may, held until the transaction ends."""
    return [Invitation.model_validate(row["about"]) for row in await tx.fetch(CLOSING, now, at_most)]


CLOSE_THESE = "UPDATE invitation SET closing_told_at = $2 WHERE id = ANY($1::uuid[])"


async def close(tx: Transaction, invitations: Sequence[UUID], now: datetime) -> None:
    """From here on their closing is not told again."""
    await tx.execute(CLOSE_THESE, invitations, now)


NEXT_CLOSING = """
SELECT closing_at FROM invitation
WHERE closing_told_at IS NULL AND ended_at IS NULL AND closing_at IS NOT NULL
  AND NOT EXISTS (SELECT FROM runtime.stuck_work WHERE work = 'close' AND key = id::text)
ORDER BY closing_at LIMIT 1
"""


async def next_closing(tx: Transaction) -> datetime | None:
    return await tx.fetchval(NEXT_CLOSING)


def _about(invitations: Iterable[Invitation]) -> tuple[list[Any], ...]:
    rows = [(about.id, about.wave, about.unit, about.survey, about.model_dump(mode="json")) for about in invitations]
    return _columns(rows, 5)


def _columns(rows: Sequence[tuple[Any, ...]], width: int) -> tuple[list[Any], ...]:
    return tuple(list(column) for column in zip(*rows, strict=True)) if rows else ([],) * width
