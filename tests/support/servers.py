"""Real servers for the tests of one session: those of the environment, else our own processes, else containers."""

import os
import shutil
from collections.abc import Iterator

import pytest

from deploy.local.stack import Stack


@pytest.fixture(scope="session")
def servers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """A stack of this session's own, in which no server runs before it is asked for."""
    with Stack(tmp_path_factory.mktemp("servers"), postgres_settings={"fsync": "off"}) as stack:
        yield stack
    stack.remove()


@pytest.fixture(scope="session")
def kafka(request: pytest.FixtureRequest) -> Iterator[str]:
    """host:port of a broker; tests keep apart by topic prefixes."""
    if given := os.environ.get("PULS_TEST_KAFKA"):
        yield given
    elif shutil.which("java") or not shutil.which("docker"):
        stack: Stack = request.getfixturevalue("servers")
        stack.start_servers("kafka")
        yield stack.addresses.kafka
    else:
        from testcontainers.kafka import KafkaContainer

        with KafkaContainer("apache/kafka:4.3.1") as container:
            yield container.get_bootstrap_server()


@pytest.fixture(scope="session")
def postgres(request: pytest.FixtureRequest) -> str:
    """The administrator's address of a server; tests keep apart by databases."""
    if given := os.environ.get("PULS_TEST_POSTGRES"):
        return given
    stack: Stack = request.getfixturevalue("servers")
    stack.start_servers("postgres")
    return stack.addresses.postgres


@pytest.fixture(scope="session")
def valkey(request: pytest.FixtureRequest) -> str:
    """The address of a server; tests keep apart by the names of their keys."""
    if given := os.environ.get("PULS_TEST_VALKEY"):
        return given
    stack: Stack = request.getfixturevalue("servers")
    stack.start_servers("valkey")
    return stack.addresses.valkey
