"""The queue on a real database: what is claimed, what is held, what is ended, and what is told of it."""

from collections.abc import AsyncIterator, Sequence
from datetime import datetime, timedelta
from uuid import UUID

import pytest

from services.dispatch import rounds, transitions
from services.dispatch.digital_post import Receipt, ReceiptStatus
from services.dispatch.domain import LetterUpdate, QueuedLetter
from services.dispatch.handlers import Handlers
from services.dispatch.memo import message_uuid
from services.dispatch.store import claims, endings, letters, receipts
from shared import surveys
from shared.events import Event, InvitationUnreached, LetterStopped, LetterSubmitted
from shared.runtime.database import Database
from tests.support.builders import (
    a_person,
    an_invitation,
    cleared,
    closed,
    danish,
    invitations,
    opted_out,
    reminder_cancelled,
    reminder_due,
    wave_requested,
)
from tests.support.copies import COPIES, all_alive, ends, falls_silent
from tests.support.databases import Database as Copies
from tests.support.rounds import act

SURVEYS = surveys.load()
HEAR = Handlers(SURVEYS, b"k" * 32)
SLOT = danish("2026-11-05 12:00")
LATER = SLOT + timedelta(days=30)
END_LETTERS = rounds.end_letters(SURVEYS)
HANDLERS = {
    "InvitationCleared": HEAR.on_invitation_cleared,
    "InvitationClosed": HEAR.on_invitation_closed,
    "PersonOptedOut": HEAR.on_person_opted_out,
    "ReminderCancelled": HEAR.on_reminder_cancelled,
    "ReminderDue": HEAR.on_reminder_due,
    "WaveRequested": HEAR.on_wave_requested,
}


@pytest.fixture
async def queue(database: Copies) -> AsyncIterator[Database]:
    opened = Database(database("dispatch"), connections=3)
    await all_alive(opened)
    yield opened
    await opened.close()


async def hear(queue: Database, *events: Event) -> list[Event]:
    """What is published of each event, and of the letters that it ends."""
    told: list[Event] = []
    for event in events:
        async with queue.transaction() as tx:
            told += await HANDLERS[type(event).__name__](tx, [event])
            told += await act(tx, END_LETTERS, event.occurred_at)
    return told


async def claim(
    queue: Database, now: datetime = SLOT, kind: str = "invitation", copy: UUID = COPIES[0]
) -> Sequence[QueuedLetter]:
    async with queue.transaction() as tx:
        return await claims.claim(tx, kind, list(SURVEYS), now, 100, copy)


async def apply(queue: Database, *updates: LetterUpdate, now: datetime = SLOT) -> Sequence[Event]:
    async with queue.transaction() as tx:
        return await transitions.apply(tx, updates, now, SURVEYS)


def names(events: Sequence[Event]) -> list[str]:
    return [type(event).__name__ for event in events]


async def test_a_letter_waits_for_the_first_sending_moment(queue: Database) -> None:
    await hear(queue, cleared(occurred_at=danish("2026-11-07 00:00")))
    assert await claim(queue, danish("2026-11-08 12:00")) == []
    assert len(await claim(queue, danish("2026-11-09 12:00"))) == 1


async def test_what_one_has_claimed_no_other_claims(queue: Database) -> None:
    await hear(queue, cleared())
    assert len(await claim(queue)) == 1
    assert await claim(queue, copy=COPIES[1]) == []


async def test_a_letter_whose_claimer_is_gone_is_claimed_again_as_maybe_taken(queue: Database) -> None:
    await hear(queue, cleared())
    await claim(queue)
    await falls_silent(queue, COPIES[0])
    [again] = await claim(queue, copy=COPIES[1])
    assert again.state == "reclaimed"


async def test_what_a_copy_had_claimed_whose_slot_was_taken_is_claimed_again_at_once(queue: Database) -> None:
    await hear(queue, cleared())
    await claim(queue, copy=COPIES[1])
    await ends(queue, COPIES[1])
    [again] = await claim(queue)
    assert again.state == "reclaimed"


