"""What came of a delivery, as it is told."""

from datetime import datetime

from services.inclusion.domain.manifest import Manifest, Refusal
from services.inclusion.extract.folder import FoundManifest
from services.inclusion.extract.reading import Counts
from shared.events import DeliveryRead, DeliveryRefused


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
