"""Work that time brings: submitting letters, and polling for receipts."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

import structlog
from prometheus_client import Gauge

from services.dispatch import transitions
from services.dispatch.answers import of_receipt
from services.dispatch.digital_post import DigitalPost, ErrorCodes, Receipt
from services.dispatch.domain import LetterUpdate, QueuedLetter
from services.dispatch.store import endings, letters, receipts
from services.dispatch.submission import LetterSubmitter, SubmissionResult
from shared.events import Event, LetterKind
from shared.runtime import Errand, Transaction
from shared.surveys import Surveys, next_sending_moment

RED_SWITCH = Gauge("puls_red_switch", "1 while the red switch is on, so that no letter leaves.")

log = structlog.get_logger()

DELETED_AT_ONCE = 10_000
MAYBE_TAKEN = ("accepted", "unknown")


@dataclass(frozen=True)
class ReceiptPoll:
    """One poll for receipts."""

    to_delete: Sequence[str]
    """Receipts that are stored here and can be deleted at Digital Post first."""
    requests: int
    """How many polls had been requested by then."""


@dataclass(frozen=True)
class PolledReceipts:
    """What a poll brought."""

    poll: ReceiptPoll
    deleted: Sequence[str]
    receipts: Sequence[Receipt]


def hand_over(
    kind: LetterKind,
    submitter: LetterSubmitter,
    surveys: Surveys,
    *,
    at_once: int,
    replica: int,
    heard: Sequence[str] = (),
) -> Errand[QueuedLetter, SubmissionResult]:
    """Submits the letters of one kind during their survey's sending hours, whatever held them until now; reminders
    only where everything about answers has been `heard`."""

    async def claim(tx: Transaction, now: datetime) -> Sequence[QueuedLetter]:
        sending = [name for name in surveys if _opens(name, now) <= now]
        return await letters.claim(tx, kind, sending, now, at_once, replica)

    async def record(tx: Transaction, result: SubmissionResult, now: datetime) -> Sequence[Event]:
        if result.misconfigured:
            log.error("the red switch turns on", because=result.misconfigured)
            await endings.turn_on(tx, result.misconfigured)
        if any(update.happening in MAYBE_TAKEN for update in result.updates):
            await receipts.poll_now(tx, now)
        return await transitions.apply(tx, result.updates, now, surveys)

    async def due(tx: Transaction) -> datetime | None:
        RED_SWITCH.set((await endings.switch(tx))["is_on"])
        first = await letters.next_of(tx, kind, list(surveys))
        return min((max(at, _opens(name, submitter.now())) for name, at in first.items()), default=None)

    def _opens(survey: str, now: datetime) -> datetime:
        return next_sending_moment(now, surveys[survey].sending)

    return Errand(claim, submitter.submit, record, due=due, name=f"hand_over_{kind}", heard=heard, held=_held)


async def _held(tx: Transaction) -> str | None:
    switch = await endings.switch(tx)
    return f"the red switch is on: {switch['because']}" if switch["is_on"] else None


def pull_receipts(
    post: DigitalPost, codes: ErrorCodes, surveys: Surveys, *, every: timedelta
) -> Errand[ReceiptPoll, PolledReceipts]:
    """Polls for receipts. They are stored in one poll, and deleted at Digital Post by the next."""

    async def claim(tx: Transaction, now: datetime) -> Sequence[ReceiptPoll]:
        return [ReceiptPoll(await receipts.to_delete(tx, DELETED_AT_ONCE), await receipts.polls_requested(tx))]

    async def do(claimed: Sequence[ReceiptPoll]) -> PolledReceipts:
        [poll] = claimed
        deleted = await post.delete_receipts(poll.to_delete) if poll.to_delete else []
        return PolledReceipts(poll, deleted, await post.receipts())

    async def record(tx: Transaction, polled: PolledReceipts, now: datetime) -> Sequence[Event]:
        await receipts.mark_deleted(tx, polled.deleted)
        new = await receipts.add(tx, polled.receipts, now)
        if not new:
            await receipts.postpone_poll(tx, now + every, polled.poll.requests)
        return await transitions.apply(tx, await _updates(tx, new, codes), now, surveys)

    return Errand(claim, do, record, due=receipts.next_poll, name="pull_receipts")


async def _updates(tx: Transaction, new: Sequence[Receipt], codes: ErrorCodes) -> list[LetterUpdate]:
    """What receipts say of letters of ours. *Completed* comes last, so that it holds whatever else is said."""
    about_messages = [(receipt.message, receipt) for receipt in new if receipt.message]
    ours = await letters.of_messages(tx, {message for message, _ in about_messages})
    about_letters = [(ours[message], receipt) for message, receipt in about_messages if message in ours]
    updates = [update for letter, receipt in about_letters if (update := of_receipt(letter, receipt, codes))]
    return sorted(updates, key=_completed_last)


def _completed_last(update: LetterUpdate) -> tuple[bool, UUID]:
    return update.happening == "completed", update.letter
