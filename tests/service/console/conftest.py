"""A console's database of the module's own, and the console that stands on it."""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import aiohttp
import pytest

from deploy.local.ports import HOST, free_ports
from shared.runtime import Transaction, pages
from shared.runtime.database import Database
from tests.service.console.api_client import KEY, NOW, ApiClient, at
from tests.service.console.console_app import Operator, console_app, internal_api
from tests.service.console.consuming import undone
from tests.support.databases import Templates
from tests.support.pages import listening

EMPTY = """
TRUNCATE
    delivery, delivery_refused, wave, wave_held, wave_request, selection, invitation, reminder, letter, set_aside, act,
    operator, session, log_in_attempt, runtime.outbox
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
async def db(rows: Database, tmp_path: Path) -> AsyncIterator[Database]:
    """The database of this test's console; empty again at its end."""
    pages.install(rows, at(NOW, tmp_path), "puls")
    yield rows
    async with rows.transaction() as transaction:
        await transaction.execute(EMPTY)


@pytest.fixture
def resumed() -> list[int]:
    """What a service was allowed to set aside, each time it was told to go on."""
    return []


@pytest.fixture
async def karens(resumed: list[int]) -> AsyncIterator[str]:
    """The internal API of a service that has stopped itself."""
    async with internal_api(resumed) as url:
        yield url


@pytest.fixture
async def api(db: Database, karens: str) -> AsyncIterator[ApiClient]:
    silent = f"http://{HOST}:{next(free_ports())}"
    headers = {"Authorization": f"Bearer {KEY}"}
    app = console_app({"karens": karens, "dispatch": silent})
    async with listening(app) as url, aiohttp.ClientSession(headers=headers) as session:
        yield ApiClient(url, session)


@pytest.fixture
async def operator(db: Database, karens: str) -> AsyncIterator[Operator]:
    """The pages, as an operator's browser meets them."""
    async with listening(console_app({"karens": karens})) as url, Operator.at(url, db) as operator:
        yield operator
