"""The runbook's statements do what an operator at night expects of them, on each service's real database."""

import re

import asyncpg
import pytest

from tests.deploy.yard import CLONE
from tests.support.databases import Database

TEXT = (CLONE / "deploy" / "runbook.md").read_text(encoding="utf-8")
STATEMENTS = re.findall(r"```sql (\w+)\n(.*?)```", TEXT, re.DOTALL)


@pytest.mark.parametrize(("service", "sql"), STATEMENTS)
async def test_a_statement_of_the_runbook_can_be_run(database: Database, service: str, sql: str) -> None:
    connection = await asyncpg.connect(database(service))
    await connection.execute(sql)
    await connection.close()


async def test_a_row_that_the_broker_refused_is_put_back_as_it_was(database: Database) -> None:
    [sql] = [sql for _, sql in STATEMENTS if "outbox_refused" in sql]
    connection = await asyncpg.connect(database("karens"))
    await connection.execute(
        "INSERT INTO runtime.outbox_refused (id, topic, kind, key, value, told_at, reason) "
        "VALUES (7, 'puls.karens.v1', 'InvitationCleared.v1', 'k', 'v', now(), 'MessageSizeTooLargeError')"
    )
    await connection.execute(sql)
    row = await connection.fetchrow("SELECT topic, kind, key, value FROM runtime.outbox")
    await connection.close()
    assert tuple(row or ()) == ("puls.karens.v1", "InvitationCleared.v1", b"k", b"v")
