"""Karens is killed wherever something could be lost or happen twice."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import Any

import asyncpg
import pytest

from shared.runtime import relay
from tests.runtime.input import months
from tests.runtime.trial import Trial, until

OUTBOX = "SELECT count(*) FROM runtime.outbox"
FIRST, *REST = months()


@pytest.fixture
async def holder(trial: Trial) -> AsyncIterator[asyncpg.Connection]:
    """A session of karens' own role that may hold a lock; what it holds ends with it."""
    connection = await asyncpg.connect(trial.database)
    yield connection
    connection.terminate()


async def lived_on(trial: Trial) -> Any:
    """Karens is started again and lives through the rest of the input."""
    trial.start()
    await trial.at_rest()
    for part in REST:
        await trial.publish(part)
        await trial.at_rest()
    return await trial.effects()


async def test_killed_before_the_commit(trial: Trial, holder: asyncpg.Connection, undisturbed: Any) -> None:
    trial.start()
    await trial.up()
    async with holder.transaction():
        await holder.execute("LOCK TABLE decision IN EXCLUSIVE MODE")
        await trial.publish(FIRST)
        await until(lambda: trial.waits_for("INSERT INTO decision"), "karens to decide")
        trial.kill()
        await trial.cut_off()
    assert await trial.query("SELECT count(*) FROM decision") == 0
    assert await trial.told() == []
    assert await lived_on(trial) == undisturbed


async def test_killed_between_the_commit_and_the_relay(
    trial: Trial, holder: asyncpg.Connection, undisturbed: Any
) -> None:
    assert await holder.fetchval(relay.LOCK)
    trial.start()
    await trial.publish(FIRST)
    await until(lambda: trial.query("SELECT count(*) >= 1200 FROM runtime.outbox"), "karens to decide")
    decided_at = datetime.now(UTC)
    await until(lambda: leaves_it_to_another(trial, decided_at), "the relay to look whether it may send")
    trial.kill()
    assert await trial.told() == []
    holder.terminate()
    assert await lived_on(trial) == undisturbed


async def leaves_it_to_another(trial: Trial, since: datetime) -> bool:
    """Whether the relay has looked since then, and found that another one is sending."""
    status = await trial.status()
    marked = status["watermark_published"] if status else None
    return marked is not None and datetime.fromisoformat(marked) > since


async def test_killed_between_sending_and_deleting(trial: Trial, holder: asyncpg.Connection, undisturbed: Any) -> None:
    assert await holder.fetchval(relay.LOCK)
    trial.start()
    await trial.publish(FIRST)
    await until(lambda: trial.query("SELECT count(*) >= 1200 FROM runtime.outbox"), "karens to decide")
    keeper = await asyncpg.connect(trial.database)
    async with keeper.transaction():
        waiting = len(await keeper.fetch("SELECT id FROM runtime.outbox FOR UPDATE"))
        holder.terminate()
        await until(lambda: trial.waits_for("DELETE FROM runtime.outbox"), "the relay to have sent")
        trial.kill()
        await trial.cut_off()
    keeper.terminate()
    assert await trial.query(OUTBOX) == waiting
    assert await lived_on(trial) == undisturbed
    told = await trial.told()
    assert len(told) >= len({one.id for one in told}) + waiting


async def test_told_to_stop_it_ends_cleanly_and_goes_on_later(trial: Trial, undisturbed: Any) -> None:
    trial.start(PULS_BATCH="20")
    await trial.publish(FIRST)
    await until(lambda: trial.query("SELECT count(*) FROM decision"), "the first decisions")
    assert trial.stop() == 0
    assert await lived_on(trial) == undisturbed


async def test_killed_again_and_again(trial: Trial, undisturbed: Any) -> None:
    await trial.publish(FIRST)
    for decisions in (1, 300, 700):
        trial.start(PULS_BATCH="50")
        decided = "SELECT count(*) >= $1 FROM decision"
        await until(lambda at_least=decisions, sql=decided: trial.query(sql, at_least), f"{decisions} decisions")
        trial.kill()
    assert await lived_on(trial) == undisturbed
