"""A stand-in of each test's own."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.sandbox.stand_in import World, running


@pytest.fixture
async def post(tmp_path: Path) -> AsyncIterator[World]:
    """Digital Post on noon of 5 November 2026, when nothing goes wrong."""
    async with running(tmp_path) as world:
        yield world
