"""A person answers through the pages."""

import asyncio

import aiohttp

from services.responses import actions
from shared.events import InvitationClosed, ResponseReceived
from tests.service.responses.site import CODES, Site
from tests.support.builders import an_invitation, cleared, closing_due, delivered
from tests.support.pages import Shown

STAFF = {
    "friendly_staff": "to_a_very_high_degree",
    "responsible_doctor": "to_a_low_degree",
    "own_experience": "do_not_know",
}


async def _opened(answers: Site) -> str:
    """The address of an invitation that was cleared."""
    await answers.consume(cleared())
    return f"/s/{answers.code(an_invitation())}"


async def test_a_person_answers_page_by_page_and_is_thanked(answers: Site) -> None:
    at = await _opened(answers)
    assert (await answers.get(at)).page == "start"
    assert (await answers.post(at, action="begin")).address == f"{at}/1"
    assert (await answers.post(f"{at}/1", action="next", **STAFF)).address == f"{at}/2"
    assert (await answers.post(f"{at}/2", action="next")).address == f"{at}/3"
    assert (await answers.post(f"{at}/3", action="next", comment="Godt")).page == "review"
    assert (await answers.post(f"{at}/review", action="submit")).page == "thanks"
    response, closed = await answers.published()
    assert isinstance(response, ResponseReceived)
    assert isinstance(closed, InvitationClosed)
    assert (response.completeness, response.answers) == ("complete", {**STAFF, "comment": "Godt"})
    assert (closed.outcome, closed.occurred_at) == ("complete", answers.clock.now())


async def test_every_post_leads_on_by_a_redirect(answers: Site) -> None:
    at = await _opened(answers)
    posts = {at: "begin", f"{at}/1": "next", f"{at}/review": "back", f"{at}/decline": "back", f"{at}/opt-out": "back"}
    async with aiohttp.ClientSession(answers.url) as browser:
        for path, action in posts.items():
            async with browser.post(path, data={"action": action}, allow_redirects=False) as response:
                assert (path, response.status) == (path, 303)


async def test_a_person_goes_on_elsewhere_at_the_first_page_not_answered(answers: Site) -> None:
    at = await _opened(answers)
    await answers.post(f"{at}/1", action="next", **STAFF)
    elsewhere = await answers.post(at, action="begin")
    assert elsewhere.address == f"{at}/2"


async def test_what_was_saved_stands_on_the_page_again(answers: Site) -> None:
    at = await _opened(answers)
    await answers.post(f"{at}/1", action="next", **STAFF)
    again = await answers.get(f"{at}/1")
    assert 'name="friendly_staff" value="to_a_very_high_degree" checked' in again.text


async def test_a_pause_saves_and_says_so(answers: Site) -> None:
    at = await _opened(answers)
    paused = await answers.post(f"{at}/1", action="pause", friendly_staff="not_at_all")
    assert paused.page == "paused"
    assert (await answers.row(an_invitation()))["answers"] == {"friendly_staff": "not_at_all"}


async def test_going_back_saves_too(answers: Site) -> None:
    at = await _opened(answers)
    back = await answers.post(f"{at}/2", action="back", own_decisions="not_at_all")
    assert back.address == f"{at}/1"
    assert (await answers.row(an_invitation()))["answers"] == {"own_decisions": "not_at_all"}


async def test_a_page_sent_again_replaces_its_own_answers_and_no_others(answers: Site) -> None:
    at = await _opened(answers)
    await answers.post(f"{at}/1", action="next", **STAFF)
    await answers.post(f"{at}/2", action="next", own_decisions="not_at_all")
    await answers.post(f"{at}/1", action="next", friendly_staff="not_at_all")
    kept = (await answers.row(an_invitation()))["answers"]
    assert kept == {"friendly_staff": "not_at_all", "own_decisions": "not_at_all"}


