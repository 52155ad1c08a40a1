"""What ends letters for good, and what puts them on hold."""

from collections.abc import Iterable, Sequence
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
INSERT INTO wave AS known (wave, unit, revision, wanted, stopped)
SELECT wave, unit, max(revision), (array_agg(wanted ORDER BY revision DESC))[1], bool_or(wanted = 'stopped')
FROM unnest($1::text[], $2::text[], $3::int[], $4::text[]) AS asked (wave, unit, revision, wanted)
GROUP BY wave, unit
ORDER BY wave, unit
ON CONFLICT (wave, unit) DO UPDATE SET
    revision = greatest(known.revision, excluded.revision),
    wanted = CASE WHEN excluded.revision > known.revision THEN excluded.wanted ELSE known.wanted END,
    stopped = known.stopped OR excluded.stopped
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


ENDED_OF_WAVES = """
SELECT id, why_ended(letter) AS reason FROM letter
WHERE wave = ANY($1::text[]) AND state IN ('waiting', 'unsettled') AND why_ended(letter) IS NOT NULL
"""


async def ended_of_waves(tx: Transaction, waves: Sequence[str]) -> Ended:
    return _ended(await tx.fetch(ENDED_OF_WAVES, waves))


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
