"""What came of a delivery or of a wave, as it is told."""

from collections.abc import Sequence
from datetime import datetime

import structlog

from services.inclusion.domain.holding import Hold
from services.inclusion.domain.manifest import Manifest, Refusal
from services.inclusion.extract.folder import FoundManifest
from services.inclusion.extract.reading import Counts
from services.inclusion.store import holds
from shared.events import DeliveryRead, DeliveryRefused, WaveHeld
from shared.runtime import Transaction

log = structlog.get_logger()


def read_event(found: FoundManifest, manifest: Manifest, counts: Counts, now: datetime) -> DeliveryRead:
    return DeliveryRead(
        delivery=manifest.delivery,
        sha256=manifest.sha256,
        period=manifest.period or "",
        profile=manifest.profile,
        rows=counts.rows,
        rejected=counts.rejected,
        superseded=counts.superseded,
        contacts=counts.contacts,
        manifest=found.told_as,
        occurred_at=now,
    )


def refused_event(found: FoundManifest, refusal: Refusal, now: datetime) -> DeliveryRefused:
    return DeliveryRefused(
        manifest=found.told_as,
        sha256=found.sha256,
        reason=refusal.reason,
        expected=refusal.expected,
        found=refusal.found,
        occurred_at=now,
    )


async def hold(tx: Transaction, held: Sequence[Hold], now: datetime) -> Sequence[WaveHeld]:
    """A person has to see to these waves. Tells those that were not held for the same reason before."""
    new = await holds.hold(tx, held, now)
    for one in new:
        log.warning("a wave is held", wave=one.wave, reason=one.reason, found=one.found, then=f"puls wave {one.wave}")
    return [one.told(now) for one in new]
