"""The servers of the local stack hold what they promise: they answer, survive a kill -9 and keep their data."""

import asyncpg
import pytest

from deploy.local.databases import execute
from deploy.local.stack import Stack
from tests.support.databases import Database


async def test_a_test_gets_a_database_of_its_own(database: Database) -> None:
    one, two = database("karens"), database("karens")
    execute(one, "CREATE TABLE kept (row int)")
    with pytest.raises(asyncpg.UndefinedTableError):
        execute(two, "SELECT * FROM kept")


def test_the_servers_answer(servers: Stack, kafka: str, postgres: str, valkey: str) -> None:
    assert kafka == servers.addresses.kafka
    assert servers.kafka.answers()
    assert servers.postgres.answers()
    assert servers.valkey.answers()
