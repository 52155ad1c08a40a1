"""The topics' names and their making. Never by accident, never again under the same name."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

from aiokafka.admin import AIOKafkaAdminClient, NewTopic
from aiokafka.errors import TopicAlreadyExistsError

from shared.events.topics import PARTITIONS, PUBLISHED_BY, RETENTION_DAYS, SET_ASIDE

_CONFIG = {
    "cleanup.policy": "delete",
    "retention.ms": str(RETENTION_DAYS * 24 * 60 * 60 * 1000),
    "retention.bytes": "-1",
    "message.timestamp.type": "CreateTime",
}
_SET_ASIDE = {**_CONFIG, "max.message.bytes": str(2 * 1024 * 1024)}
"""The largest record that another topic takes (1 MiB) fits in, as text."""


def address(prefix: str, publisher: str) -> str:
    """The name a topic has at the broker: `puls.karens.v1`."""
    return f"{prefix}.{publisher}.v1"


async def create(kafka: str, prefix: str = "puls", replication: int = 1) -> None:
    """Makes every topic that is missing. Those that are there stay as they are."""
    async with _admin(kafka) as admin:
        there = set(await admin.list_topics())
        wanted = [
            _new(prefix, publisher, replication)
            for publisher in PUBLISHED_BY
            if address(prefix, publisher) not in there
        ]
        with suppress(TopicAlreadyExistsError):
            await admin.create_topics(wanted)


def _new(prefix: str, publisher: str, replication: int) -> NewTopic:
    config = _SET_ASIDE if publisher == SET_ASIDE else _CONFIG
    return NewTopic(address(prefix, publisher), PARTITIONS, replication, topic_configs=config)


async def cluster_id(kafka: str) -> str:
    """The broker's cluster: offsets of another cluster mean nothing here."""
    async with _admin(kafka) as admin:
        return (await admin.describe_cluster())["cluster_id"]


@asynccontextmanager
async def _admin(kafka: str) -> AsyncIterator[AIOKafkaAdminClient]:
    """Closed again also where it could not even be opened."""
    admin = AIOKafkaAdminClient(bootstrap_servers=kafka)
    try:
        await admin.start()
        yield admin
    finally:
        await admin.close()
