"""A person declines, or does not want to be asked again."""

import asyncio

from services.responses import actions
from shared.events import InvitationClosed, InvitationDeclined, PersonOptedOut
from tests.service.responses.site import CODES, Site
from tests.support.builders import a_person, an_invitation, cleared, closing_due, delivered

OTHER = "lup-psykiatri-2026-10"


async def _opened(answers: Site) -> str:
    await answers.consume(cleared())
    return f"/s/{answers.code(an_invitation())}"


async def _outcomes(answers: Site) -> dict[str, str]:
    return {
        event.invitation.wave: event.outcome
        for event in await answers.published()
        if isinstance(event, InvitationClosed)
    }


async def test_declining_is_confirmed_first(answers: Site) -> None:
    at = await _opened(answers)
    assert (await answers.post(at, action="decline")).page == "confirm-decline"
    assert await answers.published() == []


async def test_whoever_declines_has_what_was_saved_discarded(answers: Site) -> None:
    at = await _opened(answers)
    await answers.post(f"{at}/1", action="next", friendly_staff="not_at_all")
    assert (await answers.post(f"{at}/decline", action="confirm")).page == "declined"
    assert [type(event) for event in await answers.published()] == [InvitationDeclined, InvitationClosed]
    assert (await answers.row(an_invitation()))["answers"] == {}


async def test_declining_can_be_thought_better_of(answers: Site) -> None:
    at = await _opened(answers)
    assert (await answers.post(f"{at}/decline", action="back")).page == "start"
    assert await answers.published() == []


async def test_declining_however_often_is_published_once(answers: Site) -> None:
    at = await _opened(answers)
    shown = await asyncio.gather(*(answers.post(f"{at}/decline", action="confirm") for _ in range(10)))
    assert {page.page for page in shown} == {"declined"}
    assert len(await answers.published()) == 2


async def test_an_answer_that_was_sent_cannot_be_declined(answers: Site) -> None:
    at = await _opened(answers)
    await answers.post(f"{at}/1", action="next", friendly_staff="not_at_all")
    await answers.post(f"{at}/review", action="submit")
    late = await answers.post(f"{at}/decline", action="confirm")
    assert (late.page, "ikke gemt" in late.text) == ("thanks", True)
    assert (await _outcomes(answers)) == {an_invitation().wave: "complete"}


async def test_opting_out_is_confirmed_first(answers: Site) -> None:
    at = await _opened(answers)
    assert (await answers.post(at, action="opt_out")).page == "confirm-opt-out"
    assert await answers.published() == []


async def test_whoever_opts_out_is_published_once_and_the_invitation_ends(answers: Site) -> None:
    at = await _opened(answers)
    shown = await asyncio.gather(*(answers.post(f"{at}/opt-out", action="confirm") for _ in range(10)))
    assert {page.page for page in shown} == {"opted-out"}
    assert sorted(type(event).__name__ for event in await answers.published()) == ["InvitationClosed", "PersonOptedOut"]
    assert (await answers.get(at)).page == "opted-out"


async def test_whoever_opts_out_has_what_was_saved_discarded(answers: Site) -> None:
    at = await _opened(answers)
    await answers.post(f"{at}/1", action="next", friendly_staff="not_at_all")
    await answers.post(f"{at}/opt-out", action="confirm")
    assert (await answers.row(an_invitation()))["answers"] == {}


async def test_other_invitations_in_the_mailbox_end_with_the_opt_out(answers: Site) -> None:
    at = await _opened(answers)
    await answers.consume(delivered(wave=OTHER))
    await answers.post(f"{at}/opt-out", action="confirm")
    assert await _outcomes(answers) == {an_invitation().wave: "opted_out", OTHER: "opted_out"}


async def test_another_invitation_ends_when_its_letter_arrives_after_all(answers: Site) -> None:
    at = await _opened(answers)
    await answers.consume(cleared(wave=OTHER))
    await answers.post(f"{at}/opt-out", action="confirm")
    assert await _outcomes(answers) == {an_invitation().wave: "opted_out"}
    await answers.consume(delivered(wave=OTHER))
    assert (await _outcomes(answers))[OTHER] == "opted_out"


async def test_another_invitation_ends_when_nothing_but_its_letter_is_consumed(answers: Site) -> None:
    at = await _opened(answers)
    await answers.post(f"{at}/opt-out", action="confirm")
    await answers.consume(delivered(wave=OTHER))
    assert (await _outcomes(answers))[OTHER] == "opted_out"


async def test_an_opt_out_under_an_earlier_number_holds_under_the_new_one(answers: Site) -> None:
    at = await _opened(answers)
    renumbered = an_invitation(wave=OTHER, person=a_person(2), earlier_persons=(a_person(1),))
    await answers.consume(delivered(renumbered))
    await answers.post(f"{at}/opt-out", action="confirm")
    assert (await _outcomes(answers))[OTHER] == "opted_out"


async def test_others_are_not_touched_by_it(answers: Site) -> None:
    at = await _opened(answers)
    await answers.consume(delivered(person=a_person(2)))
    await answers.post(f"{at}/opt-out", action="confirm")
    assert (await answers.row(an_invitation(person=a_person(2))))["state"] == "delivered"


async def test_an_opt_out_while_the_other_letter_arrives_ends_both(answers: Site) -> None:
    at = await _opened(answers)
    await answers.consume(cleared(wave=OTHER))
    async with answers.consuming(delivered(wave=OTHER)):
        leaving = asyncio.create_task(answers.post(f"{at}/opt-out", action="confirm"))
        await answers.until_somebody_waits()
    await leaving
    assert await _outcomes(answers) == {an_invitation().wave: "opted_out", OTHER: "opted_out"}


async def test_a_letter_that_arrives_during_the_opt_out_ends_too(answers: Site) -> None:
    await _opened(answers)
    await answers.consume(cleared(wave=OTHER))
    async with answers.database.transaction() as tx:
        await actions.opt_out(tx, CODES.lookup(answers.code(an_invitation())), answers.clock.now())
        arriving = asyncio.create_task(answers.consume(delivered(wave=OTHER)))
        await answers.until_somebody_waits()
    (closed,) = await arriving
    assert isinstance(closed, InvitationClosed)
    assert closed.outcome == "opted_out"


async def test_whoever_has_answered_may_still_opt_out_and_the_answer_stays(answers: Site) -> None:
    at = await _opened(answers)
    await answers.post(f"{at}/1", action="next", friendly_staff="not_at_all")
    await answers.post(f"{at}/review", action="submit")
    assert (await answers.post(f"{at}/opt-out", action="confirm")).page == "opted-out"
    assert isinstance((await answers.published())[-1], PersonOptedOut)
    assert await _outcomes(answers) == {an_invitation().wave: "complete"}
    assert (await answers.row(an_invitation()))["answers"] == {"friendly_staff": "not_at_all"}


async def test_a_closed_invitation_s_page_still_takes_an_opt_out(answers: Site) -> None:
    at = await _opened(answers)
    await answers.consume(closing_due())
    assert (await answers.post(f"{at}/opt-out", action="confirm")).page == "opted-out"
    assert await _outcomes(answers) == {an_invitation().wave: "unanswered"}
