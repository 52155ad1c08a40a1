"""A console's database of the module's own; what a test does in it is undone at its end."""

from collections.abc import AsyncIterator, Iterator

import pytest

from shared.runtime import Transaction
from shared.runtime.database import Database
from tests.service.console.hearing import undone
from tests.support.databases import Templates


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
    async with undone(rows) as transaction:
        yield transaction
