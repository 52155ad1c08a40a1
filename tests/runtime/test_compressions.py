"""Whatever compression a topic was given, its records are read."""

import pytest
from aiokafka.admin import AIOKafkaAdminClient, NewTopic

from shared.runtime import topics
from tests.runtime.input import months
from tests.runtime.trial import Trial

FIRST, _, _ = months(240)


@pytest.mark.parametrize("compression", ["gzip", "lz4", "snappy", "zstd"])
async def test_a_topic_with_a_compression_is_consumed(trial: Trial, compression: str) -> None:
    trial.prefix += compression  # topics that nobody has made yet
    await made_with(trial, compression)
    await trial.publish(FIRST)
    trial.start()
    await trial.at_rest()
    assert await trial.query("SELECT count(*) FROM decision") == 240


async def made_with(trial: Trial, compression: str) -> None:
    admin = AIOKafkaAdminClient(bootstrap_servers=trial.kafka)
    await admin.start()
    try:
        config = {"compression.type": compression}
        await admin.create_topics([NewTopic(trial.topic("inclusion"), 12, 1, topic_configs=config)])
    finally:
        await admin.close()
    await topics.create(trial.kafka, trial.prefix)
