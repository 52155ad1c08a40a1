"""The log is not the one that the stored offsets are about: nothing is taken, nothing passed over, and it is said."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from aiokafka.admin import AIOKafkaAdminClient, RecordsToDelete

from shared.runtime import topics
from tests.runtime.input import months
from tests.runtime.trial import Trial, until

FIRST, BETWEEN, _ = months(240)
OFFSETS = "SELECT topic, partition, next_offset FROM runtime.consumer_offset ORDER BY 1, 2"


@asynccontextmanager
async def administrator(trial: Trial) -> AsyncIterator[AIOKafkaAdminClient]:
    admin = AIOKafkaAdminClient(bootstrap_servers=trial.kafka)
    await admin.start()
    try:
        yield admin
    finally:
        await admin.close()


async def why_halted(trial: Trial) -> str | None:
    status = await trial.status()
    return status["halted"] if status else None


async def stands_still(trial: Trial, because: str) -> None:
    """The service has stopped taking, says so, and has moved no stored."""
    before = await trial.rows(OFFSETS)
    assert because in await until(lambda: why_halted(trial), "karens to stop taking")
    assert because in trial.log()
    assert await trial.rows(OFFSETS) == before


async def taken_and_killed(trial: Trial) -> int:
    """Karens takes the first part and is killed. Returns how many decisions it made."""
    trial.start()
    await trial.publish(FIRST)
    await trial.at_rest()
    trial.kill()
    return await trial.query("SELECT count(*) FROM decision")


async def test_a_stored_offset_of_another_cluster(trial: Trial) -> None:
    decided = await taken_and_killed(trial)
    await trial.rows("UPDATE runtime.consumer_offset SET cluster = 'another'")
    trial.start()
    await trial.publish(BETWEEN)
    await stands_still(trial, "the stored offset is of cluster another")
    assert await trial.query("SELECT count(*) FROM decision") == decided


async def test_a_log_cut_off_before_the_stored_offset_reached_it(trial: Trial) -> None:
    trial.start()
    await trial.up()
    trial.kill()
    await trial.publish(FIRST)
    async with administrator(trial) as admin:
        places = await trial.partitions(trial.topic("inclusion"))
        await admin.delete_records({place: RecordsToDelete(before_offset=2) for place in places})
    trial.start()
    await stands_still(trial, "the stored offset stands at 0, the log holds 2 to")
    assert await trial.query("SELECT count(*) FROM decision") == 0


async def test_a_topic_that_was_made_anew(trial: Trial) -> None:
    await taken_and_killed(trial)
    async with administrator(trial) as admin:
        await admin.delete_topics([trial.topic("inclusion")])
        await until(lambda: _gone(admin, trial.topic("inclusion")), "the topic to be gone")
    await topics.create(trial.kafka, trial.prefix)
    trial.start()
    await stands_still(trial, "the log holds 0 to 0")


async def test_a_topic_that_is_made_anew_while_it_is_read(trial: Trial) -> None:
    trial.start()
    await trial.publish(FIRST)
    await trial.at_rest()
    async with administrator(trial) as admin:
        await admin.delete_topics([trial.topic("inclusion")])
        await until(lambda: _gone(admin, trial.topic("inclusion")), "the topic to be gone")
    await topics.create(trial.kafka, trial.prefix)
    await stands_still(trial, "the log holds 0 to 0")


async def _gone(admin: AIOKafkaAdminClient, topic: str) -> bool:
    return topic not in await admin.list_topics()
