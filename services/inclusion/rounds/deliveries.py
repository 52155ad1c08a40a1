"""Reads what lies in the drop folder: a delivery is counted, recognized as read before, or refused with a reason."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import get_args
from uuid import UUID

import structlog

from services.inclusion.domain.manifest import Manifest, Refusal, judge_repeat, repeated_as, without_cpr
from services.inclusion.domain.profile import Kind, Profile
from services.inclusion.domain.wave import PinnedContacts, PinnedFile
from services.inclusion.extract import delivery
from services.inclusion.extract.database import Engine
from services.inclusion.extract.delivery import AlteredSinceRead, Unread
from services.inclusion.extract.folder import DropFolder, FoundManifest
from services.inclusion.extract.reading import Counts
from services.inclusion.rounds.outcomes import read_event, refused_event
from services.inclusion.store import deliveries, waves
from shared.events import Event
from shared.runtime import Errand, Transaction

log = structlog.get_logger()

Profiles = Mapping[str, Profile]
READ = "read_deliveries"
ORDER: Sequence[Kind] = get_args(Kind)


@dataclass(frozen=True, slots=True)
class Claimed:
    """`read_before` is the checksum of what was read under the delivery's name, if anything was.

    `same_content` is the other delivery that brought what this one promises.
    """

    unread: Unread
    read_before: str | None
    same_content: str | None


@dataclass(frozen=True, slots=True)
class CameOfIt:
    """`outcome` is None where the same delivery was read before."""

    unread: Unread
    outcome: Counts | Refusal | None


async def unread(tx: Transaction, folder: DropFolder, profiles: Profiles) -> Sequence[Unread]:
    """What is there to be read, in the order in which it is: contacts wait until units have been read."""
    looked_at, units = await deliveries.looked_at(tx), await deliveries.latest(tx, "units")
    found = [delivery.look(folder, manifest, profiles, units) for manifest in folder.manifests()]
    new = [
        one for one in found if looked_at.get((one.found.told_as, one.found.sha256), "never") not in (None, one.seen)
    ]
    stuck = await waves.stuck(tx, READ)
    return sorted((one for one in new if not _waits(one) and one.found.key not in stuck), key=_order)


def read_deliveries(
    folder: DropFolder, profiles: Profiles, engine: Engine, copy: UUID, clock: Callable[[], datetime]
) -> Errand[Claimed, CameOfIt]:
    """One delivery at a time. `clock` tells the moment."""
    reader = _Reader(folder, profiles, engine, copy, clock)
    return Errand(
        reader.claim, reader.do, reader.record, due=reader.due, name=READ, key=lambda claimed: claimed.unread.found.key
    )


@dataclass(frozen=True, slots=True)
class _Reader:
    folder: DropFolder
    profiles: Profiles
    engine: Engine
    copy: UUID
    clock: Callable[[], datetime]
    first_seen: dict[tuple[str, str], datetime] = field(default_factory=dict)

    async def claim(self, tx: Transaction, now: datetime, _at_most: int) -> Sequence[Claimed]:
        for one in await unread(tx, self.folder, self.profiles):
            if await deliveries.lease_manifest(tx, one.found, self.copy):
                return [await _claimed(tx, one)]
        return []

    async def do(self, claimed: Sequence[Claimed]) -> CameOfIt:
        [one] = claimed
        manifest = one.unread.manifest
        if isinstance(manifest, Refusal):
            return CameOfIt(one.unread, manifest)
        if one.read_before is not None:
            return CameOfIt(one.unread, judge_repeat(manifest, one.read_before))
        if one.same_content is not None:
            return CameOfIt(one.unread, repeated_as(one.same_content))
        return CameOfIt(one.unread, await self.engine.run(self._read, manifest, one.unread.units))

    async def record(self, tx: Transaction, came: CameOfIt, now: datetime) -> Sequence[Event]:
        return await _record(tx, came, self.profiles, now)

    async def due(self, tx: Transaction) -> datetime | None:
        """Since when the oldest of what lies in the folder may be read."""
        return min((self._since(one.found) for one in await unread(tx, self.folder, self.profiles)), default=None)

    def _since(self, found: FoundManifest) -> datetime:
        """When it was written; when it was first seen, where the clock has not come to that: it may be stepped."""
        now = self.clock()
        return found.written if found.written <= now else self.first_seen.setdefault((found.name, found.sha256), now)

    def _read(self, manifest: Manifest, units: PinnedFile | None) -> Counts | Refusal:
        try:
            return delivery.read(self.folder, manifest, self.profiles[manifest.profile], units, self.engine)
        except AlteredSinceRead as altered:
            return replace(
                altered.refusal, expected=f"{without_cpr(altered.file.file)} with {altered.refusal.expected}"
            )


def _waits(one: Unread) -> bool:
    return isinstance(one.manifest, Manifest) and one.manifest.kind == "contacts" and one.units is None


def _order(one: Unread) -> tuple[int, str]:
    return (-1 if isinstance(one.manifest, Refusal) else ORDER.index(one.manifest.kind)), one.found.name


async def _claimed(tx: Transaction, one: Unread) -> Claimed:
    if isinstance(one.manifest, Refusal):
        return Claimed(one, None, None)
    before = await deliveries.read_before(tx, one.manifest.delivery)
    return Claimed(one, before, await deliveries.same_content(tx, one.manifest))


async def _record(tx: Transaction, came: CameOfIt, profiles: Profiles, now: datetime) -> Sequence[Event]:
    one, outcome = came.unread, came.outcome
    if isinstance(outcome, Refusal):
        return await _record_refusal(tx, one, outcome, now)
    if outcome is None or isinstance(one.manifest, Refusal):
        await deliveries.settle(tx, one.found, "recognized", one.seen, now)
        log.info("recognized a delivery", manifest=one.found.told_as, because="its name and content were read before")
        return []
    await deliveries.keep_others_waiting(tx)
    if earlier := await deliveries.same_content(tx, one.manifest):
        return await _record_refusal(tx, one, repeated_as(earlier), now)
    await deliveries.settle(tx, one.found, "read", one.seen, now)
    new = await deliveries.keep_delivery(tx, one.manifest, _pin(one, one.manifest, profiles), outcome, now)
    return [read_event(one.found, one.manifest, outcome, now)] if new and one.manifest.kind == "contacts" else []


async def _record_refusal(tx: Transaction, one: Unread, refusal: Refusal, now: datetime) -> Sequence[Event]:
    await deliveries.settle(tx, one.found, "refused", one.seen, now)
    new = await deliveries.refuse(tx, one.found.told_as, one.found.sha256, refusal, now)
    if not new:
        return []
    log.warning("a delivery is not taken", manifest=one.found.told_as, reason=refusal.reason, then="puls deliveries")
    return [refused_event(one.found, refusal, now)]


def _pin(one: Unread, manifest: Manifest, profiles: Profiles) -> PinnedFile:
    """What is kept of a delivery to find its file and to know it again."""
    pinned = PinnedFile(
        delivery=manifest.delivery,
        sha256=manifest.sha256,
        file=manifest.file,
        manifest=one.found.name,
        manifest_sha256=one.found.sha256,
        profile=profiles[manifest.profile],
    )
    return pinned if one.units is None else PinnedContacts(**dict(pinned), units=one.units)
