"""Requests, waves, and the units that were told, in PostgreSQL. No persons."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from services.inclusion.domain.selection import UnitCount
from services.inclusion.domain.starting import Request
from services.inclusion.domain.wave import Wave
from shared.events import WaveRequested
from shared.runtime import Transaction

KEEP_REQUESTS = """
INSERT INTO request AS known (wave, survey, month, revision, wanted, requested_at)
SELECT DISTINCT ON (wave) * FROM unnest($1::text[], $2::text[], $3::text[], $4::int[], $5::text[], $6::timestamptz[])
    AS heard (wave, survey, month, revision, wanted, requested_at)
ORDER BY wave, wanted = 'stopped' DESC, revision DESC
ON CONFLICT (wave) DO UPDATE SET
    revision = excluded.revision, wanted = excluded.wanted, requested_at = excluded.requested_at
WHERE known.wanted <> 'stopped' AND (excluded.wanted = 'stopped' OR excluded.revision > known.revision)
"""


async def keep_requests(tx: Transaction, requested: Sequence[WaveRequested]) -> None:
    """The highest revision counts, but a stop is for good."""
    rows = [(one.wave, one.survey, one.month, one.revision, one.wanted, one.occurred_at) for one in requested]
    if rows:
        await tx.execute(KEEP_REQUESTS, *(list(column) for column in zip(*rows, strict=True)))


REQUESTS = "SELECT wave, survey, month, wanted, requested_at, revision FROM request"


async def requests(tx: Transaction) -> Sequence[Request]:
    return [Request(**row) for row in await tx.fetch(REQUESTS)]


TRY_AGAIN = "UPDATE wave SET halted_on = NULL WHERE wave = ANY($1::text[]) AND finished_at IS NULL"


async def try_again(tx: Transaction, requested: Sequence[WaveRequested]) -> None:
    """Those that stand still are tried again because somebody wants them to run."""
    await tx.execute(TRY_AGAIN, [one.wave for one in requested if one.wanted == "running"])


BEGUN = "SELECT wave FROM wave"


async def begun(tx: Transaction) -> set[str]:
    """The names of all waves that began."""
    return {row["wave"] for row in await tx.fetch(BEGUN)}


RUN = "SELECT pinned FROM wave WHERE run = $1 ORDER BY wave"


async def run_of(tx: Transaction, run: datetime) -> Sequence[Wave]:
    """The waves that began in this slot."""
    return [Wave.model_validate(row["pinned"]) for row in await tx.fetch(RUN, run)]


BEGIN = """
INSERT INTO wave (wave, run, pinned) SELECT * FROM unnest($1::text[], $2::timestamptz[], $3::jsonb[])
ON CONFLICT DO NOTHING RETURNING wave
"""


async def begin(tx: Transaction, waves: Sequence[Wave]) -> Sequence[Wave]:
    """Those of them that had not begun."""
    pinned = [wave.model_dump(mode="json") for wave in waves]
    rows = await tx.fetch(BEGIN, [wave.wave for wave in waves], [wave.run for wave in waves], pinned)
    new = {row["wave"] for row in rows}
    return [wave for wave in waves if wave.wave in new]


BEFORE = """
SELECT wave.started_at, coalesce(request.revision, 0) AS revision
FROM wave LEFT JOIN request USING (wave) WHERE wave.wave = $1 AND run = $2 FOR UPDATE OF wave
"""


async def before(tx: Transaction, wave: Wave) -> tuple[datetime | None, int] | None:
    """When its start was told, and the latest request heard about it. None: it is not to start any more.

    Nobody else tells anything of the wave until this transaction ends.
    """
    row = await tx.fetchrow(BEFORE, wave.wave, wave.run)
    return (row["started_at"], row["revision"]) if row else None


START = "UPDATE wave SET started_at = $2 WHERE wave = $1"


async def start(tx: Transaction, wave: Wave) -> None:
    """From here on it is told to its end."""
    await tx.execute(START, wave.wave, wave.run)


UNBEGIN = "DELETE FROM wave WHERE wave = $1 AND started_at IS NULL"
YIELD_NO_LONGER = """
UPDATE wave SET pinned = jsonb_set(pinned, '{yields_to}', (pinned -> 'yields_to') - $1)
WHERE run = $2 AND pinned -> 'yields_to' ? $1
"""


async def unbegin(tx: Transaction, wave: Wave) -> None:
    """Nothing of it was told, and it may start from other deliveries: to that one nobody yielded."""
    await tx.execute(UNBEGIN, wave.wave)
    await tx.execute(YIELD_NO_LONGER, wave.wave, wave.run)


@dataclass(frozen=True, slots=True)
class Unfinished:
    """A wave that is not told to its end."""

    wave: Wave
    halted_on: str | None


UNFINISHED = "SELECT pinned, halted_on FROM wave WHERE finished_at IS NULL ORDER BY run, wave"


async def unfinished(tx: Transaction) -> Sequence[Unfinished]:
    return [Unfinished(Wave.model_validate(row["pinned"]), row["halted_on"]) for row in await tx.fetch(UNFINISHED)]


LEASE_WAVE = """
UPDATE wave SET leased_by = $2
WHERE wave = $1 AND finished_at IS NULL AND (leased_by IS NULL OR leased_by = $2 OR runtime.is_gone(leased_by))
RETURNING wave
"""


async def lease_wave(tx: Transaction, wave: Wave, copy: UUID) -> bool:
    """Whether its next units are ours to tell now: nobody else tells them who still lives."""
    return await tx.fetchval(LEASE_WAVE, wave.wave, copy) is not None


TOLD = "SELECT unit FROM told_unit WHERE wave = $1"


async def told(tx: Transaction, wave: Wave) -> frozenset[str]:
    """The units that were told already."""
    return frozenset(row["unit"] for row in await tx.fetch(TOLD, wave.wave))


KEEP_TOLD = """
INSERT INTO told_unit (wave, unit, included) SELECT $1, * FROM unnest($2::text[], $3::int[])
ON CONFLICT DO NOTHING RETURNING unit
"""


async def keep_told(tx: Transaction, wave: Wave, counts: Sequence[UnitCount]) -> set[str]:
    """Those of the units that were not told yet."""
    units, included = [count.unit for count in counts], [count.included for count in counts]
    return {row["unit"] for row in await tx.fetch(KEEP_TOLD, wave.wave, units, included)}


RELEASE_WAVE = """
UPDATE wave SET leased_by = NULL, halted_on = NULL,
    finished_at = CASE WHEN (SELECT count(*) FROM told_unit WHERE told_unit.wave = $1) >= $2 THEN $3::timestamptz END
WHERE wave = $1
RETURNING finished_at IS NOT NULL
"""


async def release(tx: Transaction, wave: Wave, parts: int, now: datetime) -> bool:
    """The wave may go on. Whether it is finished, which it is once so many units were told."""
    return await tx.fetchval(RELEASE_WAVE, wave.wave, parts, now)


HALT = "UPDATE wave SET leased_by = NULL, halted_on = $2 WHERE wave = $1"


async def halt(tx: Transaction, wave: Wave, seen: str) -> None:
    """The wave does not go on while its files look like this."""
    await tx.execute(HALT, wave.wave, seen)


STUCK = "SELECT key FROM runtime.stuck_work WHERE work = $1"


async def stuck(tx: Transaction, work: str) -> frozenset[str]:
    """What stands aside of this work, by its keys."""
    return frozenset(row["key"] for row in await tx.fetch(STUCK, work))
