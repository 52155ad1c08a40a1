"""From a wave one comes to each invitation of a unit, and nobody is named."""

import re

from services.console.pages.stories import SHOWN_AT_ONCE
from shared.runtime.database import Database
from tests.service.console.api_client import consumed
from tests.service.console.console_app import Operator
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


async def test_a_units_share_of_a_wave_leads_to_its_invitations_once_there_are_any(
    operator: Operator, db: Database
) -> None:
    await consumed(db, wave_started(), selection_finished())
    await operator.log_in()
    link, share = f'href="/waves/{WAVE}/units/{HERE}"', f"/waves/{WAVE}?by=unit&part={HERE}"
    assert link not in (await operator.get(share)).text
    (one,) = invitations(1)
    await consumed(db, included(one))
    assert link in (await operator.get(share)).text


async def test_only_the_units_own_are_listed_with_where_they_stand_and_those_in_flight_first(
    operator: Operator, db: Database
) -> None:
    held, waits = sorted(invitations(2), key=lambda invitation: invitation.id)
    elsewhere = an_invitation(person=a_person(3), unit=THERE)
    await consumed(db, wave_started(), *map(included, (held, waits, elsewhere)), quarantined(held))
    await consumed(db, cleared(waits), delivered(waits))
    await operator.log_in()
    page = (await operator.get(address())).text
    assert LISTED.findall(page) == [str(waits.id), str(held.id)]
    assert "cleared, delivered, open" in page
    assert held.person not in page


async def test_every_invitation_stands_on_one_page_of_the_list(operator: Operator, db: Database) -> None:
    everybody = invitations(SHOWN_AT_ONCE + 1)
    await consumed(db, wave_started(), *map(included, everybody))
    await operator.log_in()
    first, second = [(await operator.get(address(page=page))).text for page in (1, 2)]
    assert "?page=2" in first
    assert sorted(LISTED.findall(first) + LISTED.findall(second)) == sorted(
        str(invitation.id) for invitation in everybody
    )
    assert len(LISTED.findall(second)) == 1


async def test_a_page_that_is_none_leads_back_to_the_first(operator: Operator, db: Database) -> None:
    await consumed(db, wave_started(), included())
    await operator.log_in()
    assert "There is no such page" in (await operator.get(address(page=99999999))).text
    assert len(LISTED.findall((await operator.get(f"/waves/{WAVE}/units/{HERE}?page=-1")).text)) == 1


async def test_a_wave_that_nobody_knows_has_no_units(operator: Operator) -> None:
    await operator.log_in()
    assert (await operator.get("/waves/lup-somatik-2020-01/units/1")).status == 404
