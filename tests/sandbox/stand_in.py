"""The stand-ins: in the test's own loop for speed, and as the processes they are where that matters."""

import asyncio
import os
import socket
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Self

import aiohttp

from deploy.sandbox.digital_post.application import application
from deploy.sandbox.digital_post.office import PostOffice
from deploy.sandbox.digital_post.store import Store
from deploy.sandbox.faults import Dice, Faults
from deploy.sandbox.person_register.persons import Persons
from deploy.sandbox.serving import server
from shared.runtime.clock import SteppedClock
from tests.sandbox.client import KEY, Client
from tests.sandbox.memos import PERSONS

NOON = datetime(2026, 11, 5, 11, tzinfo=UTC)
PATIENCE = 30.0


class World(Client):
    """A folder with a clock that stands at noon on 5 November 2026 until it is moved, and a persons file."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.clock = SteppedClock(folder / "clock")
        self.clock.move_to(NOON)
        self.persons = folder / "persons.csv"
        self.persons.write_text(PERSONS)
        self.port = _free_port()
        self.root = f"http://127.0.0.1:{self.port}"

    async def answering(self) -> None:
        """Returns when it answers."""
        deadline = asyncio.get_running_loop().time() + PATIENCE
        while asyncio.get_running_loop().time() < deadline:
            with suppress(aiohttp.ClientConnectionError):
                await self.say("GET", "/status")
                return
            await asyncio.sleep(0.01)
        raise TimeoutError(f"{self.root} does not answer")

    def later(self, **by: float) -> None:
        """Moves the clock on."""
        self.clock.move_to(self.clock.now() + timedelta(**by))


@asynccontextmanager
async def running(folder: Path, faults: Faults | None = None, seed: str = "1") -> AsyncIterator[World]:
    """Digital Post in this loop, over real HTTP."""
    world = World(folder)
    office = PostOffice(Store(folder / "state"), Persons(world.persons), Dice(seed), faults or Faults())
    serving = server(application(office, world.clock, KEY), "127.0.0.1", world.port)
    task = asyncio.create_task(serving.serve())
    await world.answering()
    yield world
    serving.should_exit = True
    await task


@dataclass
class Process(World):
    """A stand-in as the process it is, over a folder that outlives it."""

    folder: Path
    module: str = "deploy.sandbox.digital_post"
    settings: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        super().__init__(self.folder)
        self._process: asyncio.subprocess.Process | None = None

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.stop()

    async def start(self) -> None:
        """Returns when it answers."""
        own = {
            "PULS_PORT": str(self.port),
            "PULS_STATE": str(self.folder / "state"),
            "PULS_PERSONS": str(self.persons),
            "PULS_CLOCK": f"stepped:{self.clock.path}",
            "PULS_DIGITAL_POST_KEY": KEY,
        }
        with (self.folder / "output").open("ab") as output:
            self._process = await asyncio.create_subprocess_exec(
                sys.executable, "-m", self.module, env=os.environ | own | self.settings, stdout=output, stderr=output
            )
        await self.answering()

    async def stop(self) -> int:
        """Ends it as the stack does, and gives its exit status."""
        assert self._process
        if self._process.returncode is None:
            self._process.terminate()
        return await asyncio.wait_for(self._process.wait(), PATIENCE)

    async def ended(self) -> int:
        """The exit status, once it has ended by itself."""
        assert self._process
        return await asyncio.wait_for(self._process.wait(), PATIENCE)

    async def kill(self) -> None:
        """Ends it without a warning."""
        assert self._process
        self._process.kill()
        await self._process.wait()

    def output(self) -> str:
        """Everything it has printed."""
        return (self.folder / "output").read_text()


def _free_port() -> int:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return taken.getsockname()[1]
