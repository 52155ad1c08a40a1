"""How dispatch handles events: it queues letters, and ends those that must not leave any more."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID

from services.dispatch import transitions
from services.dispatch.domain import LetterUpdate
from services.dispatch.memo import message_uuid
from services.dispatch.store import endings, letters
from services.dispatch.store.letters import NewLetter
from shared.events import (
    Event,
    Invitation,
    InvitationCleared,
    InvitationClosed,
    InvitationWithdrawn,
    Letter,
    PersonOptedOut,
    Refused,
    ReminderCancelled,
    ReminderDue,
    WaveRequested,
    letter_id,
)
from shared.runtime import Transaction
from shared.surveys import Survey, Surveys, next_sending_moment


@dataclass(frozen=True)
class Handlers:
    surveys: Surveys
    message_key: bytes = field(repr=False)

    async def on_invitation_cleared(self, tx: Transaction, cleared: Sequence[InvitationCleared]) -> Sequence[Event]:
        """Queues the invitation's letter for the first sending moment; until then it can be stopped."""
        new = [self._new_letter(event.invitation, 0, event.occurred_at, self._not_after(event)) for event in cleared]
        return await self._queue(tx, new, cleared)

    async def on_reminder_due(self, tx: Transaction, due: Sequence[ReminderDue]) -> Sequence[Event]:
        new = [self._new_letter(event.invitation, event.number, event.occurred_at, event.not_after) for event in due]
        return await self._queue(tx, new, due)

    async def on_reminder_cancelled(self, tx: Transaction, cancelled: Sequence[ReminderCancelled]) -> Sequence[Event]:
        reasons = [(letter_id(event.invitation.id, event.number), event.reason) for event in cancelled]
        await endings.cancel(tx, reasons)
        ended = await endings.ended_of_letters(tx, [letter for letter, _ in reasons])
        return await self._stop(tx, ended, _latest(cancelled))

    async def on_invitation_closed(self, tx: Transaction, closed: Sequence[InvitationClosed]) -> Sequence[Event]:
        return await self._end(tx, [(event.invitation.id, event.outcome) for event in closed], closed)

    async def on_invitation_withdrawn(
        self, tx: Transaction, withdrawn: Sequence[InvitationWithdrawn]
    ) -> Sequence[Event]:
        return await self._end(tx, [(event.invitation.id, "withdrawn") for event in withdrawn], withdrawn)

    async def on_person_opted_out(self, tx: Transaction, opted_out: Sequence[PersonOptedOut]) -> Sequence[Event]:
        persons = [event.person for event in opted_out]
        await endings.opt_out(tx, persons)
        return await self._stop(tx, await endings.ended_of_persons(tx, persons), _latest(opted_out))

    async def on_wave_requested(self, tx: Transaction, requested: Sequence[WaveRequested]) -> Sequence[Event]:
        """A pause holds letters where they are. A stop binds from here on, for each claim reads it; its letters are
        ended, and that is published, in pieces."""
        await endings.add_wave_requests(tx, requested)
        return ()

    def _new_letter(self, invitation: Invitation, number: int, at: datetime, not_after: datetime) -> NewLetter:
        letter = Letter.of(invitation, number)
        not_before = next_sending_moment(at, self._survey(invitation).sending)
        return NewLetter(letter, message_uuid(self.message_key, letter.id), invitation, not_before, not_after)

    def _not_after(self, cleared: InvitationCleared) -> datetime:
        within = timedelta(days=self._survey(cleared.invitation).letters.hand_over_within_days)
        return cleared.occurred_at + within

    def _survey(self, invitation: Invitation) -> Survey:
        if invitation.survey not in self.surveys:
            raise Refused("survey_unknown", f"expected one of {', '.join(sorted(self.surveys))}")
        return self.surveys[invitation.survey]

    async def _queue(self, tx: Transaction, new: Sequence[NewLetter], causes: Sequence[Event]) -> Sequence[Event]:
        """Queues letters, and stops at once those that were ended before they were queued."""
        await letters.add(tx, new)
        ended = await endings.ended_of_letters(tx, [letter.letter.id for letter in new])
        return await self._stop(tx, ended, _latest(causes))

    async def _end(
        self, tx: Transaction, ended: Sequence[tuple[UUID, str]], causes: Sequence[Event]
    ) -> Sequence[Event]:
        await endings.end(tx, ended)
        found = await endings.ended_of_invitations(tx, [invitation for invitation, _ in ended])
        return await self._stop(tx, found, _latest(causes))

    async def _stop(self, tx: Transaction, reasons: dict[UUID, str], at: datetime) -> Sequence[Event]:
        updates = [LetterUpdate(letter, "stopped", reason) for letter, reason in reasons.items()]
        return await transitions.apply(tx, updates, at, self.surveys)


def _latest(causes: Sequence[Event]) -> datetime:
    return max(event.occurred_at for event in causes)