async def test_however_often_and_concurrently_it_is_sent_it_is_published_once(answers: Site) -> None:
    at = await _opened(answers)
    await answers.post(f"{at}/1", action="next", **STAFF)
    shown = await asyncio.gather(*(answers.post(f"{at}/review", action="submit") for _ in range(20)))
    assert {page.page for page in shown} == {"thanks"}
    assert [type(event) for event in await answers.published()] == [ResponseReceived, InvitationClosed]


async def test_whoever_comes_again_after_sending_is_thanked(answers: Site) -> None:
    at = await _opened(answers)
    await answers.post(f"{at}/1", action="next", **STAFF)
    await answers.post(f"{at}/review", action="submit")
    assert {(await answers.get(path)).page for path in (at, f"{at}/1", f"{at}/review", f"{at}/paused")} == {"thanks"}


async def test_an_answer_changed_after_sending_is_not_kept_and_the_page_says_so(answers: Site) -> None:
    at = await _opened(answers)
    await answers.post(f"{at}/1", action="next", **STAFF)
    await answers.post(f"{at}/review", action="submit")
    late = await answers.post(f"{at}/1", action="next", friendly_staff="not_at_all")
    assert (late.page, "ikke gemt" in late.text) == ("thanks", True)
    assert (await answers.row(an_invitation()))["answers"] == STAFF


async def test_a_post_after_closing_stores_nothing_and_says_so_politely(answers: Site) -> None:
    at = await _opened(answers)
    await answers.consume(closing_due())
    for path, fields in ((f"{at}/1", {"action": "next", **STAFF}), (f"{at}/review", {"action": "submit"})):
        late = await answers.post(path, **fields)
        assert (late.status, late.page, "ikke gemt" in late.text) == (200, "closed", True)
    assert (await answers.row(an_invitation()))["answers"] == {}
    assert [event.outcome for event in await answers.published() if isinstance(event, InvitationClosed)] == [
        "unanswered"
    ]


async def test_a_submission_while_the_closing_is_decided_comes_too_late(answers: Site) -> None:
    at = await _opened(answers)
    await answers.post(f"{at}/1", action="next", **STAFF)
    async with answers.consuming(closing_due()):
        sending = asyncio.create_task(answers.post(f"{at}/review", action="submit"))
        await answers.until_somebody_waits()
    assert (await sending).page == "closed"
    assert [event.outcome for event in await answers.published() if isinstance(event, InvitationClosed)] == ["partial"]


async def test_a_page_sent_while_the_closing_is_decided_is_not_kept_and_says_so(answers: Site) -> None:
    at = await _opened(answers)
    async with answers.consuming(closing_due()):
        sending = asyncio.create_task(answers.post(f"{at}/1", action="next", **STAFF))
        await answers.until_somebody_waits()
    assert "ikke gemt" in (await sending).text
    assert (await answers.row(an_invitation()))["answers"] == {}


async def test_a_closing_while_an_answer_is_sent_leaves_it_complete(answers: Site) -> None:
    at = await _opened(answers)
    await answers.post(f"{at}/1", action="next", **STAFF)
    async with answers.database.transaction() as tx:
        result = await actions.submit(tx, CODES.lookup(answers.code(an_invitation())), answers.clock.now())
        closing = asyncio.create_task(answers.consume(closing_due()))
        await answers.until_somebody_waits()
    assert (result.accepted, await closing) == (True, [])


async def test_numbers_are_struck_before_anything_is_stored(answers: Site) -> None:
    at = await _opened(answers)
    await answers.post(f"{at}/3", action="next", comment="Jeg er 010190-1234, ring 12 34 56 78")
    assert (await answers.row(an_invitation()))["answers"] == {"comment": "Jeg er [CPR], ring [tlf.]"}


async def test_texts_in_which_something_was_struck_are_published_as_such(answers: Site) -> None:
    at = await _opened(answers)
    await answers.post(f"{at}/3", action="next", comment="Jeg er 0101901234")
    await answers.post(f"{at}/review", action="submit")
    response = (await answers.published())[0]
    assert isinstance(response, ResponseReceived)
    assert response.screened == ("comment",)


