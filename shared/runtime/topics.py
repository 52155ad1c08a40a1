"""The topics' names and their making. Never by accident, never again under the same name."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress

import structlog
from aiokafka import TopicPartition
from aiokafka.admin import AIOKafkaAdminClient, NewTopic
from aiokafka.errors import LeaderNotAvailableError, NoError, TopicAlreadyExistsError

from shared.events.topics import PARTITIONS, PUBLISHED_BY, RETENTION_DAYS, SET_ASIDE

log = structlog.get_logger()

_CONFIG = {
    "cleanup.policy": "delete",
    "retention.ms": str(RETENTION_DAYS * 24 * 60 * 60 * 1000),
    "retention.bytes": "-1",
    "message.timestamp.type": "CreateTime",
}
_SET_ASIDE = {**_CONFIG, "max.message.bytes": str(2 * 1024 * 1024)}
"""The largest record that another topic takes (1 MiB) fits in, as text."""


MAKE_THEM = (
    "make them: `docker compose up migrate` or `make up` does, or Kafka's own tools, with any number of partitions"
)


class MissingTopics(Exception):
    """Topics, or partitions that have a stored offset, that the broker does not have. Passes when they are made."""

    def __init__(self, names: Sequence[str]) -> None:
        super().__init__(f"{', '.join(names)}, missing at the broker; {MAKE_THEM}")
        self.names = list(names)


def say_missing(missing: MissingTopics) -> None:
    log.error("topics are missing", topics=missing.names, then=MAKE_THEM)


def address(prefix: str, publisher: str) -> str:
    """The name a topic has at the broker: `puls.karens.v1`."""
    return f"{prefix}.{publisher}.v1"


async def create(kafka: str, prefix: str = "puls", replication: int = 1) -> None:
    """Makes every topic that is missing. Those that are there stay as they are."""
    async with administrator(kafka) as admin:
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
    async with administrator(kafka) as admin:
        return (await admin.describe_cluster())["cluster_id"]


async def partitions(admin: AIOKafkaAdminClient, names: Sequence[str]) -> list[TopicPartition]:
    """Every partition that these topics have now. Raises MissingTopics.

    It asks for all topics: asking for one by its name would make it at a broker that makes topics by accident.
    """
    there = {topic["topic"]: topic for topic in await admin.describe_topics()}
    if missing := [name for name in names if name not in there or there[name]["error_code"] not in KNOWN]:
        raise MissingTopics(missing)
    return [TopicPartition(name, part["partition"]) for name in names for part in there[name]["partitions"]]


KNOWN = (NoError.errno, LeaderNotAvailableError.errno)
"""What the broker says of a topic that is there."""


@asynccontextmanager
async def administrator(kafka: str, answers_within: int = 40) -> AsyncIterator[AIOKafkaAdminClient]:
    """In seconds. Closed again also where it could not even be opened."""
    admin = AIOKafkaAdminClient(bootstrap_servers=kafka, request_timeout_ms=answers_within * 1000)
    try:
        await admin.start()
        yield admin
    finally:
        await admin.close()
