"""How an invitation lives on the answer side."""

from datetime import timedelta
from typing import get_args

import pytest

from services.responses import domain
from services.responses.domain import (
    INVITATION_LIFE,
    OUTCOMES,
    TAKES_ANSWERS,
    Happening,
    Held,
    State,
    at_closing,
    events,
)
from shared.events import InvitationClosed, InvitationDeclined, Refused, ResponseReceived
from tests.support.builders import STARTED_AT, an_invitation

CORE = {"friendly_staff", "pain_relief"}
LATER = STARTED_AT + timedelta(days=1)


def held(state: State, **answers: str) -> Held:
    return Held(an_invitation(), state, answers)


def test_the_diagram_in_the_docstring_is_the_table() -> None:
    assert domain.diagram() in (domain.__doc__ or "")


def test_an_outcome_never_changes() -> None:
    assert all(
        INVITATION_LIFE[outcome, happening] == outcome for outcome in OUTCOMES for happening in get_args(Happening)
    )


def test_answers_are_taken_while_the_invitation_is_open_or_delivered() -> None:
    assert {"open", "delivered"} == TAKES_ANSWERS


def test_every_state_is_reached() -> None:
    assert set(INVITATION_LIFE.values()) | {"unknown"} == set(get_args(State))


def test_a_happening_without_a_place_in_the_table_is_refused() -> None:
    with pytest.raises(Refused, match="transition_unknown"):
        domain.move(held("unknown"), "submitted", STARTED_AT)


def test_a_withdrawal_before_the_clearing_is_not_published_as_a_closing() -> None:
    assert events(domain.move(held("unknown"), "withdrawn", STARTED_AT)) == []


def test_a_clearing_that_comes_after_the_withdrawal_closes() -> None:
    (closed,) = events(domain.move(held("forestalled"), "cleared", STARTED_AT))
    assert isinstance(closed, InvitationClosed)
    assert closed.outcome == "withdrawn"


def test_one_saved_core_answer_makes_the_closed_invitation_partial() -> None:
    assert at_closing(held("open", pain_relief="do_not_know"), CORE) == "closing_answered"


def test_a_free_text_alone_does_not_make_it_partial() -> None:
    assert at_closing(held("open", comment="Godt"), CORE) == "closing_unanswered"


def test_what_is_submitted_is_published_with_its_outcome_and_the_moment() -> None:
    response, closed = events(domain.move(held("open", friendly_staff="not_at_all"), "submitted", LATER))
    assert isinstance(response, ResponseReceived)
    assert isinstance(closed, InvitationClosed)
    assert (response.completeness, response.answers) == ("complete", {"friendly_staff": "not_at_all"})
    assert (closed.outcome, closed.occurred_at) == ("complete", LATER)


def test_texts_in_which_something_was_struck_are_named() -> None:
    response, _ = events(domain.move(held("open", comment="Ring [tlf.]", other="Godt"), "submitted", LATER))
    assert isinstance(response, ResponseReceived)
    assert response.screened == ("comment",)


def test_declining_tells_no_answer_and_keeps_none() -> None:
    moved = domain.move(held("delivered", friendly_staff="not_at_all"), "declined", LATER)
    assert [type(event) for event in events(moved)] == [InvitationDeclined, InvitationClosed]
    assert not moved.keeps_answers


def test_a_second_submission_tells_nothing() -> None:
    assert events(domain.move(held("complete", friendly_staff="not_at_all"), "submitted", LATER)) == []


def test_an_opt_out_elsewhere_ends_only_what_lies_in_the_mailbox() -> None:
    assert INVITATION_LIFE["delivered", "person_opted_out"] == "opted_out"
    assert INVITATION_LIFE["open", "person_opted_out"] == "open"
