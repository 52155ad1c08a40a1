"""The rows of deliveries, waves and selections."""

from collections.abc import Collection, Sequence
from typing import Any

from shared.events import DeliveryRead, DeliveryRefused, SelectionFinished, WaveHeld, WaveStarted
from shared.runtime import Transaction

ADD_DELIVERIES = """
INSERT INTO delivery (delivery, sha256, period, profile, rows, rejected, superseded, contacts, manifest, read_at)
SELECT delivery, sha256, period, profile, rows, rejected, superseded, contacts, manifest, occurred_at
FROM jsonb_to_recordset($1) AS told (
    delivery text, sha256 text, period text, profile text, rows bigint, rejected jsonb, superseded bigint,
    contacts bigint, manifest text, occurred_at timestamptz
)
ON CONFLICT DO NOTHING
"""


async def add_deliveries(tx: Transaction, read: Sequence[DeliveryRead]) -> None:
    await tx.execute(ADD_DELIVERIES, [delivery.model_dump(mode="json") for delivery in read])


ADD_REFUSED_DELIVERIES = """
INSERT INTO delivery_refused (manifest, sha256, reason, expected, found, refused_at)
SELECT manifest, sha256, reason, expected, found, occurred_at
FROM jsonb_to_recordset($1) AS told (
    manifest text, sha256 text, reason text, expected text, found text, occurred_at timestamptz
)
ON CONFLICT DO NOTHING
"""


async def add_refused_deliveries(tx: Transaction, refused: Sequence[DeliveryRefused]) -> None:
    await tx.execute(ADD_REFUSED_DELIVERIES, [delivery.model_dump(mode="json") for delivery in refused])


ADD = "INSERT INTO wave (wave) SELECT unnest($1::text []) AS name ORDER BY name ON CONFLICT DO NOTHING"


async def add(tx: Transaction, waves: Collection[str]) -> None:
    """Makes the rows of waves that were not heard of before."""
    await tx.execute(ADD, sorted(set(waves)))


START = """
UPDATE wave SET
    started_at = told.occurred_at, started_by = told.started_by, pinned = told.pinned, parts = told.parts
FROM jsonb_to_recordset($1) AS told (
    wave text, occurred_at timestamptz, started_by text, pinned jsonb, parts integer
)
WHERE wave.wave = told.wave AND wave.started_at IS NULL
"""
PINNED = {"deliveries", "units", "participation", "definition", "seed", "run"}


async def start(tx: Transaction, started: Sequence[WaveStarted]) -> None:
    """The waves' rows are there."""
    rows = [
        {
            "wave": wave.wave,
            "occurred_at": wave.occurred_at.isoformat(),
            "started_by": wave.started_by,
            "pinned": wave.model_dump(mode="json", include=PINNED),
            "parts": wave.parts,
        }
        for wave in started
    ]
    await tx.execute(START, rows)


HOLD = """
INSERT INTO wave_held (wave, reason, held_on, holds, expected, found, held_at)
SELECT wave, reason, held_on, holds, expected, found, occurred_at
FROM jsonb_to_recordset($1) AS told (
    wave text, reason text, held_on text, holds text, expected text, found text, occurred_at timestamptz
)
ON CONFLICT DO NOTHING
"""


async def hold(tx: Transaction, held: Sequence[WaveHeld]) -> None:
    await tx.execute(HOLD, [one.model_dump(mode="json") for one in held])


ADD_SELECTIONS = """
INSERT INTO selection (
    wave, unit, unit_path, region, parts, contacts, other_survey_or_period, excluded, not_sampled, another_contact,
    included
)
SELECT
    wave, unit, unit_path, region, parts, contacts, other_survey_or_period, excluded, not_sampled, another_contact,
    included
FROM jsonb_to_recordset($1) AS told (
    wave text, unit text, unit_path jsonb, region text, parts integer, contacts bigint, other_survey_or_period bigint,
    excluded jsonb, not_sampled bigint, another_contact bigint, included bigint
)
ON CONFLICT DO NOTHING
"""


async def add_selections(tx: Transaction, finished: Sequence[SelectionFinished]) -> None:
    await tx.execute(ADD_SELECTIONS, [selection.model_dump(mode="json") for selection in finished])


PINNED_DELIVERIES = """
SELECT kind, pinned -> kind ->> 'delivery' AS delivery, array_agg(wave ORDER BY month DESC, survey) AS waves
FROM wave
CROSS JOIN unnest(ARRAY['units', 'participation']) AS kind
WHERE pinned IS NOT NULL
GROUP BY 1, 2
ORDER BY max(started_at) DESC, 1, 2
"""


async def pinned_deliveries(tx: Transaction) -> list[dict[str, Any]]:
    """Each delivery of units or of who takes part that a wave rests on, and these waves; the latest first."""
    return [dict(row) for row in await tx.fetch(PINNED_DELIVERIES)]
