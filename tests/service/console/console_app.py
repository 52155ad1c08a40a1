"""The console's pages as an operator's browser meets them, with made-up services behind it."""

import re
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import aiohttp
from starlette.types import ASGIApp

from services.console.__main__ import console
from services.console.context import Context
from services.console.monitor import Monitor
from services.console.passwords import Passwords
from shared import surveys
from shared.runtime.database import Database
from tests.service.console.api_client import KEY
from tests.service.console.made_up_service import MadeUpService, made_up_service
from tests.support.pages import Shown, listening, shown

STOPPED: Mapping[str, Any] = {
    "halted": "25 of the last 1000 records failed",
    "reads": [
        {"topic": "puls.inclusion.v1", "partition": 0, "offset": 3, "end": 10, "oldest_seconds": 4.0},
        {"topic": "puls.inclusion.v1", "partition": 1, "offset": None, "end": 2, "oldest_seconds": 9.0},
    ],
    "outbox": {"records": 5, "oldest_seconds": 1.5, "refused": 1},
    "rounds": [{"name": "hand_over", "due": None, "since": None, "failing": "ClientConnectorError"}],
}
"""What a service says that has stopped itself."""
AT_EASE = {**STOPPED, "halted": None, "reads": [], "outbox": {"records": 0, "oldest_seconds": None, "refused": 0}}

FORM_TOKEN = re.compile(r'name="form_token" value="([0-9a-f]+)"')


def console_app(services: Mapping[str, str]) -> ASGIApp:
    return console(Context(surveys.load(), services, KEY, Monitor(services), Passwords(), plain_http=True))


@asynccontextmanager
async def internal_api(resumed: list[int], status: Mapping[str, Any] = STOPPED) -> AsyncIterator[str]:
    """The internal API of a service that says this of itself, and of each word to go on keeps the allowance."""
    async with listening(made_up_service(MadeUpService(dict(status), resumed), KEY)) as url:
        yield url


@dataclass
class Operator:
    url: str
    db: Database
    browser: aiohttp.ClientSession
    password: str = ""
    """Of `admin`."""

    @classmethod
    @asynccontextmanager
    async def at(cls, url: str, db: Database) -> AsyncIterator["Operator"]:
        """Before the log-in."""
        jar = aiohttp.CookieJar(unsafe=True)
        async with aiohttp.ClientSession(cookie_jar=jar) as browser:
            operator = cls(url, db, browser)
            operator.password = await operator.first_account()
            yield operator

    async def first_account(self) -> str:
        headers = {"Authorization": f"Bearer {KEY}"}
        async with self.browser.post(f"{self.url}/api/operators", headers=headers) as answer:
            return (await answer.json())["password"]

    async def log_in(self, name: str = "admin", password: str | None = None, **more: str) -> Shown:
        fields = {"name": name, "password": self.password if password is None else password, **more}
        async with self.browser.post(f"{self.url}/log-in", data=fields) as answer:
            return await shown(answer)

    async def get(self, path: str) -> Shown:
        async with self.browser.get(self.url + path) as answer:
            return await shown(answer)

    async def post(self, path: str, **fields: str) -> Shown:
        """As a form of this session sends it."""
        sent = {"form_token": await self.form_token(), **fields}
        async with self.browser.post(self.url + path, data=sent) as answer:
            return await shown(answer)

    async def form_token(self) -> str:
        found = FORM_TOKEN.search((await self.get("/waves")).text)
        return found[1] if found else ""

    async def later(self, column: str, passed: str) -> None:
        """As if real time had passed since a moment of every session: `begun_at` or `seen_at`."""
        async with self.db.transaction() as tx:
            moved = {"begun_at": "begun_at - $1::text::interval", "seen_at": "seen_at - $1::text::interval"}[column]
            await tx.execute(f"UPDATE session SET {column} = {moved}", passed)
