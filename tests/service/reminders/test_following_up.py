"""Reminders on a real database: who is reminded, who no more, and when time is up."""

from collections.abc import AsyncIterator, Sequence
from datetime import datetime, timedelta
from itertools import permutations
from typing import Any

import pytest

from services.reminders import handlers, rounds
from shared import surveys
from shared.events import ClosingDue, Event, LetterDelivered, LetterSubmitted, ReminderCancelled, ReminderDue
from shared.runtime import Round
from shared.runtime.database import Database
from tests.support import rounds as support
from tests.support.builders import (
    closed,
    danish,
    delivered,
    submitted,
    unreached,
    wave_requested,
)
from tests.support.databases import Database as Copies

SURVEYS = surveys.load()
REMIND, CLOSE = rounds.remind(SURVEYS), rounds.close()
HANDED_OVER = danish("2026-11-05 12:00")
FIRST, SECOND = danish("2026-11-16 08:00"), danish("2026-11-25 12:00")


@pytest.fixture
async def plans(database: Copies) -> AsyncIterator[Database]:
    opened = Database(database("reminders"), connections=2)
    yield opened
    await opened.close()


async def consume(plans: Database, *events: Event) -> list[Event]:
    by_name = {
        "LetterSubmitted": lambda tx, batch: handlers.on_letter(tx, batch, surveys=SURVEYS),
        "LetterDelivered": lambda tx, batch: handlers.on_letter(tx, batch, surveys=SURVEYS),
        "InvitationClosed": handlers.on_invitation_closed,
        "InvitationUnreached": handlers.on_invitation_unreached,
        "WaveRequested": handlers.on_wave_requested,
    }
    published: list[Event] = []
    for event in events:
        async with plans.transaction() as tx:
            published += await by_name[type(event).__name__](tx, [event])
    return published


async def act(plans: Database, round_: Round[Any], now: datetime) -> Sequence[Event]:
    async with plans.transaction() as tx:
        due = await round_.due(tx)
        return await support.act(tx, round_, now) if due and due <= now else ()


def letter(kind: type[LetterSubmitted] | type[LetterDelivered] = LetterDelivered) -> Event:
    return (delivered if kind is LetterDelivered else submitted)(occurred_at=HANDED_OVER)


async def test_whoever_has_not_answered_is_reminded_twice_and_no_more(plans: Database) -> None:
    await consume(plans, letter())
    assert await act(plans, REMIND, FIRST - timedelta(hours=1)) == ()
    published = [await act(plans, REMIND, now) for now in (FIRST, FIRST, SECOND, SECOND + timedelta(days=9))]
    numbers = [[event.number for event in events if isinstance(event, ReminderDue)] for events in published]
    assert numbers == [[1], [], [2], []]


async def test_whoever_answered_is_not_reminded(plans: Database) -> None:
    await consume(plans, letter(), closed(outcome="complete"))
    assert await act(plans, REMIND, SECOND) == ()


async def test_an_answer_consumed_before_the_delivery_holds(plans: Database) -> None:
    await consume(plans, closed(outcome="complete"), letter())
    assert await act(plans, REMIND, SECOND) == ()
    assert await act(plans, CLOSE, danish("2026-12-20 12:00")) == ()


async def test_a_published_reminder_is_cancelled_by_the_answer_once(plans: Database) -> None:
    await consume(plans, letter())
    await act(plans, REMIND, FIRST)
    [cancelled] = await consume(plans, closed(outcome="complete"), closed(outcome="complete"))
    assert isinstance(cancelled, ReminderCancelled)
    assert (cancelled.number, cancelled.reason) == (1, "complete")


async def test_a_stopped_wave_reminds_nobody_and_still_closes(plans: Database) -> None:
    await consume(plans, letter(), wave_requested(wanted="stopped"))
    assert await act(plans, REMIND, FIRST) == []
    [closing] = await act(plans, CLOSE, danish("2026-12-10 12:00"))
    assert isinstance(closing, ClosingDue)


async def test_a_letter_without_a_receipt_closes_from_its_hand_over_and_reminds_nobody(plans: Database) -> None:
    await consume(plans, letter(LetterSubmitted))
    assert await act(plans, REMIND, SECOND) == ()
    assert await act(plans, CLOSE, danish("2026-12-10 11:00")) == ()
    assert len(await act(plans, CLOSE, danish("2026-12-10 12:00"))) == 1
    assert await act(plans, CLOSE, danish("2026-12-11 12:00")) == ()


async def test_an_invitation_that_never_reached_its_person_is_not_followed_up(plans: Database) -> None:
    await consume(plans, letter(LetterSubmitted), unreached())
    assert await act(plans, CLOSE, danish("2027-01-10 12:00")) == ()


@pytest.mark.parametrize("order", list(permutations(range(3))))
async def test_the_order_in_which_letters_are_consumed_changes_nothing(
    plans: Database, order: tuple[int, int, int]
) -> None:
    late = delivered(occurred_at=HANDED_OVER + timedelta(days=2))
    letters = [submitted(occurred_at=HANDED_OVER), late, late]
    await consume(plans, *(letters[n] for n in order))
    assert await act(plans, CLOSE, danish("2026-12-12 11:00")) == ()
    assert len(await act(plans, CLOSE, danish("2026-12-12 12:00"))) == 1


async def test_a_reminder_that_could_not_be_sent_outside_hours_is_due_at_the_next_opening(plans: Database) -> None:
    await consume(plans, letter())
    midnight = danish("2026-11-17 00:00")
    assert await act(plans, REMIND, midnight) == []
    async with plans.transaction() as tx:
        assert await REMIND.due(tx) == danish("2026-11-17 08:00")
