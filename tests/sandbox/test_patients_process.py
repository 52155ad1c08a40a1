"""The synthetic patients as the process they are: what they tell, their restart, their end."""

import asyncio
from collections.abc import AsyncIterator
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from tests.sandbox.stand_in import Process
from tests.sandbox.town import Town, a_town, cpr
from tests.support.builders import danish
from tests.support.databases import Database as Copies
from tests.support.letters import ANSWER_URL

PEOPLE = 40
PATIENCE = 60.0


@pytest.fixture
async def town(database: Copies, valkey: str, tmp_path: Path) -> AsyncIterator[Town]:
    """Pages and mailboxes; the people of the town itself do not act."""
    async with a_town(database("responses"), valkey, tmp_path, "1", PEOPLE) as there:
        yield there


@pytest.fixture
async def patients(town: Town, tmp_path: Path) -> AsyncIterator[Process]:
    folder = tmp_path / "process"
    folder.mkdir()
    settings = {
        "PULS_CLOCK": f"stepped:{town.post.clock.path}",
        "PULS_MAILBOXES_URL": town.post.root,
        "PULS_ANSWER_URL": ANSWER_URL,
        "PULS_PAGES_URL": town.site.url,
        "PULS_SEED": "1",
    }
    process = Process(folder, module="deploy.sandbox.patients", settings=settings)
    await process.start()
    yield process
    await process.stop()


async def _tally(patients: Process) -> list[dict[str, Any]]:
    return await patients.say("GET", "/tally")


async def _at_rest(patients: Process, now: datetime) -> dict[str, Any]:
    async with asyncio.timeout(PATIENCE):
        while True:
            status = await patients.say("GET", "/status")
            if not status["busy"] and (status["due"] is None or datetime.fromisoformat(status["due"]) > now):
                return status
            await asyncio.sleep(0.01)


async def test_the_status_counts_a_letter_as_soon_as_it_is_in_the_mailbox(town: Town, patients: Process) -> None:
    assert (await patients.say("GET", "/status"))["due"] is None
    await town.invite(*range(1, PEOPLE + 1))
    status = await patients.say("GET", "/status")
    assert datetime.fromisoformat(status["due"]) == danish("2026-11-05 18:00")
    assert (datetime.fromisoformat(status["now"]), status["acts_at"]) == (town.post.clock.now(), [6, 18])


async def test_nobody_acts_at_noon(town: Town, patients: Process) -> None:
    await town.invite(*range(1, PEOPLE + 1))
    town.post.clock.move_to(danish("2026-11-20 12:00"))
    for _ in range(100):  # many turns of the loop that would act
        assert (await patients.say("GET", "/status"))["busy"] == 0
    town.post.clock.move_to(danish("2026-11-20 18:00"))
    await _at_rest(patients, town.post.clock.now())
    made = {visit["made_at"] for line in await _tally(patients) for visit in line["visits"] if visit["made_at"]}
    assert made == {town.post.clock.now().isoformat()}


async def test_a_kill_in_the_middle_changes_nothing(town: Town, patients: Process) -> None:
    await town.invite(*range(1, PEOPLE + 1))
    town.post.clock.move_to(danish("2026-12-31 18:00"))
    async with asyncio.timeout(PATIENCE):
        while not any(visit["saw"] for line in await _tally(patients) for visit in line["visits"]):
            await asyncio.sleep(0.001)
    await patients.kill()
    await patients.start()
    assert (await _at_rest(patients, town.post.clock.now()))["due"] is None
    lines = await _tally(patients)
    assert len(lines) == PEOPLE
    assert all(visit["saw"] for line in lines for visit in line["visits"])
    told = sum(outcome == "complete" for outcome in (await town.closed()).values())
    assert told == sum(line["expected"] == "complete" for line in lines) > 5


async def test_it_ends_cleanly_when_told_and_prints_no_person(town: Town, patients: Process) -> None:
    await town.invite(*range(1, PEOPLE + 1))
    town.post.clock.move_to(danish("2026-11-06 06:00"))
    await _at_rest(patients, town.post.clock.now())
    assert await patients.stop() == 0
    assert not any(cpr(number) in patients.output() for number in range(1, PEOPLE + 1))


async def test_it_stops_with_an_error_when_a_letter_leads_elsewhere(town: Town, patients: Process) -> None:
    await patients.stop()
    patients.settings["PULS_ANSWER_URL"] = "https://elsewhere.example"
    await patients.start()
    await town.invite(*range(1, PEOPLE + 1))
    town.post.clock.move_to(danish("2026-11-06 06:00"))
    assert await patients.ended() == 1
    assert "leads elsewhere than to https://elsewhere.example" in patients.output()
