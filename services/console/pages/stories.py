"""What happened to one invitation, found by its own id, by one of its letters' or in the list of its unit."""

from uuid import UUID

from starlette.responses import Response

from services.console.commands.wave_requests import unknown_wave
from services.console.domain.problem import Problem
from services.console.domain.story import story
from services.console.page_request import PageRequest, uuid_of
from services.console.rendering import redirect
from services.console.store import requests, stories
from shared.events import letter_id
from shared.runtime import reading

SHOWN_AT_ONCE = 50
LAST_PAGE = 9999


async def search(request: PageRequest) -> Response:
    wanted = request.query("id")
    if wanted is None:
        return request.render("search", "Invitations and letters", wanted="")
    id_ = uuid_of(wanted)
    if id_ is None:
        return request.render("search", "Invitations and letters", status=404, wanted=wanted[:60])
    async with reading() as tx:
        if await stories.invitation(tx, id_):
            return redirect(f"/invitations/{id_}")
        if await stories.letter(tx, id_):
            return redirect(f"/letters/{id_}")
    return request.render("search", "Invitations and letters", status=404, wanted=str(id_))


async def of_unit(request: PageRequest) -> Response:
    """A page of the unit's invitations. Nobody is named: whoever looks for a person does not find them here."""
    wave, unit = request.http.path_params["wave"], request.http.path_params["unit"]
    page = _number(request.query("page"))
    async with reading() as tx:
        if await requests.wanted(tx, wave) is None:
            raise unknown_wave(wave)
        found = await stories.of_unit(tx, wave, unit, SHOWN_AT_ONCE, SHOWN_AT_ONCE * (page - 1))
    total = found[0]["found"] if found else 0
    pages = -(-total // SHOWN_AT_ONCE)
    return request.render(
        "unit", f"Invitations of {unit}", wave=wave, unit=unit, invitations=found, total=total, at=page, pages=pages
    )


async def of_invitation(request: PageRequest) -> Response:
    id_ = uuid_of(request.http.path_params["id"])
    if id_ is None:
        raise _unknown("invitation")
    return await _show(request, id_, None)


async def of_letter(request: PageRequest) -> Response:
    id_ = uuid_of(request.http.path_params["id"])
    async with reading() as tx:
        found = await stories.letter(tx, id_) if id_ else None
    if found is None:
        raise _unknown("letter")
    return await _show(request, *found)


async def _show(request: PageRequest, id_: UUID, number: int | None) -> Response:
    """The whole story; of a letter that one asked for, its own part comes first."""
    async with reading() as tx:
        invitation = await stories.invitation(tx, id_)
        if invitation is None:
            raise _unknown("invitation")
        reminders = await stories.reminders(tx, id_)
        history = await requests.history(tx, [invitation["wave"]])
    numbers = [0, *(row["number"] for row in reminders)] if invitation["cleared_at"] else []
    return request.render(
        "story",
        "An invitation's story" if number is None else "A letter's story",
        invitation=invitation,
        happened=story(invitation, reminders, history),
        letters=[(letter, letter_id(id_, letter)) for letter in numbers],
        marked=number,
    )


def _number(page: str | None) -> int:
    """Of a page; the first where it is no number."""
    given = page if page and page.isascii() and page.isdigit() else "1"
    return min(max(int(given[:5]), 1), LAST_PAGE)


def _unknown(what: str) -> Problem:
    return Problem(
        404,
        f"no {what} of that id has been heard of",
        expected="an id that a service told, as 36 letters and digits with hyphens",
        what_to_do="look at its spelling; what was told a moment ago may still be on its way",
    )
