"""The page of a wave."""

import re

from shared.runtime.database import Database
from tests.service.console.api_client import consumed
from tests.service.console.console_app import Operator
from tests.support.builders import (
    WAVE,
    a_unit,
    danish,
    delivery_read,
    included,
    quarantined,
    selection_finished,
    wave_requested,
    wave_started,
)

THERE = a_unit(2)
CAPTION = re.compile(r"<caption>(.*?)<span class=\"number\">(.*?)</span>")


async def test_the_whole_account_of_one_unit_is_shown_with_every_reason(operator: Operator, db: Database) -> None:
    selections = selection_finished(), selection_finished(unit=THERE.code, contacts=50, excluded={"dead": 7})
    await consumed(db, wave_started(), *selections)
    await operator.log_in()
    page = (await operator.get(f"/waves/{WAVE}?by=unit&part={THERE.code}")).text
    section = page[page.index('id="part"') : page.index("Close ")]
    assert ("Contacts", "50") in CAPTION.findall(section)
    assert re.search(r"dead</th><td class=\"number\">7<", section)
    assert "under age" not in section


async def test_who_asked_something_of_a_unit_is_shown_with_its_code(operator: Operator, db: Database) -> None:
    await consumed(db, wave_started(), wave_requested(wanted="stopped", units=(THERE.code,)))
    await operator.log_in()
    assert f">{THERE.code}</td>" in (await operator.get(f"/waves/{WAVE}")).text


async def test_a_delivery_that_was_not_heard_of_yet_is_shown_without_numbers(operator: Operator, db: Database) -> None:
    await consumed(db, wave_started())
    await operator.log_in()
    assert ("Rows of lpr-2026-10", "unknown") in CAPTION.findall((await operator.get(f"/waves/{WAVE}")).text)


async def test_waves_of_long_ago_are_listed_when_they_are_asked_for(operator: Operator, db: Database) -> None:
    await consumed(db, wave_started(occurred_at=danish("2020-01-06 00:00")))
    await operator.log_in()
    assert WAVE not in (await operator.get("/waves")).text
    assert WAVE in (await operator.get("/waves?all=yes")).text


async def test_an_ended_wave_says_so_everywhere_and_offers_nothing(operator: Operator, db: Database) -> None:
    await consumed(db, wave_started(), selection_finished(included=1), included(), quarantined())
    await operator.log_in()
    assert ">ended</td>" in (await operator.get("/waves")).text
    page = (await operator.get(f"/waves/{WAVE}")).text
    assert ">ended</span>" in page
    assert f"/waves/{WAVE}/pause" not in page
    assert (await operator.get(f"/waves/{WAVE}/pause")).status == 409


WAITS = "Waits for the register extract of 2026-10: none has been read."


async def test_a_requested_wave_without_an_extract_says_that_it_waits_for_it(operator: Operator, db: Database) -> None:
    await consumed(db, wave_requested(), delivery_read("lpr-2026-09"))
    await operator.log_in()
    assert WAITS in (await operator.get("/")).text
    assert WAITS in (await operator.get(f"/waves/{WAVE}")).text
    await consumed(db, delivery_read("lpr-2026-10"))
    assert "Waits for" not in (await operator.get(f"/waves/{WAVE}")).text


async def test_a_wave_that_was_stopped_before_it_started_is_none_of_the_running(
    operator: Operator, db: Database
) -> None:
    await consumed(db, wave_requested(wanted="stopped"))
    await operator.log_in()
    assert "No wave is under way" in (await operator.get("/")).text
