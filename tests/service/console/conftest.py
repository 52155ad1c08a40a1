"""A console's database of the module's own, and the console that stands on it."""

from collections.abc import AsyncIterator, Iterator
from typing import Any

import aiohttp
import pytest

from deploy.local.ports import HOST, free_ports
from services.console.api.app import console
from services.console.api.ground import Ground
from shared import surveys
from shared.runtime import Transaction, pages
from shared.runtime.clock import Clock
from shared.runtime.database import Database
from shared.runtime.internal import internal_app
from tests.service.console.asking import KEY, Asked
from tests.service.console.hearing import undone
from tests.service.console.listening import listening
from tests.support.databases import Templates

STATUS: dict[str, Any] = {
    "halted": "25 of the last 1000 records failed",
    "reads": [
        {"topic": "puls.inclusion.v1", "partition": 0, "bookmark": 3, "end": 10, "oldest_seconds": 4.0},
        {"topic": "puls.inclusion.v1", "partition": 1, "bookmark": None, "end": 2, "oldest_seconds": 9.0},
    ],
    "outbox": {"records": 5, "oldest_seconds": 1.5, "refused": 1},
    "rounds": [{"name": "hand_over", "due": None, "since": None, "failing": "ClientConnectorError"}],
}
EMPTY = """
TRUNCATE delivery, delivery_refused, wave, wave_request, selection, invitation, reminder, set_aside, runtime.outbox
"""


@pytest.fixture(scope="module")
def address(templates: Templates) -> Iterator[str]:
    name, url = templates.copy("console")
    yield url
    templates.drop(name)


@pytest.fixture
async def rows(address: str) -> AsyncIterator[Database]:
    opened = Database(address, connections=2)
    yield opened
    await opened.close()


@pytest.fixture
async def tx(rows: Database) -> AsyncIterator[Transaction]:
    """What a test does in it is undone at its end."""
    async with undone(rows) as transaction:
        yield transaction


@pytest.fixture
async def kept(rows: Database) -> AsyncIterator[Database]:
    """What the console of this test stands on; empty again at its end."""
    pages.install(rows, Clock.of("real"), "puls")
    yield rows
    async with rows.transaction() as transaction:
        await transaction.execute(EMPTY)


@pytest.fixture
def resumed() -> list[int]:
    """What a service was allowed to set aside, each time it was told to go on."""
    return []


@pytest.fixture
async def karens(resumed: list[int]) -> AsyncIterator[str]:
    """The inner door of a service that has stopped itself."""

    async def status() -> dict[str, Any]:
        return STATUS

    async def resume(allowance: int) -> None:
        resumed.append(allowance)

    async with listening(internal_app(status, lambda: None, resume, KEY)) as url:
        yield url


@pytest.fixture
async def asked(kept: Database, karens: str) -> AsyncIterator[Asked]:
    silent = f"http://{HOST}:{next(free_ports())}"
    app = console(Ground(surveys.load(), {"karens": karens, "dispatch": silent}, KEY))
    headers = {"Authorization": f"Bearer {KEY}"}
    async with listening(app) as url, aiohttp.ClientSession(headers=headers) as session:
        yield Asked(url, session)
