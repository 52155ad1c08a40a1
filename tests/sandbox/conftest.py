"""A stand-in of each test's own."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.sandbox.stand_in import StandIn


@pytest.fixture
async def post(tmp_path: Path) -> AsyncIterator[StandIn]:
    """Digital Post, running, on noon of 5 November 2026."""
    stand_in = StandIn(tmp_path)
    await stand_in.start()
    yield stand_in
    assert await stand_in.stop() == 0, stand_in.output()
