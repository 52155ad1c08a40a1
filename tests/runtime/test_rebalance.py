"""Partitions change hands while they are being taken."""

import asyncio
import signal
from typing import Any

import asyncpg

from tests.runtime.input import months
from tests.runtime.trial import Trial, until

FIRST, BETWEEN, LAST = months()


async def test_a_second_copy_joins_and_leaves_in_mid_batch(trial: Trial, undisturbed: Any) -> None:
    trial.start(PULS_BATCH="20")
    await trial.up(0)
    telling = asyncio.create_task(trial.publish(FIRST))
    trial.start(replica=1, PULS_BATCH="20")
    await telling
    await trial.up(0, 1)
    await trial.at_rest()
    await trial.publish(BETWEEN)
    await trial.at_rest()
    telling = asyncio.create_task(trial.publish(LAST))
    trial.kill(1)
    await telling
    await trial.at_rest()
    assert await trial.effects() == undisturbed


async def test_a_copy_that_was_long_away_comes_back_and_changes_nothing(trial: Trial, undisturbed: Any) -> None:
    trial.start(PULS_STANDSTILL="1")
    await trial.up(0)
    holder = await asyncpg.connect(trial.database)
    async with holder.transaction():
        await holder.execute("LOCK TABLE decision IN EXCLUSIVE MODE")
        await trial.publish(FIRST)
        await until(lambda: trial.waits_for("INSERT INTO decision"), "karens to decide")
        trial.signal(signal.SIGSTOP)
    await holder.close()
    trial.start(replica=1)
    await trial.at_rest()
    told = len(await trial.told())
    trial.signal(signal.SIGCONT)
    await trial.up(0, 1)
    for part in (BETWEEN, LAST):
        await trial.publish(part)
        await trial.at_rest()
    assert len(await trial.told()) >= told
    assert await trial.effects() == undisturbed
