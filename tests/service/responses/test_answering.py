"""A person answers through the pages."""

from shared.events import InvitationClosed, ResponseReceived
from tests.service.responses.site import Site
from tests.support.builders import an_invitation, cleared

STAFF = {
    "friendly_staff": "to_a_very_high_degree",
    "responsible_doctor": "to_a_low_degree",
    "own_experience": "do_not_know",
}


async def test_a_person_answers_page_by_page_and_is_thanked(answers: Site) -> None:
    await answers.hear(cleared())
    at = f"/s/{answers.code(an_invitation())}"
    assert (await answers.get(at)).page == "start"
    assert (await answers.post(at, action="begin")).address == f"{at}/1"
    assert (await answers.post(f"{at}/1", action="next", **STAFF)).address == f"{at}/2"
    assert (await answers.post(f"{at}/2", action="next")).address == f"{at}/3"
    assert (await answers.post(f"{at}/3", action="next", comment="Godt")).page == "review"
    assert (await answers.post(f"{at}/review", action="submit")).page == "thanks"
    response, closed = await answers.told()
    assert isinstance(response, ResponseReceived)
    assert isinstance(closed, InvitationClosed)
    assert (response.completeness, response.answers) == ("complete", {**STAFF, "comment": "Godt"})
    assert (closed.outcome, closed.occurred_at) == ("complete", answers.clock.now())
