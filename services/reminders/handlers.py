"""What reminders does about what it hears."""

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
    plans = [domain.plan(one, surveys) for one in letters if one.letter.kind == "invitation"]
    await store.plan(tx, plans)
    return ()


async def on_invitation_closed(tx: Transaction, closed: Sequence[InvitationClosed]) -> Sequence[Event]:
    return await _end(tx, [Ended(one, one.outcome) for one in closed])


async def on_invitation_unreached(tx: Transaction, unreached: Sequence[InvitationUnreached]) -> Sequence[Event]:
    return await _end(tx, [Ended(one, "unreached") for one in unreached])


async def on_invitation_withdrawn(tx: Transaction, withdrawn: Sequence[InvitationWithdrawn]) -> Sequence[Event]:
    return await _end(tx, [Ended(one, "withdrawn") for one in withdrawn])


async def on_wave_requested(tx: Transaction, requested: Sequence[WaveRequested]) -> Sequence[Event]:
    """A stopped wave reminds nobody. A pause holds letters where they are; it changes no plan."""
    await store.stop(tx, [one for one in requested if one.wanted == "stopped"])
    return ()


async def _end(tx: Transaction, ended: Sequence[Ended]) -> Sequence[Event]:
    by_id = {one.event.invitation.id: one for one in ended}
    return [
        ReminderCancelled.after(by_id[invitation].event, number=number, reason=by_id[invitation].because)
        for invitation, number in await store.end(tx, ended)
    ]
