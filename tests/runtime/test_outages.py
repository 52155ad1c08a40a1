"""Servers go away and come back, under load. They are this module's own: nobody else's tests stand on them."""

import asyncio
import time
import urllib.error
import urllib.request
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import pytest
from aiokafka.admin import AIOKafkaAdminClient

from deploy.local.stack import Stack
from tests.runtime.input import months
from tests.runtime.test_publishing import INSERT
from tests.runtime.trial import Trial, until
from tests.support.databases import Templates

FIRST, *REST = months()
UNKNOWN = "/s/0000000000000000"


@pytest.fixture(scope="module")
def own(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """Kafka and PostgreSQL, running before each test begins and when it ends."""
    with Stack(tmp_path_factory.mktemp("outages"), postgres_settings={"fsync": "off"}) as stack:
        stack.start_servers("kafka", "postgres")
        yield stack
    stack.remove()


@pytest.fixture
async def trial(own: Stack, tmp_path: Path) -> AsyncIterator[Trial]:
    templates = Templates(own.addresses.postgres)
    made = Trial(own.addresses.kafka, templates.copy("karens")[1], tmp_path)
    await made.begin()
    yield made
    made.end()


async def restart(stack: Stack, *servers: str) -> None:
    for server in servers:
        await asyncio.to_thread(stack.kill, server)
    await asyncio.to_thread(stack.start_servers, *servers)


async def some_decided(trial: Trial) -> None:
    await trial.publish(FIRST)
    await until(lambda: trial.query("SELECT count(*) FROM decision"), "the first decisions")


async def lived_on(trial: Trial) -> Any:
    await trial.at_rest()
    for part in REST:
        await trial.publish(part)
        await trial.at_rest()
    return await trial.effects()


async def test_kafka_is_killed_and_started_again(trial: Trial, own: Stack, undisturbed: Any) -> None:
    trial.start(PULS_BATCH="20")
    await some_decided(trial)
    await restart(own, "kafka")
    assert await lived_on(trial) == undisturbed


async def test_postgres_is_killed_and_started_again(trial: Trial, own: Stack, undisturbed: Any) -> None:
    trial.start(PULS_BATCH="20")
    await some_decided(trial)
    await restart(own, "postgres")
    assert await lived_on(trial) == undisturbed


async def test_both_are_killed_and_started_again(trial: Trial, own: Stack, undisturbed: Any) -> None:
    trial.start(PULS_BATCH="20")
    await some_decided(trial)
    await restart(own, "kafka", "postgres")
    assert await lived_on(trial) == undisturbed


async def test_postgres_is_away_for_half_a_minute(trial: Trial, own: Stack, undisturbed: Any) -> None:
    """Longer than a consumer may hang: it is not the consumer's fault, and it keeps its partitions."""
    trial.start(PULS_BATCH="20")
    await some_decided(trial)
    await asyncio.to_thread(own.kill, "postgres")
    gone = time.monotonic()
    await until(lambda: _is(time.monotonic() - gone > 31), "half a minute to pass")
    await asyncio.to_thread(own.start_servers, "postgres")
    assert await lived_on(trial) == undisturbed
    assert "opening the consumer anew" not in trial.log()


async def test_partitions_change_hands_while_postgres_is_away(trial: Trial, own: Stack, undisturbed: Any) -> None:
    trial.start(PULS_BATCH="20")
    trial.start(replica=1, PULS_BATCH="20")
    await trial.up(0, 1)
    await some_decided(trial)
    await asyncio.to_thread(own.kill, "postgres")
    trial.kill(1)
    await until(lambda: members(trial, 1), "the group to notice that one is gone")
    await asyncio.to_thread(own.start_servers, "postgres")
    assert await lived_on(trial) == undisturbed


async def members(trial: Trial, count: int) -> bool:
    """Whether the group has settled on so many copies."""
    admin = AIOKafkaAdminClient(bootstrap_servers=trial.kafka)
    await admin.start()
    try:
        answers: list[Any] = await admin.describe_consumer_groups([f"{trial.prefix}.karens"])
        [group] = answers[0].groups
        return group[2] == "Stable" and len(group[5]) == count
    finally:
        await admin.close()


async def test_told_to_stop_while_kafka_is_away_it_ends_within_seconds(trial: Trial, own: Stack) -> None:
    trial.start()
    await trial.up()
    await asyncio.to_thread(own.kill, "kafka")
    await trial.rows(INSERT, trial.topic("karens"), [10])
    await until(lambda: said(trial, "where=kafka"), "the service to notice that Kafka is away")
    assert trial.stop() == 0
    await asyncio.to_thread(own.start_servers, "kafka")
    trial.start()
    await trial.at_rest()
    assert len(await trial.records("karens")) == 1


async def test_a_service_that_started_before_its_servers_waits_and_goes_on(
    trial: Trial, own: Stack, undisturbed: Any
) -> None:
    for server in ("kafka", "postgres"):
        await asyncio.to_thread(own.kill, server)
    trial.start()
    await until(lambda: said(trial, "where=database"), "the service to wait for its database")
    await asyncio.to_thread(own.start_servers, "postgres")
    await until(lambda: said(trial, "where=kafka"), "the service to wait for Kafka")
    await asyncio.to_thread(own.start_servers, "kafka")
    await trial.up()
    await trial.publish(FIRST)
    assert await lived_on(trial) == undisturbed


async def said(trial: Trial, words: str) -> bool:
    return words in trial.log()


async def test_valkey_is_killed_and_started_again_and_only_counting_suffers(own: Stack) -> None:
    await asyncio.to_thread(own.migrate, ["responses"])
    await asyncio.to_thread(own.create_topics)
    await asyncio.to_thread(own.start_servers, "valkey")
    await asyncio.to_thread(own.start, "responses", settings={"PULS_UNKNOWN_CODES_AT_MOST": "3"})
    assert [await visit(own) for _ in range(3)] == [404] * 3
    await asyncio.to_thread(own.kill, "valkey")
    assert [await visit(own) for _ in range(10)] == [404] * 10
    await asyncio.to_thread(own.start_servers, "valkey")
    assert [await visit(own) for _ in range(5)] == [404] * 4 + [429]
    await asyncio.to_thread(own.stop, "responses", "valkey")


async def visit(stack: Stack) -> int:
    """Tries a code that nobody was given. Returns the answer's status."""
    return await asyncio.to_thread(_visit, f"{stack.addresses.url('responses')}{UNKNOWN}")


def _visit(url: str) -> int:
    try:
        with urllib.request.urlopen(url, timeout=30) as answer:
            return answer.status
    except urllib.error.HTTPError as refused:
        return refused.code


async def _is(condition: bool) -> bool:
    return condition
