"""The number of partitions is the topic's: any number works, and it may be raised while services run."""

from typing import Any

import pytest
from aiokafka.admin import NewPartitions

from shared.events.topics import PUBLISHED_BY
from shared.runtime import topics
from tests.runtime.input import months
from tests.runtime.trial import Trial, until

FIRST, BETWEEN, LAST = months()


@pytest.mark.parametrize("partitions", [1, 3, 24])
async def test_topics_made_beforehand_may_have_any_number(trial: Trial, undisturbed: Any, partitions: int) -> None:
    await trial.begin_anew(partitions)
    trial.start()
    for part in (FIRST, BETWEEN, LAST):
        await trial.publish(part)
        await trial.at_rest()
    assert await trial.effects() == undisturbed
    await until(lambda: marked(trial, partitions), "a watermark in every partition")


async def marked(trial: Trial, partitions: int) -> bool:
    """Whether each has a watermark that names them all."""
    marks = await trial.records("karens", kinds=lambda kind: kind == "watermark")
    named = [mark.partition for mark in marks if dict(mark.headers).get("partitions") == str(partitions).encode()]
    return set(named) == set(range(partitions))


async def test_a_number_that_is_raised_while_the_service_runs(trial: Trial, undisturbed: Any) -> None:
    await trial.begin_anew(3)
    trial.start()
    await trial.publish(FIRST)
    await trial.at_rest()
    async with topics.administrator(trial.kafka) as admin:
        await admin.create_partitions({trial.topic(publisher): NewPartitions(5) for publisher in PUBLISHED_BY})
    await until(lambda: spread(trial, 5), "the new partitions to be there for everybody")
    await until(lambda: marked(trial, 5), "a watermark in the new partitions")
    for part in (BETWEEN, LAST):
        await trial.publish(part)
        await trial.at_rest()
    assert await trial.effects() == undisturbed
    assert await trial.query("SELECT count(*) FROM runtime.consumer_offset WHERE partition > 2 AND next_offset > 0")


async def spread(trial: Trial, partitions: int) -> bool:
    """Whether the service reads from them all."""
    status = await trial.status()
    assigned = [one for one in status["reads"] if one["assigned"]] if status else []
    return len(assigned) == partitions * 4


async def test_topics_that_are_missing_are_named_and_kafka_is_not_blamed(trial: Trial) -> None:
    await trial.begin_anew(3)
    async with topics.administrator(trial.kafka) as admin:
        await admin.delete_topics([trial.topic("inclusion"), trial.topic("karens")])
    trial.start()
    missing = await until(lambda: waits_for(trial, trial.topic("inclusion")), "the missing topic to be named")
    assert "docker compose up migrate" in missing
    await until(lambda: said(trial, f"topics=['{trial.topic('inclusion')}']"), "the log to name it")
    await until(lambda: said(trial, f"topics=['{trial.topic('karens')}']"), "the log to name the publisher's own")
    assert "where=kafka" not in trial.log()
    await topics.create(trial.kafka, trial.prefix)
    await trial.publish(FIRST)
    await trial.at_rest()
    assert not await waits_for(trial, "")


async def waits_for(trial: Trial, name: str) -> str | None:
    status = await trial.status()
    return status["waiting_for"] if status and name in (status["waiting_for"] or "") else None


async def said(trial: Trial, words: str) -> bool:
    return words in trial.log()
