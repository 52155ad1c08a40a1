"""Manifests, refusals and deliveries in PostgreSQL. No persons: they are in the delivered files alone."""

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from services.inclusion.domain.manifest import Manifest, Refusal
from services.inclusion.domain.starting import Delivered, Extract
from services.inclusion.domain.wave import PinnedContacts, PinnedFile
from services.inclusion.extract.folder import FoundManifest
from services.inclusion.extract.reading import Counts
from shared.runtime import Transaction

SETTLED = "SELECT name, sha256, outcome, file_seen FROM manifest WHERE settled_at IS NOT NULL"


async def looked_at(tx: Transaction) -> Mapping[tuple[str, str], str | None]:
    """Manifests by name and checksum -> what was seen of the refused one's file; None: it is done with for good."""
    rows = await tx.fetch(SETTLED)
    return {(r["name"], r["sha256"]): r["file_seen"] if r["outcome"] == "refused" else None for r in rows}


LEASE_MANIFEST = """
INSERT INTO manifest AS known (name, sha256, leased_by) VALUES ($1, $2, $3)
ON CONFLICT (name, sha256) DO UPDATE SET leased_by = excluded.leased_by
WHERE known.leased_by IS NULL OR known.leased_by = excluded.leased_by OR runtime.is_gone(known.leased_by)
RETURNING name
"""


async def lease_manifest(tx: Transaction, found: FoundManifest, copy: UUID) -> bool:
    """Whether it is ours to read now: nobody else reads it who still lives."""
    return await tx.fetchval(LEASE_MANIFEST, found.told_as, found.sha256, copy) is not None


READ_BEFORE = "SELECT sha256 FROM delivery WHERE delivery = $1"


async def read_before(tx: Transaction, delivery: str) -> str | None:
    """The checksum of what was read under this delivery's name."""
    return await tx.fetchval(READ_BEFORE, delivery)


SAME_CONTENT = """
SELECT delivery FROM delivery AS earlier WHERE kind = $1 AND sha256 = $2 AND delivery <> $3 AND rows > 0
AND NOT (rejected ? 'unit_unknown' AND pinned -> 'units' ->> 'sha256' <> (
    SELECT pinned ->> 'sha256' FROM delivery AS now WHERE now.kind = 'units' ORDER BY now.place DESC LIMIT 1
))
AND (kind = 'contacts' OR place = (SELECT max(place) FROM delivery AS any_one WHERE any_one.kind = earlier.kind))
ORDER BY place LIMIT 1
"""


async def same_content(tx: Transaction, manifest: Manifest) -> str | None:
    """The other delivery that brought this content, if one did.

    Units that were in force before may come again, and contacts of units that are known only now.
    """
    return await tx.fetchval(SAME_CONTENT, manifest.kind, manifest.sha256, manifest.delivery)


ONE_AFTER_THE_OTHER = "LOCK TABLE delivery IN SHARE ROW EXCLUSIVE MODE"


async def keep_others_waiting(tx: Transaction) -> None:
    """Until this transaction ends nobody else keeps a delivery."""
    await tx.execute(ONE_AFTER_THE_OTHER)


LATEST = "SELECT pinned FROM delivery WHERE kind = $1 ORDER BY place DESC LIMIT 1"


async def latest(tx: Transaction, kind: str) -> PinnedFile | None:
    """The latest hierarchy of units, or the latest list of units taking part."""
    pinned = await tx.fetchval(LATEST, kind)
    return PinnedFile.model_validate(pinned) if pinned else None


SETTLE = """
UPDATE manifest SET settled_at = $3, outcome = $4, file_seen = $5, leased_by = NULL WHERE name = $1 AND sha256 = $2
"""


async def settle(tx: Transaction, found: FoundManifest, outcome: str, seen: str, now: datetime) -> None:
    """It was looked at, with its files seen like this."""
    await tx.execute(SETTLE, found.told_as, found.sha256, now, outcome, seen)


REFUSE = """
INSERT INTO refusal (manifest, sha256, reason, expected, found, refused_at) VALUES ($1, $2, $3, $4, $5, $6)
ON CONFLICT DO NOTHING RETURNING reason
"""


async def refuse(tx: Transaction, manifest: str, sha256: str, refusal: Refusal, now: datetime) -> bool:
    """Whether this was not known yet."""
    values = (refusal.reason, refusal.expected, refusal.found)
    return await tx.fetchval(REFUSE, manifest, sha256, *values, now) is not None


KEEP_DELIVERY = """
INSERT INTO delivery (delivery, kind, period, sha256, pinned, rows, rejected, superseded, contacts, read_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
ON CONFLICT DO NOTHING RETURNING delivery
"""


async def keep_delivery(tx: Transaction, manifest: Manifest, pinned: PinnedFile, counts: Counts, now: datetime) -> bool:
    """Whether this was not read yet."""
    about = (manifest.delivery, manifest.kind, manifest.period, manifest.sha256, pinned.model_dump(mode="json"))
    numbers = (counts.rows, dict(counts.rejected), counts.superseded, counts.contacts)
    return await tx.fetchval(KEEP_DELIVERY, *about, *numbers, now) is not None


CONTACTS = """
SELECT period, pinned, rows, contacts, read_at,
    (SELECT coalesce(sum(value::bigint), 0)::bigint FROM jsonb_each_text(rejected)) AS rejected
FROM delivery WHERE kind = 'contacts' ORDER BY place
"""


async def delivered(tx: Transaction) -> Delivered:
    """What was read by now."""
    months: dict[str, list[Extract]] = {}
    for row in await tx.fetch(CONTACTS):
        numbers = {name: row[name] for name in ("rows", "rejected", "contacts", "read_at")}
        pinned = PinnedContacts.model_validate(row["pinned"])
        months.setdefault(row["period"], []).append(Extract(pinned, **numbers))
    return Delivered(months, await latest(tx, "units"), await latest(tx, "participation"))
