"""What responses consumes about invitations: in any order, repeated, early."""

import asyncio
from itertools import permutations

import pytest

from services.responses import store
from shared.events import InvitationClosed, Refused, ResponseReceived
from tests.service.responses.site import Site
from tests.support.builders import a_person, an_invitation, cleared, closing_due, delivered, invitations, withdrawn

CORE = {"friendly_staff": "not_at_all"}


async def _state(answers: Site) -> str:
    return (await answers.row(an_invitation()))["state"]


async def test_a_cleared_invitation_opens_its_page(answers: Site) -> None:
    await answers.consume(cleared())
    assert (await answers.get(f"/s/{answers.code(an_invitation())}")).page == "start"


async def test_the_code_itself_is_stored_nowhere(answers: Site) -> None:
    await answers.consume(cleared())
    assert answers.code(an_invitation()) not in str(await answers.row(an_invitation()))


async def test_a_letter_consumed_before_its_clearing_opens_the_page_too(answers: Site) -> None:
    await answers.consume(delivered())
    assert await answers.consume(cleared()) == []
    assert await _state(answers) == "delivered"


async def test_a_letter_and_its_reminder_in_one_batch_are_one_arrival(answers: Site) -> None:
    await answers.consume(delivered(), delivered(number=1), delivered(number=2))
    assert await _state(answers) == "delivered"


async def test_an_invitation_nobody_answered_closes_unanswered(answers: Site) -> None:
    await answers.consume(delivered())
    (closed,) = await answers.consume(closing_due())
    assert isinstance(closed, InvitationClosed)
    assert closed.outcome == "unanswered"


async def test_one_saved_core_answer_closes_it_as_partial(answers: Site) -> None:
    await answers.consume(cleared())
    await answers.post(f"/s/{answers.code(an_invitation())}/1", action="next", **CORE)
    response, closed = await answers.consume(closing_due())
    assert isinstance(response, ResponseReceived)
    assert isinstance(closed, InvitationClosed)
    assert (response.completeness, response.answers, closed.outcome) == ("partial", CORE, "partial")


async def test_a_text_alone_closes_it_unanswered_and_is_not_kept(answers: Site) -> None:
    await answers.consume(cleared())
    await answers.post(f"/s/{answers.code(an_invitation())}/3", action="next", comment="Godt")
    (closed,) = await answers.consume(closing_due())
    assert isinstance(closed, InvitationClosed)
    assert closed.outcome == "unanswered"
    assert (await answers.row(an_invitation()))["answers"] == {}


async def test_a_closing_consumed_first_closes_once(answers: Site) -> None:
    assert len(await answers.consume(closing_due())) == 1
    assert (
        await answers.consume(cleared())
        == await answers.consume(delivered())
        == await answers.consume(closing_due())
        == []
    )
    assert await _state(answers) == "unanswered"


async def test_a_withdrawn_invitation_s_page_is_closed(answers: Site) -> None:
    await answers.consume(cleared())
    (closed,) = await answers.consume(withdrawn())
    assert isinstance(closed, InvitationClosed)
    assert closed.outcome == "withdrawn"
    assert (await answers.get(f"/s/{answers.code(an_invitation())}")).page == "closed"


async def test_a_withdrawal_of_what_was_never_cleared_publishes_nothing(answers: Site) -> None:
    assert await answers.consume(withdrawn()) == []
    assert (await answers.get(f"/s/{answers.code(an_invitation())}")).page == "closed"


@pytest.mark.parametrize("order", list(permutations([cleared(), delivered(), withdrawn()])))
async def test_clearing_letter_and_withdrawal_end_alike_in_any_order(answers: Site, order: tuple) -> None:
    published = [event for fact in order for event in await answers.consume(fact)]
    assert [event.outcome for event in published if isinstance(event, InvitationClosed)] == ["withdrawn"]


@pytest.mark.parametrize("fact", [cleared, delivered, withdrawn, closing_due])
async def test_a_fact_consumed_twice_counts_once(answers: Site, fact) -> None:
    await answers.consume(fact())
    once = await answers.row(an_invitation())
    assert await answers.consume(fact()) == []
    assert await answers.row(an_invitation()) == once


async def test_a_batch_of_new_and_known_invitations_is_processed_whole(answers: Site) -> None:
    many = invitations(50)
    await answers.consume(*(cleared(invitation) for invitation in many[:25]))
    published = await answers.consume(*(closing_due(invitation) for invitation in many))
    closed = {event.invitation.id for event in published if isinstance(event, InvitationClosed)}
    assert closed == {invitation.id for invitation in many}


async def test_an_invitation_that_is_being_decided_on_is_held(answers: Site) -> None:
    await answers.consume(cleared())
    async with answers.database.transaction() as tx:
        await store.lock(tx, [an_invitation().id])
        saving = asyncio.create_task(answers.post(f"/s/{answers.code(an_invitation())}/1", action="next", **CORE))
        await answers.until_somebody_waits()
    assert (await saving).page == "group"


async def test_a_questionnaire_that_is_not_defined_is_refused(answers: Site) -> None:
    with pytest.raises(Refused, match="questionnaire_unknown"):
        await answers.consume(cleared(person=a_person(2), questionnaire_version=99))
