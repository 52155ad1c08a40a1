"""What reminders does about the events it consumes."""

from collections.abc import Sequence

from services.reminders import domain, store
from services.reminders.store import Ended
from shared.events import (
    Event,
    InvitationClosed,
    InvitationUnreached,
    InvitationWithdrawn,
    LetterDelivered,
    LetterSubmitted,
    ReminderCancelled,
    WaveRequested,
)
from shared.runtime import Transaction
from shared.surveys import Surveys


async def on_letter(
    tx: Transaction, letters: Sequence[LetterSubmitted] | Sequence[LetterDelivered], *, surveys: Surveys
) -> Sequence[Event]:
    """Plans from the invitation's own letter; a reminder's letter changes nothing."""
    plans = [domain.plan(event, surveys) for event in letters if event.letter.kind == "invitation"]
    await store.plan(tx, plans)
    return ()


async def on_invitation_closed(tx: Transaction, closed: Sequence[InvitationClosed]) -> Sequence[Event]:
    return await _end(tx, [Ended(event, event.outcome) for event in closed])


async def on_invitation_unreached(tx: Transaction, unreached: Sequence[InvitationUnreached]) -> Sequence[Event]:
    return await _end(tx, [Ended(event, "unreached") for event in unreached])


async def on_invitation_withdrawn(tx: Transaction, withdrawn: Sequence[InvitationWithdrawn]) -> Sequence[Event]:
    return await _end(tx, [Ended(event, "withdrawn") for event in withdrawn])


async def on_wave_requested(tx: Transaction, requested: Sequence[WaveRequested]) -> Sequence[Event]:
    """A stopped wave reminds nobody. A pause holds letters where they are; it changes no plan."""
    await store.stop(tx, [request for request in requested if request.wanted == "stopped"])
    return ()


async def _end(tx: Transaction, ended: Sequence[Ended]) -> Sequence[Event]:
    by_id = {end.event.invitation.id: end for end in ended}
    return [
        ReminderCancelled.after(by_id[invitation].event, number=number, reason=by_id[invitation].because)
        for invitation, number in await store.end(tx, ended)
    ]
