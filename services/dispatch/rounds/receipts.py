"""Polls for receipts, and applies them to their letters."""

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from uuid import UUID

from services.dispatch import transitions
from services.dispatch.answers import of_receipt
from services.dispatch.digital_post import DigitalPost, ErrorCodes, Receipt
from services.dispatch.domain import LetterUpdate
from services.dispatch.store import letters, receipts
from shared.events import Event
from shared.runtime import Brake, Errand, Stuck, Transaction
from shared.surveys import Surveys

AT_ONCE = 10_000


@dataclass(frozen=True)
class ReceiptPoll:
    """One poll for receipts."""

    to_delete: Sequence[str]
    """Receipts that are stored here and can be deleted at Digital Post first."""
    requests: int
    """How many polls had been requested by then."""
    pending: Sequence[Receipt] = ()
    """Receipts that were stored by an earlier poll and are still to be applied."""


@dataclass(frozen=True)
class PolledReceipts:
    """What a poll brought."""

    poll: ReceiptPoll
    deleted: Sequence[str]
    receipts: Sequence[Receipt]
    withheld: Collection[str] = ()
    """What so many receipts say that it is not believed yet."""


def pull_receipts(
    post: DigitalPost, codes: ErrorCodes, surveys: Surveys, *, every: timedelta
) -> Errand[ReceiptPoll, PolledReceipts]:
    """Polls for receipts. They are stored in one poll, and deleted at Digital Post by the next."""
    work = _Pull(post, codes, surveys, every)
    return Errand(
        work.claim,
        work.do,
        work.record,
        due=receipts.next_poll,
        name=receipts.PULL,
        key=None,
        brake=Brake(work.outcomes, ("rejected",), _withhold, work.why),
        at_once=1,
    )


def _withhold(polled: PolledReceipts, outcomes: Collection[str]) -> PolledReceipts:
    return replace(polled, withheld=frozenset(outcomes))


@dataclass(frozen=True)
class _Pull:
    post: DigitalPost
    codes: ErrorCodes
    surveys: Surveys
    every: timedelta

    async def claim(self, tx: Transaction, now: datetime, _at_most: int) -> Sequence[ReceiptPoll]:
        """One poll."""
        to_delete, pending = await receipts.to_delete(tx, AT_ONCE), await receipts.pending(tx, AT_ONCE)
        return [ReceiptPoll(to_delete, await receipts.polls_requested(tx), pending)]

    async def do(self, claimed: Sequence[ReceiptPoll]) -> PolledReceipts:
        [poll] = claimed
        deleted = await self.post.delete_receipts(poll.to_delete) if poll.to_delete else []
        return PolledReceipts(poll, deleted, await self.post.receipts())

    async def record(self, tx: Transaction, polled: PolledReceipts, now: datetime) -> Sequence[Event | Stuck]:
        await receipts.mark_deleted(tx, polled.deleted)
        new = await receipts.add(tx, polled.receipts, now)
        if not new:
            await receipts.postpone_poll(tx, now + self.every, polled.poll.requests)
        updates, pending = await _updates(tx, [*polled.poll.pending, *new], self.codes, polled.withheld)
        await receipts.apply(tx, [receipt.id for receipt in polled.poll.pending], pending)
        stuck = [Stuck(receipt, reason) for receipt, reason in pending.items() if reason]
        return [*stuck, *await transitions.apply(tx, updates, now, self.surveys)]

    def outcomes(self, polled: PolledReceipts) -> Counter[str]:
        return Counter(update.happening for update in self._all(polled))

    def why(self, polled: PolledReceipts, outcome: str) -> str | None:
        return next((update.reason for update in self._all(polled) if update.happening == outcome), None)

    def _all(self, polled: PolledReceipts) -> list[LetterUpdate]:
        """What the receipts say of their letters, whichever those are."""
        about = [receipt for receipt in [*polled.poll.pending, *polled.receipts] if receipt.message]
        found = [of_receipt(receipt.message, receipt, self.codes) for receipt in about if receipt.message]
        return [update for update in found if update]


async def _updates(
    tx: Transaction, found: Sequence[Receipt], codes: ErrorCodes, withheld: Collection[str]
) -> tuple[list[LetterUpdate], dict[str, str | None]]:
    """What receipts say of letters of ours. *Completed* comes last, so that it holds whatever else is said.

    And those that are kept for later: each receipt, with why it is stuck; None where it is only not believed yet.
    """
    ours = await letters.of_messages(tx, {receipt.message for receipt in found if receipt.message})
    updates: list[LetterUpdate] = []
    pending: dict[str, str | None] = {}
    for receipt in found:
        letter = ours.get(receipt.message) if receipt.message else None
        update = of_receipt(letter, receipt, codes) if letter else None
        if update and update.happening in withheld:
            pending[receipt.id] = None
        elif update and update.happening == "stuck":
            pending[receipt.id] = update.reason
        elif update:
            updates.append(update)
    return sorted(updates, key=_completed_last), pending


def _completed_last(update: LetterUpdate) -> tuple[bool, UUID]:
    return update.happening == "completed", update.letter
