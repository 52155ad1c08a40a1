"""The servers of the local stack: they answer, to those who know the password, and keep their data over a kill -9."""

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory

import asyncpg
import pytest
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient, NewTopic
from aiokafka.errors import UnknownTopicOrPartitionError
from redis import Redis
from redis.exceptions import AuthenticationError

from deploy.local.blocking import run_blocking
from deploy.local.databases import execute
from deploy.local.folders import CLONE
from deploy.local.identity import descendants
from deploy.local.postgres_user import home_for, remove_home, server_user
from deploy.local.processes import wait_until
from deploy.local.stack import Stack
from tests.support.databases import Database


async def keep_in_kafka(kafka: str) -> None:
    admin = AIOKafkaAdminClient(bootstrap_servers=kafka)
    await admin.start()
    await admin.create_topics([NewTopic("kept", 1, 1)])
    await admin.close()
    async with AIOKafkaProducer(bootstrap_servers=kafka, enable_idempotence=True) as producer:
        await producer.send_and_wait("kept", b"a record", partition=0)


async def kept_in_kafka(kafka: str) -> bytes | None:
    async with AIOKafkaConsumer(bootstrap_servers=kafka, auto_offset_reset="earliest") as consumer:
        consumer.assign([TopicPartition("kept", 0)])
        return (await consumer.getone()).value


def test_kafka_keeps_its_records_over_a_kill(stack: Stack) -> None:
    stack.start_servers("kafka")
    run_blocking(keep_in_kafka(stack.addresses.kafka))
    stack.kill("kafka")
    assert not stack.kafka.answers()
    stack.start_servers("kafka")
    assert run_blocking(kept_in_kafka(stack.addresses.kafka)) == b"a record"


def test_postgres_keeps_its_rows_over_a_kill(stack: Stack) -> None:
    stack.start_servers("postgres")
    execute(stack.addresses.postgres, "CREATE TABLE kept (row int)", "INSERT INTO kept VALUES (1)")
    stack.kill("postgres")
    assert not stack.postgres.answers()
    stack.start_servers("postgres")
    execute(stack.addresses.postgres, "DO $$ BEGIN ASSERT (SELECT row FROM kept) = 1; END $$")


def test_postgres_forgets_a_pid_file_whose_pid_is_another_programs(stack: Stack) -> None:
    stack.start_servers("postgres")
    stack.kill("postgres")
    file = stack.postgres.data / "postmaster.pid"
    another = subprocess.Popen(["sleep", "600"], user=stack.postgres.process.user)
    try:
        _, *rest = file.read_text().splitlines(keepends=True)
        file.write_text("".join([f"{another.pid}\n", *rest]))
        stack.start_servers("postgres")
        assert stack.postgres.answers()
    finally:
        another.kill()
        another.wait()


def test_valkey_is_empty_after_a_kill(stack: Stack) -> None:
    stack.start_servers("valkey")
    with Redis.from_url(stack.addresses.valkey) as before:
        before.set("kept", "no")
    stack.kill("valkey")
    stack.start_servers("valkey")
    with Redis.from_url(stack.addresses.valkey) as after:
        assert after.get("kept") is None


async def test_kafka_makes_no_topic_by_accident(kafka: str) -> None:
    async with AIOKafkaProducer(bootstrap_servers=kafka, request_timeout_ms=1000) as producer:
        with pytest.raises(UnknownTopicOrPartitionError):
            await producer.partitions_for("nobody-made-this")


async def test_postgres_refuses_a_wrong_password(postgres: str, servers: Stack) -> None:
    with pytest.raises(asyncpg.InvalidPasswordError):
        await asyncpg.connect(postgres.replace(servers.addresses.password("postgres"), "wrong"))


def test_valkey_refuses_a_wrong_password(valkey: str, servers: Stack) -> None:
    wrong = valkey.replace(servers.addresses.password("valkey"), "wrong")
    with Redis.from_url(wrong) as stranger, pytest.raises(AuthenticationError):
        stranger.ping()


@pytest.mark.parametrize("purpose", ["kafka", "kafka controller", "postgres", "valkey"])
def test_a_server_listens_on_one_address_only(
    purpose: str, servers: Stack, request: pytest.FixtureRequest, is_open: Callable[[str, int], bool]
) -> None:
    request.getfixturevalue(purpose.split(maxsplit=1)[0])
    port = servers.addresses.port(purpose)
    assert is_open("127.0.0.1", port)
    assert not is_open("127.0.0.2", port)


@pytest.fixture
def is_open() -> Callable[[str, int], bool]:
    def connects(host: str, port: int) -> bool:
        with socket.socket() as visitor:
            return visitor.connect_ex((host, port)) == 0

    return connects


def test_a_test_gets_a_database_of_its_own(database: Database) -> None:
    one, two = database("karens"), database("karens")
    execute(one, "CREATE TABLE mine (row int)")
    with pytest.raises(asyncpg.UndefinedTableError):
        execute(two, "SELECT * FROM mine")


def test_a_service_cannot_enter_anothers_database(stack: Stack) -> None:
    stack.start_servers("postgres")
    stack.migrate(["karens", "reminders"])
    anothers = stack.addresses.database("karens").removesuffix("karens") + "reminders"
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        execute(anothers, "SELECT 1")


def test_postgresql_finds_its_data_again_when_the_folder_above_becomes_private() -> None:
    user = server_user()
    with TemporaryDirectory(dir="/var/tmp") as above:
        place = Path(above, "stack", "postgres")
        Path(above).chmod(0o755)
        (home_for(place, user) / "kept").touch()
        Path(above).chmod(0o700)
        private = home_for(place, user)
        assert (private / "kept").exists()
        Path(above).chmod(0o755)
        assert (home_for(place, user) / "kept").exists()
        remove_home(private)


LOOP = "DO $$ BEGIN LOOP END LOOP; END $$"
IN_THE_LOOP = f"SELECT 1 / count(*) FROM pg_stat_activity WHERE query = '{LOOP}'"


def test_no_session_of_a_killed_postgres_is_left_beside_the_new_one(stack: Stack) -> None:
    stack.start_servers("postgres")
    story = f"from deploy.local.databases import *; execute({stack.addresses.postgres!r}, {LOOP!r})"
    busy = subprocess.Popen([sys.executable, "-c", story], cwd=CLONE, stderr=subprocess.DEVNULL)
    try:
        assert wait_until(lambda: succeeds(stack.addresses.postgres, IN_THE_LOOP), 20)
        sessions = descendants(stack.postgres.process.pid)
        os.kill(stack.postgres.process.pid, signal.SIGKILL)
        assert wait_until(lambda: not stack.postgres.process.alive(), 20)
        assert any(session.alive() for session in sessions)
        stack.start_servers("postgres")
        assert not any(session.alive() for session in sessions)
    finally:
        busy.kill()
        busy.wait()


def succeeds(url: str, statement: str) -> bool:
    try:
        execute(url, statement)
    except asyncpg.DivisionByZeroError:
        return False
    return True
