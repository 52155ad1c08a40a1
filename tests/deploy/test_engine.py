"""docker-compose.yml, built and started. Only where a container engine runs."""

import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from deploy.compose.environment import FROM_OUTSIDE, write
from tests.deploy.yard import CLONE, of_our_own

PROJECT = f"puls-test-{os.getpid()}"
NOWHERE = {
    "PULS_DIGITAL_POST_URL": "http://digital-post.invalid/apis/v1/",
    "PULS_DIGITAL_POST_KEY": "for-nobody",
    "PULS_PERSON_REGISTER_URL": "http://person-register.invalid",
    "PULS_ANSWER_URL": "https://svar.puls.example",
    "PULS_SWITCH_PORT": "0",
    "PULS_ANSWER_PORT": "0",
    "PULS_CONSOLE_PORT": "0",
}
"""What the operator would fill in; port 0 takes a free one."""


class Engine:
    def __init__(self, environment: Path, drop: Path) -> None:
        self._order = ["docker", "compose", "--project-name", PROJECT, "--env-file", str(environment)]
        self._told = os.environ | NOWHERE | {"PULS_DROP": str(drop)}

    def compose(self, *order: str) -> str:
        done = subprocess.run(
            [*self._order, *order], cwd=CLONE, env=self._told, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout


@pytest.fixture(scope="module")
def up(engine: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    """Everything runs and is healthy; at the end nothing of it is left."""
    place = tmp_path_factory.mktemp("compose")
    write(place / "env")
    (place / "drop").mkdir()
    (place / "drop").chmod(0o777)
    running = Engine(place / "env", place / "drop")
    try:
        running.compose("up", "--build", "--wait", "--wait-timeout", "600")
        yield running
    finally:
        running.compose("down", "--volumes", "--rmi", "local", "--timeout", "10")


def test_the_operator_is_asked_for_nothing_else() -> None:
    assert FROM_OUTSIDE.keys() - NOWHERE.keys() == {"PULS_DROP"}


def test_every_service_is_healthy(up: Engine) -> None:
    healthy = up.compose("ps", "--services", "--filter", "status=running").split()
    assert of_our_own().keys() - set(healthy) == set()


def test_a_service_is_not_root(up: Engine) -> None:
    assert up.compose("exec", "-T", "karens", "id", "-u").strip() == "10001"


def test_a_started_stack_starts_again(up: Engine) -> None:
    up.compose("up", "--wait", "--wait-timeout", "300")
