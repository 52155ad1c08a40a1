"""Everybody accounted for: every number is a count or a sum over the rows, none a difference."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from services.console.domain.account import Share, Wave, account
from shared.runtime import Transaction

WAVES = """
SELECT
    wave.wave, wave.survey, wave.month, wave.started_at,
    coalesce(asked.wanted, 'running') AS wanted,
    heard.selected,
    held.held,
    EXISTS (SELECT FROM delivery WHERE delivery.period = wave.month) AS extract_read
FROM wave
LEFT JOIN LATERAL (
    SELECT wanted FROM wave_request WHERE wave_request.wave = wave.wave AND units = '{}' ORDER BY revision DESC LIMIT 1
) AS asked ON TRUE
CROSS JOIN LATERAL (
    SELECT coalesce(count(*) = coalesce(max(selection.parts), wave.parts), FALSE) AS selected
    FROM selection
    WHERE selection.wave = wave.wave
) AS heard
LEFT JOIN LATERAL (
    SELECT to_jsonb(wave_held) AS held
    FROM wave_held
    WHERE
        wave_held.wave = wave.wave AND NOT heard.selected
        AND CASE holds
            WHEN 'start' THEN wave.started_at IS NULL AND NOT EXISTS (
                SELECT FROM delivery WHERE delivery.period = wave.month AND delivery.read_at > wave_held.held_at
            )
            ELSE TRUE
        END
    ORDER BY held_at DESC, reason
    LIMIT 1
) AS held ON TRUE
WHERE
    ($1::text IS NULL OR wave.wave = $1)
    AND ($2::timestamptz IS NULL OR coalesce(wave.started_at >= $2, TRUE) OR asked.wanted = 'paused')
ORDER BY wave.month DESC, wave.survey
"""


async def waves(tx: Transaction, wave: str | None = None, since: datetime | None = None) -> list[Wave]:
    """All waves that were heard of, the latest month first; or the one of that name, if it was heard of.

    Since a moment: not those that had started before, unless they are paused. Each wave costs the counting of its
    invitations. What held a wave's start is over when it has started, and when another extract of its month was read:
    if that does not let it start either, it is held anew.
    """
    heard_of = await tx.fetch(WAVES, wave, since)
    names = [row["wave"] for row in heard_of]
    deliveries = _by("wave", await tx.fetch(DELIVERIES, names))
    terms = _by("wave", await tx.fetch(TERMS, names, None))
    return [
        Wave.model_validate({**row, **account(terms[row["wave"]]), "deliveries": deliveries[row["wave"]]})
        for row in heard_of
    ]


DELIVERIES = """
SELECT
    wave.wave, pinned.delivery, delivery.rows, delivery.superseded, delivery.contacts,
    coalesce(delivery.rejected, '{}') AS rejected
FROM wave
CROSS JOIN LATERAL jsonb_to_recordset(wave.pinned -> 'deliveries') AS pinned (delivery text, sha256 text)
LEFT JOIN delivery ON delivery.delivery = pinned.delivery AND delivery.sha256 = pinned.sha256
WHERE wave.wave = ANY($1::text [])
ORDER BY wave.wave, pinned.delivery
"""


TERMS = """
SELECT
    wave,
    CASE $2::text WHEN 'region' THEN region WHEN 'unit' THEN unit END AS part,
    term,
    reason,
    sum(number)::bigint AS number
FROM account
WHERE wave = ANY($1::text [])
GROUP BY 1, 2, 3, 4
ORDER BY 1, 2, 3, 4
"""


UNIT_NAMES = "SELECT unit, unit_path -> -1 ->> 'name' AS name FROM selection WHERE wave = $1"


async def shares(tx: Transaction, wave: str, by: str) -> list[Share]:
    """The wave by `region` or by `unit`."""
    names = {row["unit"]: row["name"] for row in await tx.fetch(UNIT_NAMES, wave)}
    terms = _by("part", await tx.fetch(TERMS, [wave], by))
    return [
        Share.model_validate({"part": part, "name": names.get(part), **account(counted)})
        for part, counted in terms.items()
    ]


def _by(column: str, rows: Iterable[Any]) -> defaultdict[str, list[dict[str, Any]]]:
    found: defaultdict[str, list[dict[str, Any]]] = defaultdict(list)
    for row in rows:
        found[row[column]].append(dict(row))
    return found


READ_DELIVERIES = """
SELECT delivery, period, profile, rows, rejected, superseded, contacts, read_at
FROM delivery
ORDER BY read_at DESC, delivery
"""


async def read_deliveries(tx: Transaction) -> list[dict[str, Any]]:
    return [dict(row) for row in await tx.fetch(READ_DELIVERIES)]


REFUSED_DELIVERIES = """
SELECT
    manifest, reason, expected, found, refused_at, left_at, left_by,
    reason = 'repeated' OR EXISTS (
        SELECT FROM delivery
        WHERE
            refused.manifest IN (delivery.manifest, delivery.delivery || '.manifest.json')
            AND delivery.read_at >= refused.refused_at
    ) AS read_since
FROM delivery_refused AS refused
ORDER BY refused_at DESC, manifest
"""


async def refused_deliveries(tx: Transaction) -> list[dict[str, Any]]:
    """The latest first. `read_since`: what it holds is read.

    One by a manifest of the same name was read later, so it has been mended; or its content had been read already.
    """
    return [dict(row) for row in await tx.fetch(REFUSED_DELIVERIES)]


async def refused_and_waiting(tx: Transaction) -> list[dict[str, Any]]:
    """Those that were neither mended nor left by an operator."""
    return [
        delivery for delivery in await refused_deliveries(tx) if not delivery["read_since"] and not delivery["left_at"]
    ]


LEAVE_DELIVERY = """
UPDATE delivery_refused SET left_at = $2, left_by = $3 WHERE manifest = $1 AND left_at IS NULL RETURNING reason
"""


async def leave_delivery(tx: Transaction, manifest: str, now: datetime, by: str) -> bool:
    """Nobody is asked to see to it any more. Returns whether there was anything to leave."""
    return bool(await tx.fetch(LEAVE_DELIVERY, manifest, now, by))


HANDED_OVER = """
SELECT wave, max(submitted_at) AS last FROM invitation WHERE wave = ANY($1::text []) GROUP BY wave
"""


async def last_handed_over(tx: Transaction, waves: Sequence[str]) -> dict[str, datetime | None]:
    """Wave -> when the last of its letters so far left, reminders aside."""
    return {row["wave"]: row["last"] for row in await tx.fetch(HANDED_OVER, waves)}
