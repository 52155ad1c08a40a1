"""A stack of the bench's own: fresh, on the stepped clock, on free ports, gone afterwards."""

import asyncio
import os
import shutil
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import aiohttp
import asyncpg
from aiokafka import AIOKafkaConsumer, TopicPartition

from deploy.local.keys import Keys
from deploy.local.programs import SANDBOX, SERVICES
from deploy.local.stack import Stack
from deploy.local.stepper import Stepper
from shared.events.topics import PARTITIONS, PUBLISHED_BY
from shared.runtime import topics
from shared.runtime.clock import SteppedClock
from tests.bench.usage import Meter
from tests.support.builders import danish

BEGINS = danish("2026-11-01 18:00")
PATIENCE = 1800.0
"""Seconds that anything measured may take."""
LOOK_EVERY = 0.1
"""Seconds between looks whether it has ended: no figure is finer than that."""
SETTINGS = {"PULS_SEED": "bench", "PULS_LETTERS_PER_SECOND": "100000"}
"""The throttle protects others from us: here it would only measure itself."""


class TooSlow(Exception):
    """What was to be measured did not end. Says what."""


class Stage:
    """Servers and programs of one row."""

    def __init__(self, folder: Path) -> None:
        self.clock = SteppedClock(folder / "clock")
        self.clock.move_to(BEGINS)
        self.stack = Stack(
            folder / "stack",
            clock=f"stepped:{self.clock.path}",
            keys=Keys.of_seed("bench"),
            settings={**SETTINGS, "PULS_PERSONS": str(folder / "prepared" / "persons.csv")},
        )
        self._programs: list[str] = []

    def prepare(self, services: Iterable[str]) -> None:
        """Servers with migrated databases and all topics."""
        self.stack.start_servers()
        self.stack.migrate(services)
        self.stack.create_topics()

    async def wait_for_leaders(self) -> None:
        """A topic made a moment ago may not take records yet; asked for its end, it answers once it does."""
        for publisher in PUBLISHED_BY:
            async with self.log(publisher) as log:
                await log.length()

    def start(self, *programs: str) -> None:
        self.stack.start(*programs)
        self._programs = sorted({*self._programs, *programs})

    def meter(self, **others: int) -> Meter:
        """What every process takes; `others` are pids of the row's own."""
        measured = {name: self.stack.process(name).pid for name in (*self._programs, "kafka", "valkey")}
        whole = {**measured, **others, "the bench itself": os.getpid()}
        return Meter(whole, postgres=self.stack.process("postgres").pid)

    async def until(self, holds: Callable[[], Awaitable[bool]], what: str) -> None:
        """Looks until it holds. Raises TooSlow; CannotStart for a process that has died."""
        deadline = time.monotonic() + PATIENCE
        while not await holds():
            self.stack.check()
            if time.monotonic() > deadline:
                raise TooSlow(f"{what}: not within {PATIENCE:.0f} seconds; see {self.stack.folder / 'log'}")
            await asyncio.sleep(LOOK_EVERY)

    async def rest(self) -> None:
        """Until the programs that run are at rest."""
        services = {name: self.stack.addresses.internal_url(name) for name in self._programs if name in SERVICES}
        sandbox = {name: self.stack.addresses.url(name) for name in self._programs if name in SANDBOX}
        async with Stepper(self.clock, services, sandbox, self.stack.addresses.kafka) as stepper:
            await stepper.until_rest()

    async def seconds_to_rest(self, moment: datetime) -> float:
        """From the moment's beginning until all programs are at rest in it."""
        began = time.monotonic()
        self.clock.move_to(moment)
        await self.rest()
        return time.monotonic() - began

    def topic(self, publisher: str) -> str:
        return topics.address(self.stack.state.topic_prefix, publisher)

    @asynccontextmanager
    async def log(self, publisher: str) -> AsyncIterator["Log"]:
        async with AIOKafkaConsumer(bootstrap_servers=self.stack.addresses.kafka) as consumer:
            yield Log(consumer, [TopicPartition(self.topic(publisher), partition) for partition in range(PARTITIONS)])

    @asynccontextmanager
    async def database(self, service: str) -> AsyncIterator[asyncpg.Connection]:
        """A session of the service's own role."""
        session = await asyncpg.connect(self.stack.addresses.database(service), command_timeout=PATIENCE)
        try:
            yield session
        finally:
            await session.close()

    async def operator(self, method: str, path: str, **sent: Any) -> Any:
        """A request to the console's API."""
        headers = {"Authorization": f"Bearer {self.stack.state.keys['PULS_API_KEY']}"}
        url = f"{self.stack.addresses.url('console')}/api/{path}"
        async with aiohttp.ClientSession(headers=headers) as session, session.request(method, url, **sent) as answer:
            answer.raise_for_status()
            return await answer.json()


class Log:
    """One publisher's topic."""

    def __init__(self, consumer: AIOKafkaConsumer, places: Sequence[TopicPartition]) -> None:
        self._consumer = consumer
        self._places = places

    async def length(self) -> int:
        """Records told so far, marks too."""
        return sum((await self._consumer.end_offsets(self._places)).values())

    async def records(self) -> AsyncIterator[Any]:
        """Everything that stands in it, marks left out."""
        self._consumer.assign(self._places)
        await self._consumer.seek_to_beginning()
        left = await self.length()
        while left:
            for batch in (await self._consumer.getmany(timeout_ms=200)).values():
                left -= len(batch)
                for record in batch:
                    if ("kind", b"watermark") not in record.headers:
                        yield record


@dataclass
class Changed:
    """When something was last seen to be another than before, on the monotonic clock."""

    at: float
    times: int = 0


@asynccontextmanager
async def last_change(look: Callable[[], Awaitable[object]]) -> AsyncIterator[Changed]:
    """Looks all the while."""
    seen, changed = await look(), Changed(time.monotonic())

    async def watch() -> None:
        nonlocal seen
        while True:
            await asyncio.sleep(LOOK_EVERY)
            if (now := await look()) != seen:
                seen, changed.at, changed.times = now, time.monotonic(), changed.times + 1

    watching = asyncio.create_task(watch())
    try:
        yield changed
    finally:
        watching.cancel()
        await asyncio.wait([watching])


@asynccontextmanager
async def stage(folder: Path, services: Iterable[str] = SERVICES) -> AsyncIterator[Stage]:
    """Raises CannotStart. What an earlier run left in the folder is removed, and so is what this one makes."""
    _remove(folder)
    folder.mkdir(parents=True)
    there = Stage(folder)
    try:
        with there.stack:
            there.prepare(services)
            await there.wait_for_leaders()
            yield there
    finally:
        _remove(folder)


def _remove(folder: Path) -> None:
    """Raises CannotStart while another bench runs there."""
    if (folder / "stack").exists():
        earlier = Stack(folder / "stack")
        earlier.require_stopped()
        earlier.remove()
    shutil.rmtree(folder, ignore_errors=True)
