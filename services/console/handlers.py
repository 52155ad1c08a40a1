"""Events become rows. Nothing is published in return."""

from collections.abc import Sequence

from services.console.domain.invitation_updates import update_of
from services.console.store import invitations, requests, set_aside, stories, waves
from shared.events import (
    AboutInvitation,
    DeliveryRead,
    DeliveryRefused,
    Event,
    LetterDelivered,
    LetterFailed,
    LetterStopped,
    LetterSubmitted,
    RecordSetAside,
    SelectionFinished,
    WaveHeld,
    WaveRequested,
    WaveStarted,
)
from shared.runtime import Transaction

ABOUT_LETTER = (LetterSubmitted, LetterDelivered, LetterFailed, LetterStopped)


async def on_delivery_read(tx: Transaction, read: Sequence[DeliveryRead]) -> Sequence[Event]:
    await waves.add_deliveries(tx, read)
    return ()


async def on_delivery_refused(tx: Transaction, refused: Sequence[DeliveryRefused]) -> Sequence[Event]:
    await waves.add_refused_deliveries(tx, refused)
    return ()


async def on_wave_requested(tx: Transaction, requested: Sequence[WaveRequested]) -> Sequence[Event]:
    """The console's own requests, consumed again: so a restored backup does not give their revisions away twice."""
    await waves.add(tx, {request.wave for request in requested})
    await requests.add(tx, requested)
    return ()


async def on_wave_started(tx: Transaction, started: Sequence[WaveStarted]) -> Sequence[Event]:
    await waves.add(tx, {wave.wave for wave in started})
    await waves.start(tx, started)
    return ()


async def on_wave_held(tx: Transaction, held: Sequence[WaveHeld]) -> Sequence[Event]:
    await waves.add(tx, {one.wave for one in held})
    await waves.hold(tx, held)
    return ()


async def on_selection_finished(tx: Transaction, finished: Sequence[SelectionFinished]) -> Sequence[Event]:
    await waves.add(tx, {selection.wave for selection in finished})
    await waves.add_selections(tx, finished)
    return ()


async def on_invitation_event(tx: Transaction, events: Sequence[AboutInvitation]) -> Sequence[Event]:
    """Any event about an invitation or its reminders: the columns it sets are set, and the row is made if need be."""
    updates = [update_of(event) for event in events]
    await waves.add(tx, {event.invitation.wave for event in events})
    await invitations.upsert(tx, [update for update in updates if update.number == 0])
    await invitations.upsert_reminders(tx, [update for update in updates if update.number > 0])
    about_letters = [event for event in events if isinstance(event, ABOUT_LETTER)]
    await stories.add_letters(tx, [(event.invitation.id, event.letter) for event in about_letters])
    return ()


async def on_record_set_aside(tx: Transaction, records: Sequence[RecordSetAside]) -> Sequence[Event]:
    await set_aside.add(tx, records)
    return ()
