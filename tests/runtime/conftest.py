"""Trials, and what an undisturbed one comes to."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from shared.runtime.clock import SteppedClock
from tests.runtime.errands.__main__ import TABLES
from tests.runtime.errands.seen import MIDNIGHT
from tests.runtime.input import months
from tests.runtime.trial import Trial
from tests.support.databases import Database as Copies
from tests.support.databases import Templates

_UNDISTURBED: list[Any] = []


@pytest.fixture
async def trial(kafka: str, database: Copies, tmp_path: Path) -> AsyncIterator[Trial]:
    """A trial on the session's servers; its processes end with the test."""
    made = Trial(kafka, database("karens"), tmp_path)
    await made.begin()
    yield made
    made.end()


@pytest.fixture
def clock(tmp_path: Path) -> SteppedClock:
    made = SteppedClock(tmp_path / "clock")
    made.move_to(MIDNIGHT)
    return made


@pytest.fixture
async def errands(kafka: str, database: Copies, tmp_path: Path, clock: SteppedClock) -> AsyncIterator[Trial]:
    """The errands' service on a stepped clock."""
    settings = {"PULS_CLOCK": f"stepped:{clock.path}", "PULS_WORLD": str(tmp_path / "world")}
    made = Trial(kafka, database("reminders"), tmp_path, module="tests.runtime.errands", settings=settings)
    await made.begin()
    connection = await made.connect()
    await connection.execute(TABLES)
    await connection.close()
    yield made
    made.end()


@pytest.fixture
async def undisturbed(kafka: str, templates: Templates, tmp_path_factory: pytest.TempPathFactory) -> Any:
    """The effects of the input where nothing went wrong. Lived through once a session."""
    if not _UNDISTURBED:
        name, url = templates.copy("karens")
        calm = Trial(kafka, url, tmp_path_factory.mktemp("undisturbed"))
        await calm.begin()
        calm.start()
        for part in months():
            await calm.publish(part)
            await calm.at_rest()
        _UNDISTURBED.append(await calm.effects())
        calm.end()
        templates.drop(name)
    return _UNDISTURBED[0]
