"""Every statement of every service holds against the service's own migrated database."""

from collections.abc import Iterator
from importlib import import_module

import asyncpg
import pytest

from tests.house.source import Module, modules
from tests.house.test_doors import STATEMENT
from tests.support.databases import Database

SERVICES = sorted({module.path.split("/")[1] for module in modules("services") if module.room == "store"})


def statements(service: str) -> Iterator[tuple[str, str]]:
    """(name, SQL) of the constants in the service's store."""
    for module in modules(f"services/{service}"):
        if module.room == "store":
            yield from _constants(module)


def _constants(module: Module) -> Iterator[tuple[str, str]]:
    for name, value in vars(import_module(module.path.removesuffix(".py").replace("/", "."))).items():
        if name.isupper() and isinstance(value, str) and STATEMENT.match(value):
            yield f"{module.path}:{name}", value


async def refused(url: str, service: str) -> list[str]:
    """The statements that the database does not understand, with what it says."""
    connection = await asyncpg.connect(url)
    mistakes = []
    for name, sql in statements(service):
        try:
            await connection.prepare(sql)
        except asyncpg.PostgresError as error:
            mistakes.append(f"{name}: {error}")
    await connection.close()
    return mistakes


@pytest.mark.parametrize("service", SERVICES)
async def test_every_statement_of_a_service_is_understood(service: str, database: Database) -> None:
    assert await refused(database(service), service) == []


@pytest.mark.parametrize("service", SERVICES)
def test_a_service_has_statements(service: str) -> None:
    assert list(statements(service)) != []
