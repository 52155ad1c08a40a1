"""The topics' names and their making. Never by accident, never again under the same name."""

from aiokafka.admin import AIOKafkaAdminClient, NewTopic
from aiokafka.errors import TopicAlreadyExistsError

from shared.events.topics import PARTITIONS, RETENTION_DAYS, TOLD_BY

_CONFIG = {
    "cleanup.policy": "delete",
    "retention.ms": str(RETENTION_DAYS * 24 * 60 * 60 * 1000),
    "retention.bytes": "-1",
    "message.timestamp.type": "CreateTime",
}


def address(prefix: str, teller: str) -> str:
    """The name a topic has at the broker: `puls.karens.v1`."""
    return f"{prefix}.{teller}.v1"


async def create(kafka: str, prefix: str = "puls", replication: int = 1) -> None:
    """Makes every topic that is missing. Those that are there stay as they are."""
    admin = AIOKafkaAdminClient(bootstrap_servers=kafka)
    await admin.start()
    try:
        there = set(await admin.list_topics())
        missing = [name for teller in TOLD_BY if (name := address(prefix, teller)) not in there]
        wanted = [NewTopic(name, PARTITIONS, replication, topic_configs=_CONFIG) for name in missing]
        if wanted:
            await admin.create_topics(wanted)
    except TopicAlreadyExistsError:
        pass
    finally:
        await admin.close()


async def cluster_id(kafka: str) -> str:
    """The broker's cluster: bookmarks of another cluster mean nothing here."""
    admin = AIOKafkaAdminClient(bootstrap_servers=kafka)
    await admin.start()
    try:
        return (await admin.describe_cluster())["cluster_id"]
    finally:
        await admin.close()
