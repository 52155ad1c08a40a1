"""A container engine, where one runs. Without one nothing is built, and that is said aloud."""

import shutil
import subprocess

import pytest

NO_ENGINE = (
    "No container engine with compose runs here: the images were NOT built and docker-compose.yml was NOT started. "
    "Only its form and what the images would hold were checked."
)


def engine_runs() -> bool:
    """Whether `docker info` and `docker compose` both work."""
    if not shutil.which("docker"):
        return False
    asked = (["docker", "info"], ["docker", "compose", "version"])
    return all(subprocess.run(one, capture_output=True, check=False).returncode == 0 for one in asked)


@pytest.fixture(scope="session")
def engine() -> None:
    if not engine_runs():
        pytest.skip(NO_ENGINE)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    if not engine_runs():
        terminalreporter.section("containers", red=True, bold=True)
        terminalreporter.line(NO_ENGINE, red=True, bold=True)
