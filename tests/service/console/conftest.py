"""A console's database of the module's own, and the console that stands on it."""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import aiohttp
import pytest

from deploy.local.ports import HOST, free_ports
from shared.runtime import Transaction, pages
from shared.runtime.database import Database
from tests.service.console.asking import KEY, NOW, Asked, at
from tests.service.console.desk import Desk, a_console, stopped
from tests.service.console.hearing import undone
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
async def kept(rows: Database, tmp_path: Path) -> AsyncIterator[Database]:
    """What the console of this test stands on; empty again at its end."""
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
    async with stopped(resumed) as url:
        yield url


@pytest.fixture
async def asked(kept: Database, karens: str) -> AsyncIterator[Asked]:
    silent = f"http://{HOST}:{next(free_ports())}"
    headers = {"Authorization": f"Bearer {KEY}"}
    app = a_console({"karens": karens, "dispatch": silent})
    async with listening(app) as url, aiohttp.ClientSession(headers=headers) as session:
        yield Asked(url, session)


@pytest.fixture
async def desk(kept: Database, karens: str) -> AsyncIterator[Desk]:
    """The pages, as an operator's browser meets them."""
    async with listening(a_console({"karens": karens})) as url, Desk.at(url, kept) as desk:
        yield desk
