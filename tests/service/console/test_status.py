"""`puls status`, and the same by API: whether all is well, the cause before its symptoms, and what mends it."""

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from shared.runtime.database import Database
from tests.service.console.api_client import consumed
from tests.service.console.console_app import AT_EASE, console_app, internal_api
from tests.service.console.test_cli import Said, puls
from tests.support.builders import WAVE, wave_requested, wave_started
from tests.support.pages import listening

QUIET = {**AT_EASE, "rounds": []}
WAITING = [{"where": "read_deliveries", "failure": "PermissionError at folder.py:82", "since": None}]


@asynccontextmanager
async def console(**statuses: dict[str, Any]) -> AsyncIterator[str]:
    """One that watches a service of each status; karens is down where none is given."""
    addresses = {"karens": "http://127.0.0.1:1"} if not statuses else {}
    async with _all(statuses, addresses), listening(console_app(addresses)) as url:
        yield url


@asynccontextmanager
async def _all(statuses: dict[str, dict[str, Any]], addresses: dict[str, str]) -> AsyncIterator[None]:
    if not statuses:
        yield
        return
    (name, status), *others = statuses.items()
    async with internal_api([], status) as addresses[name], _all(dict(others), addresses):
        yield


async def status(url: str, *more: str) -> Said:
    return await puls("status", *more, url=url, COLUMNS="80")


async def test_when_all_is_well_it_says_so_and_ends_with_0(db: Database) -> None:
    await consumed(db, wave_started())
    async with console(karens=QUIET) as url:
        said = await status(url)
    assert (said.status, said.out.splitlines()[0]) == (0, "All is well")
    assert WAVE in said.out


async def test_when_something_needs_a_person_it_says_what_and_ends_with_1(db: Database) -> None:
    await consumed(db, wave_started(), wave_requested(wanted="paused"))
    async with console(karens=QUIET) as url:
        said = await status(url)
    assert (said.status, said.out.splitlines()[0], said.error) == (1, "Look here", "")
    assert f"{WAVE} is paused" in said.out
    assert f"To do: `puls resume {WAVE}`." in said.out


async def test_the_cause_comes_before_its_symptoms(db: Database) -> None:
    await consumed(db, wave_started(), wave_requested(wanted="paused"))
    async with console() as url:
        told = json.loads((await status(url, "--json")).out)
    assert (told["well"], told["word"]) == (False, "Stands still")
    assert [alert["what"].split()[0] for alert in told["alerts"]] == ["karens", WAVE]
    assert "make up" in told["alerts"][0]["mend"]


async def test_what_a_service_waits_for_is_said_with_its_place_and_once(db: Database) -> None:
    async with console(inclusion={**QUIET, "waiting": WAITING}, karens=QUIET) as url:
        said = await status(url)
        queues = await puls("queues", url=url)
    what = "inclusion waits at read deliveries: PermissionError at folder.py:82"
    assert (said.status, what in said.out) == (1, True)
    assert queues.out.count(what) == 1


async def test_a_service_that_is_down_says_so_once_in_the_queues(db: Database) -> None:
    async with console() as url:
        said = await puls("queues", url=url, COLUMNS="80")
    assert said.out.count("does not answer") == 1