async def test_a_text_that_is_too_long_is_shown_again_and_nothing_is_stored(answers: Site) -> None:
    at = await _opened(answers)
    long = await answers.post(f"{at}/3", action="next", comment="x" * 4001, pain_relief="not_at_all")
    assert (long.status, long.page) == (400, "group")
    assert "4001" in long.text
    assert "x" * 4001 in long.text
    assert 'value="not_at_all" checked' in long.text
    assert (await answers.row(an_invitation()))["answers"] == {}


async def test_a_text_is_shown_as_text(answers: Site) -> None:
    at = await _opened(answers)
    await answers.post(f"{at}/3", action="next", comment="</textarea><script>alert(1)</script>")
    assert "<script>" not in (await answers.get(f"{at}/3")).text + (await answers.get(f"{at}/review")).text


async def test_nothing_answered_cannot_be_sent(answers: Site) -> None:
    at = await _opened(answers)
    nothing = await answers.post(f"{at}/review", action="submit")
    assert (nothing.status, nothing.page) == (400, "review")
    assert await answers.published() == []


async def _refused(answers: Site, at: str) -> list[Shown]:
    return [
        await answers.post(f"{at}/1", action="next", best_doctor="yes"),
        await answers.post(f"{at}/1", action="next", friendly_staff="yes"),
        await answers.post(f"{at}/1", action="next", pain_relief="not_at_all"),
        await answers.post(f"{at}/1", action="jump", friendly_staff="not_at_all"),
        await answers.post(f"{at}/1", friendly_staff="not_at_all"),
        await answers.post(f"{at}/9", action="next"),
        await answers.post(f"{at}/3", action="next", comment="x" * 300_000),
        await answers.post(at, action="submit"),
        await answers.post(f"{at}/review", action="submit", extra="1"),
    ]


async def test_what_no_page_of_ours_sends_is_refused_in_words_and_nothing_is_stored(answers: Site) -> None:
    at = await _opened(answers)
    refused = await _refused(answers, at)
    assert [(page.status, page.page) for page in refused] == [(400, "problem")] * len(refused)
    assert all("Intet er gemt" in page.text for page in refused)
    assert (await answers.row(an_invitation()))["answers"] == {}


async def test_a_body_that_is_no_form_is_refused(answers: Site) -> None:
    at = await _opened(answers)
    bodies = [
        b"action=next&action=back",
        b"action=%ff",
        b"\xff\xfe",
        b"a&b&c",
        b"&".join(b"f%d=1" % n for n in range(200)),
    ]
    kind = {"Content-Type": "application/x-www-form-urlencoded"}
    async with aiohttp.ClientSession(answers.url) as browser:
        for body in bodies:
            async with browser.post(f"{at}/1", data=body, headers=kind) as response:
                assert (body, response.status) == (body, 400)
        async with browser.post(f"{at}/1", json={"action": "next"}) as response:
            assert response.status == 400


async def test_a_language_is_kept_along_the_way(answers: Site) -> None:
    at = await _opened(answers)
    begun = await answers.post(f"{at}?language=en", action="begin")
    assert begun.address == f"{at}/1?language=en"
    assert 'lang="en"' in begun.text
    sent = await answers.post(f"{at}/1?language=en", action="next", **STAFF)
    assert sent.address == f"{at}/2?language=en"
    await answers.consume(closing_due())
    late = await answers.post(f"{at}/1?language=en", action="next")
    assert "has not been saved" in late.text


async def test_whoever_answers_before_a_receipt_is_consumed_has_answered(answers: Site) -> None:
    at = await _opened(answers)
    await answers.post(f"{at}/1", action="next", **STAFF)
    await answers.post(f"{at}/review", action="submit")
    assert await answers.consume(delivered()) == await answers.consume(closing_due()) == []
