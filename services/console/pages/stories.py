"""What happened to one invitation, found by its own id or by one of its letters'."""

from uuid import UUID

from starlette.responses import Response

from services.console.domain.problem import Problem
from services.console.domain.story import story
from services.console.rendering import go_to
from services.console.store import requests, stories
from services.console.visits import Visit, uuid_of
from shared.events import letter_id
from shared.runtime import reading


async def search(visit: Visit) -> Response:
    wanted = visit.asked("id")
    if wanted is None:
        return visit.page("search", "Invitations and letters", wanted="")
    id_ = uuid_of(wanted)
    if id_ is None:
        return visit.page("search", "Invitations and letters", status=404, wanted=wanted[:60])
    async with reading() as tx:
        if await stories.invitation(tx, id_):
            return go_to(f"/invitations/{id_}")
        if await stories.letter(tx, id_):
            return go_to(f"/letters/{id_}")
    return visit.page("search", "Invitations and letters", status=404, wanted=str(id_))


async def of_invitation(visit: Visit) -> Response:
    id_ = uuid_of(visit.request.path_params["id"])
    if id_ is None:
        raise _unknown("invitation")
    return await _show(visit, id_, None)


async def of_letter(visit: Visit) -> Response:
    id_ = uuid_of(visit.request.path_params["id"])
    async with reading() as tx:
        found = await stories.letter(tx, id_) if id_ else None
    if found is None:
        raise _unknown("letter")
    return await _show(visit, *found)


async def _show(visit: Visit, id_: UUID, number: int | None) -> Response:
    """The whole story; of a letter that one asked for, its own part comes first."""
    async with reading() as tx:
        invitation = await stories.invitation(tx, id_)
        if invitation is None:
            raise _unknown("invitation")
        reminders = await stories.reminders(tx, id_)
        asked = await requests.trail(tx, [invitation["wave"]])
    numbers = [0, *(row["number"] for row in reminders)] if invitation["cleared_at"] else []
    return visit.page(
        "story",
        "An invitation's story" if number is None else "A letter's story",
        invitation=invitation,
        happened=story(invitation, reminders, asked),
        letters=[(one, letter_id(id_, one)) for one in numbers],
        marked=number,
    )


def _unknown(what: str) -> Problem:
    return Problem(
        404,
        f"no {what} of that id has been heard of",
        expected="an id that a service told, as 36 letters and digits with hyphens",
        what_to_do="look at its spelling; what was told a moment ago may still be on its way",
    )
