"""What ends letters for good, and what puts them on hold."""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from shared.events import WaveRequested
from shared.runtime import Transaction

Ended = dict[UUID, str]
"""Letters that must not leave any more and that no replica is submitting now -> the reason."""

END = "INSERT INTO ended (invitation, reason) SELECT * FROM unnest($1::uuid[], $2::text[]) ON CONFLICT DO NOTHING"


async def end(tx: Transaction, invitations: Sequence[tuple[UUID, str]]) -> None:
    await tx.execute(END, [invitation for invitation, _ in invitations], [reason for _, reason in invitations])


CANCEL = "INSERT INTO cancelled (letter, reason) SELECT * FROM unnest($1::uuid[], $2::text[]) ON CONFLICT DO NOTHING"


async def cancel(tx: Transaction, letters: Sequence[tuple[UUID, str]]) -> None:
    await tx.execute(CANCEL, [letter for letter, _ in letters], [reason for _, reason in letters])


OPT_OUT = "INSERT INTO opted_out (person) SELECT unnest($1::text[]) ON CONFLICT DO NOTHING"


async def opt_out(tx: Transaction, persons: Sequence[str]) -> None:
    await tx.execute(OPT_OUT, persons)


ADD_WAVE_REQUESTS = """
INSERT INTO wave AS known (wave, unit, revision, wanted, stopped, ending)
SELECT wave, unit, max(revision), (array_agg(wanted ORDER BY revision DESC))[1], bool_or(wanted = 'stopped'),
       bool_or(wanted = 'stopped')
FROM unnest($1::text[], $2::text[], $3::int[], $4::text[]) AS asked (wave, unit, revision, wanted)
GROUP BY wave, unit
ORDER BY wave, unit
ON CONFLICT (wave, unit) DO UPDATE SET
    revision = greatest(known.revision, excluded.revision),
    wanted = CASE WHEN excluded.revision > known.revision THEN excluded.wanted ELSE known.wanted END,
    stopped = known.stopped OR excluded.stopped,
    ending = known.ending OR excluded.ending
"""


async def add_wave_requests(tx: Transaction, requested: Iterable[WaveRequested]) -> None:
    """What is wanted of waves and units: the highest revision wins, and a stop is for good."""
    rows = [
        (request.wave, unit, request.revision, request.wanted)
        for request in requested
        for unit in request.units or ("",)
    ]
    waves, units, revisions, wanted = zip(*rows, strict=True)
    await tx.execute(ADD_WAVE_REQUESTS, waves, units, revisions, wanted)


ENDED_OF_LETTERS = """
SELECT id, why_ended(letter) AS reason FROM letter
WHERE id = ANY($1::uuid[]) AND state IN ('waiting', 'unsettled') AND why_ended(letter) IS NOT NULL
"""


async def ended_of_letters(tx: Transaction, letters: Sequence[UUID]) -> Ended:
    return _ended(await tx.fetch(ENDED_OF_LETTERS, letters))


ENDED_OF_INVITATIONS = """
SELECT id, why_ended(letter) AS reason FROM letter
WHERE invitation = ANY($1::uuid[]) AND state IN ('waiting', 'unsettled') AND why_ended(letter) IS NOT NULL
"""


async def ended_of_invitations(tx: Transaction, invitations: Sequence[UUID]) -> Ended:
    return _ended(await tx.fetch(ENDED_OF_INVITATIONS, invitations))


EVER = datetime.min.replace(tzinfo=UTC)
END_LETTERS = "end_letters"
"""The name of the work that ends the letters of stopped waves."""

CLAIM_STOPPED = """
SELECT letter.id, why_ended(letter) AS reason
FROM wave JOIN letter ON letter.wave = wave.wave AND wave.unit IN ('', letter.unit)
WHERE wave.ending AND letter.state IN ('waiting', 'unsettled')
  AND NOT EXISTS (SELECT FROM runtime.stuck_work WHERE work = 'end_letters' AND key = letter.id::text)
LIMIT $1 FOR UPDATE OF letter SKIP LOCKED
"""
ENDED = "UPDATE wave SET ending = false WHERE ending"


async def claim_stopped(tx: Transaction, at_most: int) -> list[tuple[UUID, str]]:
    """Waiting letters of stopped waves and units, with the reason. Once there are no more, the stop is done with:
    letters that come later, or come back, are ended when they are queued or claimed."""
    found = [(row["id"], row["reason"]) for row in await tx.fetch(CLAIM_STOPPED, at_most)]
    if len(found) < at_most:
        await tx.execute(ENDED)
    return found


STOPPED_SINCE = "SELECT EXISTS (SELECT FROM wave WHERE ending)"


async def stopped_since(tx: Transaction) -> datetime | None:
    """From when there are letters of stopped waves to end: at once."""
    return EVER if await tx.fetchval(STOPPED_SINCE) else None


ENDED_OF_PERSONS = """
SELECT id, why_ended(letter) AS reason FROM letter
WHERE persons && $1::text[] AND state IN ('waiting', 'unsettled') AND why_ended(letter) IS NOT NULL
"""


async def ended_of_persons(tx: Transaction, persons: Sequence[str]) -> Ended:
    return _ended(await tx.fetch(ENDED_OF_PERSONS, persons))


def _ended(rows: Sequence[Any]) -> Ended:
    return {row["id"]: row["reason"] for row in rows}


SWITCH = "SELECT is_on, because, changed_at FROM red_switch"


async def switch(tx: Transaction) -> dict[str, Any]:
    """The red switch: is_on, because, changed_at."""
    row = await tx.fetchrow(SWITCH)
    assert row is not None
    return dict(row)


TURN = "UPDATE red_switch SET is_on = $1, because = $2, changed_at = clock_timestamp() WHERE is_on <> $1"


async def turn_on(tx: Transaction, because: str) -> None:
    """From here on nothing is handed over, until somebody turns it off."""
    await tx.execute(TURN, True, because)


async def turn_off(tx: Transaction) -> None:
    await tx.execute(TURN, False, None)
