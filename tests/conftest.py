"""Fixtures for every test: real servers, and a database of its own for each test."""

from pathlib import Path

import pytest

pytest_plugins = ["tests.support.servers", "tests.support.databases"]

TESTS = Path(__file__).parent
LIVING_ON = "flow"
"""The folder whose modules go on in one world, one after the other."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What shares a fixture stays in one process where several share the tests: a module, and the flow as a whole."""
    for item in items:
        folder, *rest = item.path.relative_to(TESTS).parts
        item.add_marker(pytest.mark.xdist_group(folder if folder == LIVING_ON else "/".join((folder, *rest))))
