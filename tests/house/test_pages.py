"""Every page of the console has its access rule: it is the way in, or it asks for a session, or for the key."""

from collections.abc import Iterator
from typing import Any

import pytest
from fastapi import APIRouter
from fastapi.routing import APIRoute
from starlette.applications import Starlette
from starlette.routing import Route

from services.console.__main__ import console
from services.console.api.app import api
from services.console.context import Context
from services.console.monitor import Monitor
from services.console.pages.app import pages
from services.console.passwords import Passwords
from shared import surveys

CONTEXT = Context(surveys.load(), {}, "a key of sixteen letters", Monitor({}), Passwords())
OPEN = {("GET", "/log-in"), ("POST", "/log-in"), ("GET", "/static/{name}")}
"""The way in, and its looks."""


def doors(app: Starlette | APIRouter) -> Iterator[tuple[str, str]]:
    """(method, path) of every route, also of those that stand in a router of their own."""
    for route in app.routes:
        if isinstance(inner := getattr(route, "original_router", None), APIRouter):
            yield from doors(inner)
            continue
        assert isinstance(route, Route | APIRoute), f"a route of an unknown sort: {route}"
        yield from ((method, route.path) for method in route.methods or () if method != "HEAD")


PAGES = sorted(set(doors(pages(CONTEXT))) - OPEN)
ROUTES = sorted(doors(api(CONTEXT)))


async def strangers(method: str, path: str) -> tuple[int, str]:
    """What somebody with no session and no key gets: status and where they are led. No database is there to ask."""
    sent: list[Any] = []

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: Any) -> None:
        sent.append(message)

    scope = {"type": "http", "method": method, "path": path, "headers": [], "query_string": b"", "scheme": "https"}
    await console(CONTEXT)(scope, receive, send)
    return sent[0]["status"], dict(sent[0]["headers"]).get(b"location", b"").decode()


def test_there_are_pages_and_routes_to_look_at() -> None:
    assert ("GET", "/waves/{wave}") in PAGES
    assert ("GET", "/api/waves") in ROUTES


def test_the_way_in_is_all_that_stands_open() -> None:
    assert set(doors(pages(CONTEXT))) >= OPEN


@pytest.mark.parametrize(("method", "path"), PAGES)
async def test_a_page_leads_whoever_has_no_session_to_the_log_in(method: str, path: str) -> None:
    status, leads_to = await strangers(method, path)
    assert (status, leads_to.partition("?")[0]) == (303, "/log-in")


@pytest.mark.parametrize(("method", "path"), ROUTES)
async def test_a_route_of_the_api_answers_nobody_without_the_key(method: str, path: str) -> None:
    assert (await strangers(method, path))[0] == 401


@pytest.mark.parametrize("path", ["/api", "/apiary", "/api/", "/api/../waves", "//waves"])
async def test_what_only_looks_like_a_page_or_a_route_is_none(path: str) -> None:
    assert (await strangers("GET", path))[0] == 404
