"""Which deliveries of units and of participation waves rest on, as the page of deliveries shows it."""

from services.console.store import waves
from shared.runtime import Transaction
from shared.runtime.database import Database
from tests.service.console.asking import heard
from tests.service.console.busy_month import PSYCHIATRY
from tests.service.console.desk import Desk
from tests.service.console.hearing import hear
from tests.support.builders import WAVE, a_pin, wave_requested, wave_started


async def test_a_delivery_of_units_stands_there_once_with_every_wave_that_rests_on_it(tx: Transaction) -> None:
    units, earlier, later = a_pin("sor"), a_pin("participation-1"), a_pin("participation-2")
    await hear(tx, wave_started(WAVE, units=units, participation=earlier))
    await hear(tx, wave_started(PSYCHIATRY, units=units, participation=later))
    found = {(one["kind"], one["delivery"]): one["waves"] for one in await waves.grounds(tx)}
    assert found == {
        ("units", "sor"): [PSYCHIATRY, WAVE],
        ("participation", "participation-1"): [WAVE],
        ("participation", "participation-2"): [PSYCHIATRY],
    }


async def test_a_wave_that_has_not_started_rests_on_nothing(tx: Transaction) -> None:
    await hear(tx, wave_requested())
    assert await waves.grounds(tx) == []


async def test_they_are_shown_with_the_deliveries(desk: Desk, kept: Database) -> None:
    await heard(kept, wave_started(participation=a_pin("participation-1")))
    await desk.log_in()
    page = (await desk.get("/deliveries")).text
    assert '<th scope="row">participation-1</th><td data-of="Of">participation</td>' in page
    assert f'<a href="/waves/{WAVE}">' in page
