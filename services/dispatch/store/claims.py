"""Which letters may be handed over now, and who has claimed them."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from services.dispatch.domain import QueuedLetter
from services.dispatch.store.letters import queued
from shared.runtime import Transaction


def work_of(kind: str) -> str:
    """The name of the work that hands over letters of this kind, by which its stuck letters are left out."""
    return f"hand_over_{kind}"


CLAIM = """
UPDATE letter SET state = CASE state WHEN 'waiting' THEN 'claimed' ELSE 'reclaimed' END, attempts = attempts + 1,
                  leased_by = $5, leased_until = NULL
WHERE id IN (
    SELECT first.id
    FROM unnest($2::text[]) AS sending (survey)
    CROSS JOIN LATERAL (
        SELECT id, not_before FROM letter
        WHERE kind = $1 AND letter.survey = sending.survey AND not_before <= $3
          AND state IN ('waiting', 'unsettled', 'claimed', 'reclaimed')
          AND NOT (SELECT is_on FROM red_switch)
          AND NOT (SELECT paused_waves()) @> ARRAY[wave] AND NOT is_paused(letter)
          AND CASE WHEN state IN ('claimed', 'reclaimed') THEN leased_by = $5 OR runtime.is_gone(leased_by)
                   ELSE leased_until IS NULL OR leased_until < clock_timestamp() END
          AND (not_after <= $3
               OR id <> ALL (ARRAY(SELECT key::uuid FROM runtime.stuck_work WHERE work = 'hand_over_' || $1)))
        ORDER BY not_before, id LIMIT $4 FOR UPDATE SKIP LOCKED
    ) AS first
    ORDER BY first.not_before, first.id LIMIT $4
)
RETURNING id, message_uuid, number, kind, channel, about, state, handed_over_at,
          coalesce(why_ended(letter), CASE WHEN not_after <= $3 THEN 'expired' END) AS ended_because
"""


async def claim(
    tx: Transaction, kind: str, surveys: Sequence[str], now: datetime, at_most: int, copy: UUID
) -> list[QueuedLetter]:
    """Leases letters of these surveys to the copy that submits them now, for as long as it gives signs of life.

    Stops are read here, at the last moment; letters on hold stay. A letter that this copy has leased already was never
    recorded, because it could not: it is claimed again. The first letters of each survey are read in the order of the
    queue's index, however many wait behind them.
    """
    found = await tx.fetch(CLAIM, kind, list(surveys), now, at_most, copy)
    return [queued(row, row["ended_because"]) for row in found]


NEXT = """
WITH stuck AS (SELECT key::uuid AS id FROM runtime.stuck_work WHERE work = 'hand_over_' || $1)
SELECT survey, min(at) AS at FROM (
    SELECT survey.survey, first.not_before AS at
    FROM unnest($2::text[]) AS survey
    CROSS JOIN LATERAL (
        SELECT not_before FROM letter
        WHERE kind = $1 AND letter.survey = survey.survey
          AND state IN ('waiting', 'unsettled', 'claimed', 'reclaimed')
          AND NOT (SELECT is_on FROM red_switch) AND NOT (SELECT paused_waves()) @> ARRAY[wave]
          AND NOT is_paused(letter) AND id <> ALL (ARRAY(SELECT id FROM stuck))
        ORDER BY not_before LIMIT 1
    ) AS first
    UNION ALL
    SELECT survey, not_after FROM letter
    WHERE id = ANY (ARRAY(SELECT id FROM stuck)) AND state IN ('waiting', 'unsettled', 'claimed', 'reclaimed')
      AND NOT (SELECT is_on FROM red_switch) AND NOT (SELECT paused_waves()) @> ARRAY[wave]
      AND NOT is_paused(letter)
) AS due
GROUP BY survey
"""


async def next_of(tx: Transaction, kind: str, surveys: Sequence[str]) -> dict[str, datetime]:
    """Survey -> from when it has a letter of this kind to submit. Leased letters count, letters on hold do not.

    A stuck letter is due when its time is up: then it is claimed, and ended.
    """
    return {row["survey"]: row["at"] for row in await tx.fetch(NEXT, kind, list(surveys))}
