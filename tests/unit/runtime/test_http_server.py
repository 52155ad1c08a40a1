"""Whom a door takes its visitor for: limits on guessing are counted by address."""

import asyncio
import contextlib
from collections.abc import Sequence

import aiohttp
import pytest
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.types import Receive, Scope, Send

from deploy.local.ports import HOST, free_ports
from shared.runtime.http_server import listen

ELSEWHERE = "192.0.2.7"


async def who_asks(scope: Scope, receive: Receive, send: Send) -> None:
    if scope["type"] == "http":
        client = Request(scope).client
        await PlainTextResponse(client.host if client else "")(scope, receive, send)


async def taken_for(proxies: Sequence[str], forwarded: str) -> str:
    """The visitor's address, for a door with these proxies, when this machine says for whom it asks."""
    port = next(free_ports())
    door = asyncio.create_task(listen(who_asks, HOST, port, proxies))
    async with aiohttp.ClientSession(headers={"X-Forwarded-For": forwarded}) as session:
        while True:
            with contextlib.suppress(aiohttp.ClientConnectorError):
                async with session.get(f"http://{HOST}:{port}/") as answer:
                    told = await answer.text()
                    break
            await asyncio.sleep(0.01)
    door.cancel()
    await asyncio.wait([door])
    return told


@pytest.mark.parametrize("proxies", [[], ["192.0.2.1"]])
async def test_nobody_is_believed_to_ask_for_another_whom_no_setting_names(
    proxies: Sequence[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FORWARDED_ALLOW_IPS", "*")
    assert await taken_for(proxies, ELSEWHERE) == HOST


@pytest.mark.parametrize("proxies", [[HOST], ["127.0.0.0/8"]])
async def test_a_proxy_that_a_setting_names_is_believed(proxies: Sequence[str]) -> None:
    assert await taken_for(proxies, ELSEWHERE) == ELSEWHERE


async def test_what_a_visitor_told_the_proxy_is_not_believed() -> None:
    assert await taken_for([HOST], f"203.0.113.9, {ELSEWHERE}") == ELSEWHERE
