"""Inclusion on a database and a drop folder of its own; its rounds are run as the runtime runs them."""

from collections.abc import AsyncIterator, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from nacl.public import PrivateKey

from services.inclusion import handlers, profiles, rounds
from services.inclusion.domain.profile import Profile
from services.inclusion.extract.database import Engine
from services.inclusion.extract.folder import DropFolder
from services.inclusion.extract.selection import Selections
from shared import surveys
from shared.events import Event, WaveRequested
from shared.privacy import Opener, Pseudonyms, Sealer
from shared.runtime import Errand, Round
from shared.runtime.database import Database as Rows
from shared.surveys import Survey
from tests.support.builders import danish
from tests.support.copies import COPIES, all_alive
from tests.support.databases import Database
from tests.support.deliveries import Drop
from tests.support.rounds import act, go

PROFILES = profiles.load()
PSEUDONYMS = Pseudonyms(bytes(range(32)))
PRIVATE = PrivateKey(bytes(range(32)))
OPENER, SEALER = Opener(bytes(PRIVATE)), Sealer(bytes(PRIVATE.public_key))

A_SLOT = danish("2026-11-01 00:00")
"""The moment until a test acts at another."""


class Inclusion:
    """One process of the service, without a broker: what it tells is returned."""

    def __init__(
        self,
        rows: Rows,
        path: Path,
        defined: dict[str, Survey],
        copy: UUID = COPIES[0],
        written: Mapping[str, Profile] = PROFILES,
    ) -> None:
        self.rows, self.folder, self.surveys = rows, DropFolder(path), defined
        self.now = A_SLOT
        engine = Engine("200MB")
        self.selections = Selections(self.folder, engine)
        self.reading = rounds.read_deliveries(self.folder, written, engine, copy, lambda: self.now)
        self.starting = rounds.start_waves(defined, self.folder, written, 0.2)
        self.telling = rounds.tell_selections(self.folder, engine, self.selections, PSEUDONYMS, SEALER, copy)

    async def hear(self, *requested: WaveRequested) -> None:
        async with self.rows.transaction() as tx:
            await handlers.on_wave_requested(tx, requested, surveys=self.surveys)

    async def act(self, now: datetime) -> list[Event]:
        """Until nothing is due. Everything told."""
        told: list[Event] = []
        self.now = now
        while one := await self._next(now):
            told += await (self.once(one, now) if isinstance(one, Errand) else self._run(one, now))
        return told

    async def once(self, errand: Errand[Any, Any], now: datetime) -> Sequence[Event]:
        return [said for said in await go(self.rows, errand, now) if isinstance(said, Event)]

    async def due(self) -> dict[str, datetime | None]:
        async with self.rows.transaction() as tx:
            return {one.name: await one.due(tx) for one in (self.reading, self.starting, self.telling)}

    async def _next(self, now: datetime) -> Round[Any] | Errand[Any, Any] | None:
        due = await self.due()
        rounds_due = [one for one in (self.reading, self.starting, self.telling) if (at := due[one.name]) and at <= now]
        return rounds_due[0] if rounds_due else None

    async def _run(self, one: Round[Any], now: datetime) -> Sequence[Event]:
        async with self.rows.transaction() as tx:
            return await act(tx, one, now)


@pytest.fixture
def drop(tmp_path: Path) -> Drop:
    path = tmp_path / "drop"
    path.mkdir()
    return Drop(path)


@pytest.fixture
async def rows(database: Database) -> AsyncIterator[Rows]:
    opened = Rows(database("inclusion"), connections=2)
    await all_alive(opened)
    yield opened
    await opened.close()


@pytest.fixture
def defined() -> dict[str, Survey]:
    return dict(surveys.load())


@pytest.fixture
async def inclusion(rows: Rows, drop: Drop, defined: dict[str, Survey]) -> AsyncIterator[Inclusion]:
    service = Inclusion(rows, drop.path, defined)
    yield service
    service.selections.close()
