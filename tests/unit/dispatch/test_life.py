"""A letter's life."""

from dataclasses import replace
from datetime import timedelta
from itertools import product
from typing import get_args

import pytest

from services.dispatch.domain import (
    LETTER_LIFE,
    Happening,
    LetterUpdate,
    QueuedLetter,
    State,
    transition,
    why_unreachable,
)
from shared.events import (
    InvitationUnreached,
    Letter,
    LetterDelivered,
    LetterFailed,
    LetterStopped,
    LetterSubmitted,
)
from tests.support.builders import an_invitation, danish

NOW = danish("2026-11-05 12:00")
ABOUT = an_invitation()
ENDS = {"delivered", "failed", "stopped"}


def a_letter(state: State = "claimed", number: int = 0) -> QueuedLetter:
    letter = Letter.of(ABOUT, number)
    return QueuedLetter(letter, letter.id, ABOUT, state)


def events(before: QueuedLetter, happening: Happening, reason: str | None = None) -> list[type]:
    step = transition(before, LetterUpdate(before.letter.id, happening, reason), NOW)
    return [type(event) for event in step.events] if step else []


def test_an_accepted_letter_is_told_as_submitted() -> None:
    assert events(a_letter(), "accepted") == [LetterSubmitted]


def test_a_receipt_that_comes_before_the_answer_tells_both() -> None:
    assert events(a_letter(), "completed") == [LetterSubmitted, LetterDelivered]


def test_an_invitation_that_cannot_reach_its_person_is_told_as_unreached() -> None:
    step = transition(a_letter(), LetterUpdate(a_letter().letter.id, "unreachable", "exempt"), NOW)
    assert step
    failed, unreached = step.events
    assert isinstance(failed, LetterFailed)
    assert isinstance(unreached, InvitationUnreached)
    assert (unreached.reason, unreached.stopped) == ("exempt", False)


def test_an_invitation_stopped_before_its_hand_over_is_told_as_unreached_on_purpose() -> None:
    step = transition(a_letter("waiting"), LetterUpdate(a_letter().letter.id, "stopped", "wave_stopped"), NOW)
    assert step
    stopped, unreached = step.events
    assert isinstance(stopped, LetterStopped)
    assert isinstance(unreached, InvitationUnreached)
    assert unreached.stopped


@pytest.mark.parametrize(("happening", "kind"), [("unreachable", LetterFailed), ("stopped", LetterStopped)])
def test_a_reminder_that_does_not_arrive_releases_nobody(happening: Happening, kind: type) -> None:
    assert events(a_letter(number=1), happening, "exempt") == [kind]


def test_a_letter_that_may_have_been_taken_is_never_told_as_stopped() -> None:
    for state, happening in product(("unsettled", "reclaimed"), ("stopped", "expired")):
        if (state, happening) in LETTER_LIFE:
            assert LETTER_LIFE[state, happening] == "handed_over"


def test_a_letter_to_somebody_unreachable_fails_also_where_its_first_claimer_is_gone() -> None:
    assert events(a_letter("reclaimed"), "unreachable", "dead") == [LetterFailed, InvitationUnreached]


def test_a_letter_that_was_taken_nevertheless_is_delivered() -> None:
    assert events(a_letter("failed"), "completed") == [LetterSubmitted, LetterDelivered]


def test_delivered_beats_failed_and_nothing_beats_delivered() -> None:
    assert events(replace(a_letter("failed"), handed_over_at=NOW), "completed") == [LetterDelivered]
    assert not [happening for state, happening in LETTER_LIFE if state == "delivered"]


def test_a_receipt_twice_changes_nothing() -> None:
    assert events(a_letter("delivered"), "completed") == []
    assert events(a_letter("handed_over"), "accepted") == []


def test_delivery_is_never_told_before_the_hand_over_nor_in_the_future() -> None:
    before = replace(a_letter("handed_over"), handed_over_at=NOW - timedelta(days=1))
    for at, expected in ((NOW - timedelta(days=9), NOW - timedelta(days=1)), (NOW + timedelta(days=1), NOW)):
        step = transition(before, LetterUpdate(before.letter.id, "completed", at=at), NOW)
        assert step
        assert step.delivered_at == expected


def test_every_state_that_is_no_end_can_reach_one() -> None:
    for state in set(get_args(State)) - ENDS:
        assert {
            LETTER_LIFE[state, happening] for happening in get_args(Happening) if (state, happening) in LETTER_LIFE
        } & ENDS


def test_the_register_of_persons_is_asked_first() -> None:
    assert why_unreachable("90", "EXEMPT") == "dead"
    assert why_unreachable("01", "EXEMPT") == "exempt"
    assert why_unreachable(None, "REGISTERED") == "unknown"
    assert why_unreachable("05", "REGISTERED") is None
