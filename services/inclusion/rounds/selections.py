"""Tells whom a wave asks, and what became of everybody else: some units at a time, each once."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from services.inclusion.domain.holding import nobody_to_ask, stands_still
from services.inclusion.domain.manifest import Refusal, cannot_be_selected, without_cpr
from services.inclusion.domain.selection import UnitCount, next_units, patient_included, selection_finished
from services.inclusion.domain.wave import PinnedFile, Wave
from services.inclusion.extract.database import Engine
from services.inclusion.extract.delivery import AlteredSinceRead
from services.inclusion.extract.folder import DropFolder
from services.inclusion.extract.selection import Run, Selection, Selections
from services.inclusion.rounds.outcomes import hold
from services.inclusion.store import deliveries, waves
from shared.events import DeliveryRefused, Event, WaveHeld, WaveStarted
from shared.privacy import Pseudonyms, Sealer
from shared.runtime import Errand, Transaction

TELL = "tell_selections"
PATIENTS_AT_ONCE = 2000
"""Told in one transaction, as long as no single unit has more."""


@dataclass(frozen=True, slots=True)
class Telling:
    """A wave of which some units were told."""

    wave: Wave
    run: Run
    told: frozenset[str]
    now: datetime


@dataclass(frozen=True, slots=True, repr=False)
class Told:
    """The next units of a wave, and what is to be told about each; before the first of all, that it started."""

    wave: Wave
    started: WaveStarted
    counts: Sequence[UnitCount]
    """Of all its units."""
    units: Sequence[UnitCount]
    events: Mapping[str, Sequence[Event]]


@dataclass(frozen=True, slots=True)
class Halted:
    """A wave that does not go on: a file it rests on was altered, or its selection fails for a mistake of ours."""

    wave: Wave
    file: PinnedFile | None
    """The altered one."""
    refusal: Refusal
    seen: str
    """What was seen of the files it rests on."""


def tell_selections(
    folder: DropFolder,
    engine: Engine,
    selections: Selections,
    pseudonyms: Pseudonyms,
    sealer: Sealer,
    copy: UUID,
) -> Errand[Telling, Told | Halted]:
    publisher = _Teller(folder, engine, selections, pseudonyms, sealer, copy)
    return Errand(
        publisher.claim,
        publisher.do,
        publisher.record,
        due=publisher.due,
        name=TELL,
        key=lambda telling: telling.wave.wave,
    )


@dataclass(frozen=True, slots=True, repr=False)
class _Teller:
    folder: DropFolder
    engine: Engine
    selections: Selections
    pseudonyms: Pseudonyms
    sealer: Sealer
    copy: UUID

    async def claim(self, tx: Transaction, now: datetime, _at_most: int) -> Sequence[Telling]:
        """One wave at a time, some units of it."""
        for wave in await _may_go_on(tx, self.folder):
            if await waves.lease_wave(tx, wave, self.copy):
                return [Telling(wave, await _run(tx, wave), await waves.told(tx, wave), now)]
        return []

    async def do(self, claimed: Sequence[Telling]) -> Told | Halted:
        [telling] = claimed
        seen = self.folder.seen(telling.wave.rests_on(telling.run))
        try:
            return await self.engine.run(self._tell, telling)
        except AlteredSinceRead as altered:
            return Halted(telling.wave, altered.file, altered.refusal, seen)
        except (OSError, MemoryError):
            raise
        except Exception as error:
            return Halted(telling.wave, None, cannot_be_selected(error), seen)

    async def record(self, tx: Transaction, came: Told | Halted, now: datetime) -> Sequence[Event]:
        if isinstance(came, Halted):
            self.selections.close()
            return await _record_halt(tx, came, now)
        start = await _start(tx, came, now)
        if start is None or any(isinstance(event, WaveHeld) for event in start):
            self.selections.close()
            return start or ()
        new = await waves.keep_told(tx, came.wave, came.units)
        if await waves.release(tx, came.wave, len(came.counts), now):
            self.selections.close()
        return [*start, *(event for count in came.units if count.unit in new for event in came.events[count.unit])]

    async def due(self, tx: Transaction) -> datetime | None:
        return min((wave.run for wave in await _may_go_on(tx, self.folder)), default=None)

    def _tell(self, telling: Telling) -> Told:
        selection = self.selections.of(telling.wave, telling.run)
        units = next_units(selection.counts, telling.told, PATIENTS_AT_ONCE)
        started = telling.wave.started(len(selection.counts))
        return Told(telling.wave, started, selection.counts, units, self._events(telling, selection, units))

    def _events(
        self, telling: Telling, selection: Selection, units: Sequence[UnitCount]
    ) -> Mapping[str, Sequence[Event]]:
        """Unit by unit: everybody who is asked, and then the unit's numbers."""
        wave, now, hierarchy = telling.wave, telling.now, selection.hierarchy
        events: dict[str, list[Event]] = {count.unit: [] for count in units}
        patients = selection.patients(units)
        sealed = self.sealer.seal_all([patient.cpr for patient in patients])
        for patient, cpr in zip(patients, sealed, strict=True):
            person = self.pseudonyms.of(patient.cpr)
            events[patient.unit].append(patient_included(wave, patient, person, cpr, hierarchy, now))
        for count in units:
            events[count.unit].append(selection_finished(wave, count, hierarchy, now))
        return events


async def _may_go_on(tx: Transaction, folder: DropFolder) -> Sequence[Wave]:
    """Unfinished waves, without stuck ones and those that were halted and whose files look as they did then."""
    unfinished = await waves.unfinished(tx)
    stuck = await waves.stuck(tx, TELL)
    return [
        found.wave
        for found in unfinished
        if found.wave.wave not in stuck
        and (not found.halted_on or found.halted_on != await _seen(tx, folder, found.wave))
    ]


async def _seen(tx: Transaction, folder: DropFolder, wave: Wave) -> str:
    return folder.seen(wave.rests_on(await _run(tx, wave)))


async def _run(tx: Transaction, wave: Wave) -> Run:
    return {one.wave: one for one in await waves.run_of(tx, wave.run)}


async def _start(tx: Transaction, came: Told, now: datetime) -> Sequence[WaveStarted | WaveHeld] | None:
    """What is told before the first units; that the wave is held, where it would ask nobody. None: it began anew."""
    wave, before = came.wave, await waves.before(tx, came.wave)
    if before is None:
        return None
    started_at, revision = before
    if started_at is not None:
        return []
    if not any(count.included for count in came.counts):
        contacts = sum(sum(count.terms.values()) for count in came.counts)
        if held := await hold(tx, [nobody_to_ask(wave, contacts, revision)], now):
            await waves.unbegin(tx, wave)
            return held
    await waves.start(tx, wave)
    return [came.started]


async def _record_halt(tx: Transaction, came: Halted, now: datetime) -> Sequence[Event]:
    await waves.halt(tx, came.wave, came.seen)
    file, refusal = came.file, came.refusal
    expected = f"{file.file} with {refusal.expected}" if file else refusal.expected
    held = await hold(tx, [stands_still(came.wave, refusal.reason, expected, refusal.found, came.seen)], now)
    if file is None or not await deliveries.refuse(tx, without_cpr(file.manifest), file.manifest_sha256, refusal, now):
        return held
    return [
        *held,
        DeliveryRefused(
            manifest=without_cpr(file.manifest),
            sha256=file.manifest_sha256,
            reason=refusal.reason,
            expected=refusal.expected,
            found=refusal.found,
            occurred_at=now,
        ),
    ]
