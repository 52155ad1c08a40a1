"""Which deliveries of units and of participation waves rest on, as the page of deliveries shows it."""

from services.console.store import waves
from shared.runtime import Transaction
from shared.runtime.database import Database
from tests.service.console.api_client import consumed
from tests.service.console.busy_month import PSYCHIATRY
from tests.service.console.console_app import Operator
from tests.service.console.consuming import consume
from tests.support.builders import WAVE, a_pin, wave_requested, wave_started


async def test_a_delivery_of_units_stands_there_once_with_every_wave_that_rests_on_it(tx: Transaction) -> None:
    units, earlier, later = a_pin("sor"), a_pin("participation-1"), a_pin("participation-2")
    await consume(tx, wave_started(WAVE, units=units, participation=earlier))
    await consume(tx, wave_started(PSYCHIATRY, units=units, participation=later))
    found = {(row["kind"], row["delivery"]): row["waves"] for row in await waves.pinned_deliveries(tx)}
    assert found == {
        ("units", "sor"): [PSYCHIATRY, WAVE],
        ("participation", "participation-1"): [WAVE],
        ("participation", "participation-2"): [PSYCHIATRY],
    }


async def test_a_wave_that_has_not_started_rests_on_nothing(tx: Transaction) -> None:
    await consume(tx, wave_requested())
    assert await waves.pinned_deliveries(tx) == []


async def test_they_are_shown_with_the_deliveries(operator: Operator, db: Database) -> None:
    await consumed(db, wave_started(participation=a_pin("participation-1")))
    await operator.log_in()
    page = (await operator.get("/deliveries")).text
    assert '<th scope="row">participation-1</th><td data-of="Of">participation</td>' in page
    assert f'<a href="/waves/{WAVE}">' in page
