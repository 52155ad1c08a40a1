"""What responses does with the events it consumes. Any fact may come first, late or twice.

InvitationUnreached is not consumed: nobody then holds the code, and no closing becomes due.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from services.responses import domain, store
from services.responses.domain import Happening, Held
from services.responses.questionnaire import Forms
from shared.events import (
    AboutInvitation,
    ClosingDue,
    Event,
    InvitationCleared,
    InvitationWithdrawn,
    LetterDelivered,
)
from shared.privacy import LinkCodes
from shared.runtime import Transaction


@dataclass(frozen=True)
class Handlers:
    """The handlers, with what they judge by."""

    forms: Forms
    codes: LinkCodes

    async def on_invitation_cleared(self, tx: Transaction, cleared: Sequence[InvitationCleared]) -> Sequence[Event]:
        return await self._apply(tx, cleared, lambda held: "cleared")

    async def on_invitation_withdrawn(
        self, tx: Transaction, withdrawn: Sequence[InvitationWithdrawn]
    ) -> Sequence[Event]:
        return await self._apply(tx, withdrawn, lambda held: "withdrawn")

    async def on_closing_due(self, tx: Transaction, due: Sequence[ClosingDue]) -> Sequence[Event]:
        return await self._apply(tx, due, lambda held: domain.at_closing(held, self.forms.of(held.invitation).core))

    async def on_letter_delivered(self, tx: Transaction, delivered: Sequence[LetterDelivered]) -> Sequence[Event]:
        """The letter or a reminder of it. An invitation that then reached somebody who has opted out meanwhile ends."""
        first = {letter.invitation.id: letter for letter in sorted(delivered, key=_latest_first)}
        events = await self._apply(tx, list(first.values()), lambda held: "delivered")
        meanwhile = await store.lock_opted_out(tx, [letter.invitation for letter in first.values()])
        at = {identity: letter.occurred_at for identity, letter in first.items()}
        moves = [domain.move(held, "person_opted_out", at[held.invitation.id]) for held in meanwhile]
        await store.move(tx, moves)
        return [*events, *(event for moved in moves for event in domain.events(moved))]

    async def _apply(
        self, tx: Transaction, facts: Sequence[AboutInvitation], happening: Callable[[Held], Happening]
    ) -> Sequence[Event]:
        at = {fact.invitation.id: fact.occurred_at for fact in facts}
        unknown = [Held(fact.invitation) for fact in facts]
        for held in unknown:
            self.forms.of(held.invitation)
        first = [domain.move(held, happening(held), at[held.invitation.id]) for held in unknown]
        lookups = {identity: self.codes.lookup(self.codes.of(str(identity))) for identity in at}
        new = await store.add(tx, lookups, first)
        known = await store.lock(tx, at.keys() - new)
        moves = [domain.move(held, happening(held), at[held.invitation.id]) for held in known]
        await store.move(tx, moves)
        made = [*(moved for moved in first if moved.held.invitation.id in new), *moves]
        return [event for moved in made for event in domain.events(moved)]


def _latest_first(letter: LetterDelivered) -> float:
    return -letter.occurred_at.timestamp()
