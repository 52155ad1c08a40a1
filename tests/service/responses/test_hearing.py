"""What responses hears of invitations: in any order, repeated, early."""

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
    await answers.hear(cleared())
    assert (await answers.get(f"/s/{answers.code(an_invitation())}")).page == "start"


async def test_the_code_itself_is_stored_nowhere(answers: Site) -> None:
    await answers.hear(cleared())
    assert answers.code(an_invitation()) not in str(await answers.row(an_invitation()))


async def test_a_letter_heard_of_before_its_clearing_opens_the_page_too(answers: Site) -> None:
    await answers.hear(delivered())
    assert await answers.hear(cleared()) == []
    assert await _state(answers) == "delivered"


async def test_a_letter_and_its_reminder_in_one_batch_are_one_arrival(answers: Site) -> None:
    await answers.hear(delivered(), delivered(number=1), delivered(number=2))
    assert await _state(answers) == "delivered"


async def test_an_invitation_nobody_answered_closes_unanswered(answers: Site) -> None:
    await answers.hear(delivered())
    (closed,) = await answers.hear(closing_due())
    assert isinstance(closed, InvitationClosed)
    assert closed.outcome == "unanswered"


async def test_one_saved_core_answer_closes_it_as_partial(answers: Site) -> None:
    await answers.hear(cleared())
    await answers.post(f"/s/{answers.code(an_invitation())}/1", action="next", **CORE)
    response, closed = await answers.hear(closing_due())
    assert isinstance(response, ResponseReceived)
    assert isinstance(closed, InvitationClosed)
    assert (response.completeness, response.answers, closed.outcome) == ("partial", CORE, "partial")


async def test_a_text_alone_closes_it_unanswered_and_is_not_kept(answers: Site) -> None:
    await answers.hear(cleared())
    await answers.post(f"/s/{answers.code(an_invitation())}/3", action="next", comment="Godt")
    (closed,) = await answers.hear(closing_due())
    assert isinstance(closed, InvitationClosed)
    assert closed.outcome == "unanswered"
    assert (await answers.row(an_invitation()))["answers"] == {}


async def test_a_closing_heard_of_first_closes_once(answers: Site) -> None:
    assert len(await answers.hear(closing_due())) == 1
    assert await answers.hear(cleared()) == await answers.hear(delivered()) == await answers.hear(closing_due()) == []
    assert await _state(answers) == "unanswered"


async def test_a_withdrawn_invitation_s_page_is_closed(answers: Site) -> None:
    await answers.hear(cleared())
    (closed,) = await answers.hear(withdrawn())
    assert isinstance(closed, InvitationClosed)
    assert closed.outcome == "withdrawn"
    assert (await answers.get(f"/s/{answers.code(an_invitation())}")).page == "closed"


async def test_a_withdrawal_of_what_was_never_cleared_tells_nothing(answers: Site) -> None:
    assert await answers.hear(withdrawn()) == []
    assert (await answers.get(f"/s/{answers.code(an_invitation())}")).page == "closed"


@pytest.mark.parametrize("order", list(permutations([cleared(), delivered(), withdrawn()])))
async def test_clearing_letter_and_withdrawal_end_alike_in_any_order(answers: Site, order: tuple) -> None:
    told = [event for fact in order for event in await answers.hear(fact)]
    assert [event.outcome for event in told if isinstance(event, InvitationClosed)] == ["withdrawn"]


@pytest.mark.parametrize("fact", [cleared, delivered, withdrawn, closing_due])
async def test_a_fact_heard_twice_is_heard_once(answers: Site, fact) -> None:
    await answers.hear(fact())
    once = await answers.row(an_invitation())
    assert await answers.hear(fact()) == []
    assert await answers.row(an_invitation()) == once


async def test_a_batch_of_new_and_known_invitations_is_taken_whole(answers: Site) -> None:
    many = invitations(50)
    await answers.hear(*(cleared(one) for one in many[:25]))
    told = await answers.hear(*(closing_due(one) for one in many))
    assert {event.invitation.id for event in told if isinstance(event, InvitationClosed)} == {one.id for one in many}


async def test_an_invitation_that_is_being_decided_on_is_held(answers: Site) -> None:
    await answers.hear(cleared())
    async with answers.database.transaction() as tx:
        await store.lock(tx, [an_invitation().id])
        saving = asyncio.create_task(answers.post(f"/s/{answers.code(an_invitation())}/1", action="next", **CORE))
        await answers.until_somebody_waits()
    assert (await saving).page == "group"


async def test_a_questionnaire_that_is_not_defined_is_refused(answers: Site) -> None:
    with pytest.raises(Refused, match="questionnaire_unknown"):
        await answers.hear(cleared(person=a_person(2), questionnaire_version=99))
