"""What was wanted of waves, revision by revision."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from shared.events import Wanted, WaveRequested
from shared.runtime import Transaction


@dataclass(frozen=True)
class WantedState:
    """What is wanted of a whole wave. `revision` is the highest so far, also of requests about some units only."""

    wanted: Wanted | None
    """None: the wave has not been heard of."""
    revision: int


LOCK_WAVE = "SELECT wave FROM wave WHERE wave = $1 FOR UPDATE"
LATEST = """
SELECT
    (SELECT wanted FROM wave_request WHERE wave = $1 AND units = '{}' ORDER BY revision DESC LIMIT 1) AS wanted,
    (SELECT coalesce(max(revision), 0) FROM wave_request WHERE wave = $1) AS revision
"""


async def latest(tx: Transaction, wave: str) -> WantedState:
    """Until the transaction ends nobody else asks anything of the wave. Nothing asked yet: it runs as it started."""
    if await tx.fetchval(LOCK_WAVE, wave) is None:
        return WantedState(None, 0)
    row = await tx.fetchrow(LATEST, wave)
    assert row is not None
    return WantedState(row["wanted"] or "running", row["revision"])


WANTED = """
SELECT coalesce(
    (SELECT wanted FROM wave_request WHERE wave = $1 AND units = '{}' ORDER BY revision DESC LIMIT 1), 'running'
) AS wanted
FROM wave WHERE wave = $1
"""


async def wanted(tx: Transaction, wave: str) -> Wanted | None:
    """None: the wave has not been heard of."""
    return await tx.fetchval(WANTED, wave)


ADD = """
INSERT INTO wave_request (wave, revision, wanted, units, requested_by, requested_at)
SELECT wave, revision, wanted, ARRAY(SELECT jsonb_array_elements_text(units)), requested_by, occurred_at
FROM jsonb_to_recordset($1) AS told (
    wave text, revision integer, wanted text, units jsonb, requested_by text, occurred_at timestamptz
)
ON CONFLICT DO NOTHING
"""


async def add(tx: Transaction, requested: Sequence[WaveRequested]) -> None:
    await tx.execute(ADD, [request.model_dump(mode="json") for request in requested])


HISTORY = """
SELECT wave, revision, wanted, units, requested_by, requested_at
FROM wave_request
WHERE wave = ANY($1::text [])
ORDER BY wave, revision
"""


async def history(tx: Transaction, waves: Sequence[str]) -> list[dict[str, Any]]:
    """Who asked what of these waves, and when; the first first."""
    return [dict(row) for row in await tx.fetch(HISTORY, waves)]