async def test_what_a_copy_could_not_record_it_claims_again_at_once(queue: Database) -> None:
    await hear(queue, cleared())
    await claim(queue)
    [again] = await claim(queue)
    assert again.state == "reclaimed"


async def test_what_is_to_be_tried_again_later_waits_for_its_own_copy_too(queue: Database) -> None:
    await hear(queue, cleared())
    [letter] = await claim(queue)
    await apply(queue, LetterUpdate(letter.letter.id, "later"))
    assert await claim(queue) == []


async def test_cleared_twice_is_queued_once(queue: Database) -> None:
    await hear(queue, cleared(), cleared())
    assert len(await claim(queue)) == 1


async def test_the_message_is_derived_from_the_letter(queue: Database) -> None:
    await hear(queue, cleared())
    [letter] = await claim(queue)
    assert letter.message_uuid == message_uuid(b"k" * 32, letter.letter.id)


async def test_a_stop_heard_before_the_claim_ends_the_letter_and_tells_so_once(queue: Database) -> None:
    await hear(queue, cleared())
    stop = wave_requested(wanted="stopped")
    told = await hear(queue, stop, stop)
    assert names(told) == ["LetterStopped", "InvitationUnreached"]
    assert await claim(queue) == []


async def test_a_stop_heard_before_the_letter_ends_it_when_it_comes(queue: Database) -> None:
    told = await hear(queue, wave_requested(wanted="stopped"), cleared())
    assert names(told) == ["LetterStopped", "InvitationUnreached"]


async def test_a_stop_that_nobody_applied_is_read_when_the_letter_is_claimed(queue: Database) -> None:
    await hear(queue, cleared())
    async with queue.transaction() as tx:
        await endings.end(tx, [(an_invitation().id, "opted_out")])
    [claimed] = await claim(queue)
    assert claimed.ended_because == "opted_out"


async def test_a_stop_during_the_hand_over_does_not_say_that_the_letter_never_left(queue: Database) -> None:
    await hear(queue, cleared())
    [claimed] = await claim(queue)
    assert await hear(queue, wave_requested(wanted="stopped")) == []
    told = await apply(queue, LetterUpdate(claimed.letter.id, "accepted"))
    assert names(told) == ["LetterSubmitted"]


async def test_a_letter_of_unknown_fate_that_is_stopped_counts_as_handed_over(queue: Database) -> None:
    await hear(queue, cleared())
    [claimed] = await claim(queue)
    await apply(queue, LetterUpdate(claimed.letter.id, "unknown"))
    told = await hear(queue, wave_requested(wanted="stopped"))
    assert names(told) == ["LetterSubmitted"]
    assert not any(isinstance(event, InvitationUnreached | LetterStopped) for event in told)


async def test_a_paused_wave_holds_its_letters_and_a_resumed_one_lets_them_go(queue: Database) -> None:
    await hear(queue, cleared(), wave_requested(wanted="paused", revision=2))
    assert await claim(queue) == []
    assert await hear(queue, wave_requested(wanted="running", revision=3)) == []
    assert len(await claim(queue)) == 1


async def test_requests_in_the_wrong_order_come_to_the_same(queue: Database) -> None:
    await hear(
        queue, cleared(), wave_requested(wanted="running", revision=3), wave_requested(wanted="paused", revision=2)
    )
    assert len(await claim(queue)) == 1


async def test_a_paused_unit_holds_its_own_letters_only(queue: Database) -> None:
    here, there = invitations(2)
    there = there.model_copy(update={"unit": "130000009016"})
    await hear(queue, cleared(here), cleared(there), wave_requested(wanted="paused", units=(here.unit,)))
    assert [letter.invitation.id for letter in await claim(queue)] == [there.id]


