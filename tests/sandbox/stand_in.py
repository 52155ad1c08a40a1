"""The stand-ins as the processes they are, and what one says to them."""

import asyncio
import os
import socket
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from json import loads
from pathlib import Path
from typing import Any

import aiohttp

from shared.runtime.clock import SteppedClock
from tests.sandbox.memos import PERSONS, mass, memo, uuid

KEY = "puls:synthetic-key"
NOON = datetime(2026, 11, 5, 11, tzinfo=UTC)
PATIENCE = 20.0


@dataclass
class StandIn:
    """One process over a folder that outlives it. Its clock stands at noon on 5 November 2026 until moved."""

    folder: Path
    module: str = "deploy.sandbox.digital_post"
    settings: Mapping[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.port = _free_port()
        self.clock = SteppedClock(self.folder / "clock")
        self.clock.move_to(NOON)
        self.persons = self.folder / "persons.csv"
        self.persons.write_text(PERSONS)
        self._process: asyncio.subprocess.Process | None = None

    @property
    def root(self) -> str:
        """Its address."""
        return f"http://127.0.0.1:{self.port}"

    async def start(self) -> None:
        """Returns when it answers."""
        own = {
            "PULS_PORT": str(self.port),
            "PULS_STATE": str(self.folder / "state"),
            "PULS_PERSONS": str(self.persons),
            "PULS_CLOCK": f"stepped:{self.clock.path}",
            "PULS_DIGITAL_POST_KEY": KEY,
        }
        output = (self.folder / "output").open("ab")
        self._process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", self.module, env=os.environ | own | self.settings, stdout=output, stderr=output
        )
        output.close()
        async with asyncio.timeout(PATIENCE):
            while not await self._answers():
                assert self._process.returncode is None, self.output()
                await asyncio.sleep(0.02)

    async def stop(self) -> int:
        """Ends it as the stack does, and gives its exit status."""
        assert self._process
        if self._process.returncode is None:
            self._process.terminate()
        return await asyncio.wait_for(self._process.wait(), PATIENCE)

    async def kill(self) -> None:
        """Ends it without a warning."""
        assert self._process
        self._process.kill()
        await self._process.wait()

    def output(self) -> str:
        """Everything it has printed."""
        return (self.folder / "output").read_text()

    async def say(self, method: str, path: str, status: int = 200, **more: Any) -> Any:
        """The answer's JSON, NDJSON as a list, or bytes; the status must be the one expected."""
        headers = {"Authorization": aiohttp.encode_basic_auth(*KEY.split(":"))} | more.pop("headers", {})
        async with (
            aiohttp.ClientSession() as session,
            session.request(method, self.root + path, headers=headers, **more) as answer,
        ):
            body = await answer.read()
            assert answer.status == status, (answer.status, body)
            if answer.content_type == "application/x-ndjson":
                return [loads(line) for line in body.splitlines()]
            return loads(body) if answer.content_type == "application/json" else body

    async def hand_over(self, number: int, xml: bytes | None = None, status: int = 201, **more: Any) -> Any:
        """One message by the single form."""
        path = f"/apis/v1/memos/?memo-message-uuid={uuid(number)}"
        return await self.say("POST", path, status, data=xml or memo(number), **_typed("application/xml", more))

    async def hand_over_many(self, body: bytes, status: int = 201) -> Any:
        """An archive by the mass form."""
        return await self.say("POST", "/apis/v1/memos/", status, data=body, **_typed("application/x-lzma", {}))

    async def hand_over_numbers(self, *numbers: int) -> Any:
        """Valid messages of these numbers by the mass form."""
        return await self.hand_over_many(mass(numbers))

    async def receipts(self) -> list[dict[str, Any]]:
        """Every receipt that is to be had."""
        return await self.say("GET", "/apis/v1/receipts-bulk/?limit=10000")

    async def mailbox(self) -> list[str]:
        """The UUIDs of the accepted messages, in the order they were accepted."""
        return [message["messageUUID"] for message in await self.say("GET", "/messages")]

    def later(self, **by: float) -> None:
        """Moves the clock on."""
        self.clock.move_to(self.clock.now() + timedelta(**by))

    async def _answers(self) -> bool:
        try:
            await self.say("GET", "/status")
        except aiohttp.ClientConnectionError:
            return False
        return True


def _typed(content_type: str, more: dict[str, Any]) -> dict[str, Any]:
    return more | {"headers": {"Content-Type": content_type} | more.get("headers", {})}


def _free_port() -> int:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return taken.getsockname()[1]
