"""Fixtures for every test: real servers, and a database of its own for each test."""

from typing import Any

import pytest
from xdist.scheduler import LoadScopeScheduling

pytest_plugins = ["tests.support.servers", "tests.support.databases"]

ONE_WORLD = "tests/flow/"
"""Its modules go on in one world, one after the other."""


class ByModule(LoadScopeScheduling):
    """Which of several processes runs a test: those of a module share fixtures, and so does the flow as a whole."""

    def _split_scope(self, nodeid: str) -> str:
        module = nodeid.partition("::")[0]
        return ONE_WORLD if module.startswith(ONE_WORLD) else module


def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> ByModule:
    return ByModule(config, log)