async def test_the_red_switch_holds_everything_and_tells_nothing(queue: Database) -> None:
    await hear(queue, cleared())
    async with queue.transaction() as tx:
        await endings.turn_on(tx, "tried by a test")
    assert await claim(queue) == []
    async with queue.transaction() as tx:
        assert await claims.next_of(tx, "invitation", list(SURVEYS)) == {}
        await endings.turn_off(tx)
    assert len(await claim(queue)) == 1


async def test_an_answer_ends_the_reminder_that_waits(queue: Database) -> None:
    await hear(queue, reminder_due(occurred_at=danish("2026-11-16 12:00")))
    told = await hear(queue, closed(outcome="complete"))
    assert names(told) == ["LetterStopped"]
    assert await claim(queue, danish("2026-11-16 12:00"), "reminder") == []


async def test_a_cancelled_reminder_is_not_sent_even_if_it_comes_later(queue: Database) -> None:
    told = await hear(queue, reminder_cancelled(number=1), reminder_due(number=1))
    assert names(told) == ["LetterStopped"]


async def test_whoever_opted_out_gets_no_letter_by_any_of_their_names(queue: Database) -> None:
    renamed = an_invitation(person=a_person(2), earlier_persons=(a_person(1),))
    told = await hear(queue, cleared(renamed), opted_out(person=a_person(1)))
    assert names(told) == ["LetterStopped", "InvitationUnreached"]


async def test_a_letter_past_its_time_is_claimed_only_to_be_ended(queue: Database) -> None:
    await hear(queue, cleared())
    [claimed] = await claim(queue, LATER)
    assert claimed.ended_because == "expired"
    told = await apply(queue, LetterUpdate(claimed.letter.id, "expired", "expired"), now=LATER)
    assert names(told) == ["LetterFailed", "InvitationUnreached"]


async def test_a_letter_of_unknown_fate_is_handed_over_again_under_the_same_message(queue: Database) -> None:
    await hear(queue, cleared())
    [first] = await claim(queue)
    await apply(queue, LetterUpdate(first.letter.id, "unknown"))
    async with queue.transaction() as tx:
        await tx.execute("UPDATE letter SET leased_until = clock_timestamp() - interval '1 second'")
    [second] = await claim(queue)
    assert second.message_uuid == first.message_uuid
    told = await apply(queue, LetterUpdate(second.letter.id, "accepted"), LetterUpdate(second.letter.id, "accepted"))
    assert [type(event) for event in told] == [LetterSubmitted]


async def test_a_letter_without_a_receipt_is_shown_when_it_is_overdue(queue: Database) -> None:
    await hear(queue, cleared())
    [claimed] = await claim(queue)
    await apply(queue, LetterUpdate(claimed.letter.id, "accepted"))
    async with queue.transaction() as tx:
        assert await letters.overdue(tx, SLOT + timedelta(hours=71), 10) == []
        [shown] = await letters.overdue(tx, SLOT + timedelta(hours=72), 10)
    assert shown["invitation"] == an_invitation().id


async def test_a_receipt_that_is_told_again_is_kept_once(queue: Database) -> None:
    """As after a crash between keeping it here and having it forgotten there."""
    await hear(queue, cleared())
    [claimed] = await claim(queue)
    receipt = Receipt("r1", claimed.message_uuid, ReceiptStatus.COMPLETED, None, SLOT)
    async with queue.transaction() as tx:
        assert await receipts.add(tx, [receipt], SLOT) == [receipt]
    async with queue.transaction() as tx:
        assert await receipts.add(tx, [receipt], LATER) == []


async def test_a_poll_that_began_before_a_hand_over_does_not_postpone_the_poll_it_requested(queue: Database) -> None:
    await hear(queue, cleared())
    await claim(queue)
    async with queue.transaction() as tx:
        before = await receipts.polls_requested(tx)
        await receipts.poll_now(tx, SLOT)
        await receipts.postpone_poll(tx, LATER, before)
        assert await receipts.next_poll(tx) == SLOT
        await receipts.postpone_poll(tx, LATER, await receipts.polls_requested(tx))
        assert await receipts.next_poll(tx) == LATER
