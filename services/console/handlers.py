"""What is heard becomes rows. Nothing is told in return."""

from collections.abc import Sequence

from services.console.domain.facts import known
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
    """The console's own requests, heard again: so a restored backup does not give their revisions away twice."""
    await waves.add(tx, {one.wave for one in requested})
    await requests.add(tx, requested)
    return ()


async def on_wave_started(tx: Transaction, started: Sequence[WaveStarted]) -> Sequence[Event]:
    await waves.add(tx, {one.wave for one in started})
    await waves.start(tx, started)
    return ()


async def on_wave_held(tx: Transaction, held: Sequence[WaveHeld]) -> Sequence[Event]:
    await waves.add(tx, {one.wave for one in held})
    await waves.hold(tx, held)
    return ()


async def on_selection_finished(tx: Transaction, finished: Sequence[SelectionFinished]) -> Sequence[Event]:
    await waves.add(tx, {one.wave for one in finished})
    await waves.add_selections(tx, finished)
    return ()


async def on_invitation_fact(tx: Transaction, facts: Sequence[AboutInvitation]) -> Sequence[Event]:
    """Any fact about an invitation or its reminders: the columns it sets are set, and the row is made if need be."""
    heard = [known(fact) for fact in facts]
    await waves.add(tx, {fact.invitation.wave for fact in facts})
    await invitations.know(tx, [one for one in heard if one.number == 0])
    await invitations.know_reminders(tx, [one for one in heard if one.number > 0])
    await stories.add_letters(tx, [(one.invitation.id, one.letter) for one in facts if isinstance(one, ABOUT_LETTER)])
    return ()


async def on_record_set_aside(tx: Transaction, records: Sequence[RecordSetAside]) -> Sequence[Event]:
    await set_aside.add(tx, records)
    return ()
