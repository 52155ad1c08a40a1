"""From a wave one comes to each invitation of a unit, and nobody is named."""

import re

from services.console.pages.stories import SHOWN_AT_ONCE
from shared.runtime.database import Database
from tests.service.console.asking import heard
from tests.service.console.desk import Desk
from tests.support.builders import (
    WAVE,
    a_person,
    a_unit,
    an_invitation,
    cleared,
    delivered,
    included,
    invitations,
    quarantined,
    selection_finished,
    wave_started,
)

HERE, THERE = a_unit(1).code, a_unit(2).code
LISTED = re.compile(r'<a href="/invitations/([0-9a-f-]{36})">')


def address(unit: str = HERE, page: int = 1) -> str:
    return f"/waves/{WAVE}/units/{unit}?page={page}"


async def test_a_units_share_of_a_wave_leads_to_its_invitations_once_there_are_any(desk: Desk, kept: Database) -> None:
    await heard(kept, wave_started(), selection_finished())
    await desk.log_in()
    link, share = f'href="/waves/{WAVE}/units/{HERE}"', f"/waves/{WAVE}?by=unit&part={HERE}"
    assert link not in (await desk.get(share)).text
    (one,) = invitations(1)
    await heard(kept, included(one))
    assert link in (await desk.get(share)).text


async def test_only_the_units_own_are_listed_with_where_they_stand_and_those_in_flight_first(
    desk: Desk, kept: Database
) -> None:
    held, waits = sorted(invitations(2), key=lambda one: one.id)
    elsewhere = an_invitation(person=a_person(3), unit=THERE)
    await heard(kept, wave_started(), *map(included, (held, waits, elsewhere)), quarantined(held))
    await heard(kept, cleared(waits), delivered(waits))
    await desk.log_in()
    page = (await desk.get(address())).text
    assert LISTED.findall(page) == [str(waits.id), str(held.id)]
    assert "cleared, delivered, open" in page
    assert held.person not in page


async def test_every_invitation_stands_on_one_page_of_the_list(desk: Desk, kept: Database) -> None:
    everybody = invitations(SHOWN_AT_ONCE + 1)
    await heard(kept, wave_started(), *map(included, everybody))
    await desk.log_in()
    first, second = [(await desk.get(address(page=page))).text for page in (1, 2)]
    assert "?page=2" in first
    assert sorted(LISTED.findall(first) + LISTED.findall(second)) == sorted(str(one.id) for one in everybody)
    assert len(LISTED.findall(second)) == 1


async def test_a_page_that_is_none_leads_back_to_the_first(desk: Desk, kept: Database) -> None:
    await heard(kept, wave_started(), included())
    await desk.log_in()
    assert "There is no such page" in (await desk.get(address(page=99999999))).text
    assert len(LISTED.findall((await desk.get(f"/waves/{WAVE}/units/{HERE}?page=-1")).text)) == 1


async def test_a_wave_that_nobody_knows_has_no_units(desk: Desk) -> None:
    await desk.log_in()
    assert (await desk.get("/waves/lup-somatik-2020-01/units/1")).status == 404
