"""What compose does before a service starts, on real servers."""

import secrets
from collections.abc import Iterator

import asyncpg
import pytest
from aiokafka.admin import AIOKafkaAdminClient

from deploy.compose.prepare import PreparationSettings, prepare
from deploy.local import databases
from deploy.local.programs import SERVICES
from shared.events.topics import PUBLISHED_BY
from shared.runtime import topics

PASSWORDS = {service: f"password-of-{service}" for service in SERVICES}


@pytest.fixture(scope="module")
def prefix(postgres: str, kafka: str) -> Iterator[str]:
    """A preparation of its own, made twice: a start after the first one finds everything."""
    prefix = f"prepared{secrets.token_hex(4)}"
    settings = PreparationSettings(postgres_url=postgres, kafka=kafka, passwords=PASSWORDS)
    prepare(settings, prefix)
    prepare(settings, prefix)
    yield prefix
    names = [databases.name_of(service, prefix) for service in SERVICES]
    databases.execute(postgres, *(f'DROP DATABASE "{name}"' for name in names))
    databases.execute(postgres, *(f'DROP ROLE "{name}"' for name in names))


def address(postgres: str, prefix: str, role: str, database: str) -> str:
    server = postgres.partition("@")[2].partition("/")[0]
    name = databases.name_of(role, prefix)
    return f"postgresql://{name}:{PASSWORDS[role]}@{server}/{databases.name_of(database, prefix)}"


@pytest.mark.parametrize("service", SERVICES)
async def test_a_service_finds_its_database_in_shape(postgres: str, prefix: str, service: str) -> None:
    connection = await asyncpg.connect(address(postgres, prefix, service, service))
    assert await connection.fetchval("SELECT count(*) FROM runtime.circuit") == 1
    await connection.close()


async def test_a_service_cannot_enter_anothers_database(postgres: str, prefix: str) -> None:
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await asyncpg.connect(address(postgres, prefix, "karens", "dispatch"))


async def test_every_topic_is_there(kafka: str, prefix: str) -> None:
    admin = AIOKafkaAdminClient(bootstrap_servers=kafka)
    await admin.start()
    there = set(await admin.list_topics())
    await admin.close()
    assert {topics.address(prefix, publisher) for publisher in PUBLISHED_BY} - there == set()
