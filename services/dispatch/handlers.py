"""What dispatch does about what it hears: queues letters, and ends those that are not wanted any more."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID

from services.dispatch import moving
from services.dispatch.domain import Came
from services.dispatch.memo import message_uuid
from services.dispatch.store import endings, letters
from services.dispatch.store.letters import Wanted
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
        """Queues the invitation's letter for the first sending moment: until then it can be stopped."""
        wanted = [self._wanted(one.invitation, 0, one.occurred_at, self._until(one)) for one in cleared]
        return await self._queue(tx, wanted, cleared)

    async def on_reminder_due(self, tx: Transaction, due: Sequence[ReminderDue]) -> Sequence[Event]:
        wanted = [self._wanted(one.invitation, one.number, one.occurred_at, one.not_after) for one in due]
        return await self._queue(tx, wanted, due)

    async def on_reminder_cancelled(self, tx: Transaction, cancelled: Sequence[ReminderCancelled]) -> Sequence[Event]:
        reasons = [(letter_id(one.invitation.id, one.number), one.reason) for one in cancelled]
        await endings.cancel(tx, reasons)
        ended = await endings.ended_of_letters(tx, [letter for letter, _ in reasons])
        return await self._stop(tx, ended, _latest(cancelled))

    async def on_invitation_closed(self, tx: Transaction, closed: Sequence[InvitationClosed]) -> Sequence[Event]:
        return await self._end(tx, [(one.invitation.id, one.outcome) for one in closed], closed)

    async def on_invitation_withdrawn(
        self, tx: Transaction, withdrawn: Sequence[InvitationWithdrawn]
    ) -> Sequence[Event]:
        return await self._end(tx, [(one.invitation.id, "withdrawn") for one in withdrawn], withdrawn)

    async def on_person_opted_out(self, tx: Transaction, opted_out: Sequence[PersonOptedOut]) -> Sequence[Event]:
        persons = [one.person for one in opted_out]
        await endings.opt_out(tx, persons)
        return await self._stop(tx, await endings.ended_of_persons(tx, persons), _latest(opted_out))

    async def on_wave_requested(self, tx: Transaction, requested: Sequence[WaveRequested]) -> Sequence[Event]:
        """A pause holds letters where they are and tells nothing; a stop ends them."""
        await endings.want(tx, requested)
        waves = [one.wave for one in requested if one.wanted == "stopped"]
        return await self._stop(tx, await endings.ended_of_waves(tx, waves), _latest(requested))

    def _wanted(self, about: Invitation, number: int, at: datetime, not_after: datetime) -> Wanted:
        letter = Letter.of(about, number)
        not_before = next_sending_moment(at, self._survey(about).sending)
        return Wanted(letter, message_uuid(self.message_key, letter.id), about, not_before, not_after)

    def _until(self, cleared: InvitationCleared) -> datetime:
        within = timedelta(days=self._survey(cleared.invitation).letters.hand_over_within_days)
        return cleared.occurred_at + within

    def _survey(self, about: Invitation) -> Survey:
        if about.survey not in self.surveys:
            raise Refused("survey_unknown", f"expected one of {', '.join(sorted(self.surveys))}")
        return self.surveys[about.survey]

    async def _queue(self, tx: Transaction, wanted: Sequence[Wanted], because: Sequence[Event]) -> Sequence[Event]:
        """Queues letters, and ends at once what was ended before it was queued."""
        await letters.add(tx, wanted)
        ended = await endings.ended_of_letters(tx, [one.letter.id for one in wanted])
        return await self._stop(tx, ended, _latest(because))

    async def _end(
        self, tx: Transaction, ended: Sequence[tuple[UUID, str]], because: Sequence[Event]
    ) -> Sequence[Event]:
        await endings.end(tx, ended)
        found = await endings.ended_of_invitations(tx, [invitation for invitation, _ in ended])
        return await self._stop(tx, found, _latest(because))

    async def _stop(self, tx: Transaction, reasons: dict[UUID, str], at: datetime) -> Sequence[Event]:
        came = [Came(letter, "stopped", reason) for letter, reason in reasons.items()]
        return await moving.along(tx, came, at, self.surveys)


def _latest(because: Sequence[Event]) -> datetime:
    return max(one.occurred_at for one in because)
