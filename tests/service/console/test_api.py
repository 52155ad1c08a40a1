"""Who may ask the console, and what is answered where nothing is."""

import pytest

from shared.runtime.database import Database
from tests.service.console.api_client import KEY, ApiClient, outbox_rows
from tests.support.builders import WAVE


@pytest.mark.parametrize("given", ["", "Bearer", "Bearer not-the-key", f"Basic {KEY}", f"Bearer {KEY}x"])
async def test_without_the_key_nothing_is_answered(api: ApiClient, given: str) -> None:
    for path in ("/api/waves", f"/api/waves/{WAVE}", "/api/queues", "/api/set-aside", "/api/deliveries"):
        async with api.session.get(api.url + path, headers={"Authorization": given}) as answer:
            assert answer.status == 401
            assert "PULS_API_KEY" in (await answer.json(content_type=None))["expected"]


async def test_without_the_key_nothing_is_done(api: ApiClient, db: Database) -> None:
    async with api.session.post(
        f"{api.url}/api/waves", json={"survey": "lup-somatik", "month": "2026-10"}, headers={"Authorization": ""}
    ) as answer:
        assert answer.status == 401
    assert await outbox_rows(db) == []


async def test_a_path_that_is_none_is_told_in_words(api: ApiClient) -> None:
    assert (await api.get("/api/nothing", 404))["what_to_do"]


@pytest.mark.parametrize(
    ("method", "path", "takes"),
    [
        ("PUT", "/api/waves", "GET, POST"),
        ("DELETE", f"/api/waves/{WAVE}/stop", "POST"),
        ("GET", "/api/operators/anna", "PUT, DELETE"),
        ("PATCH", "/waves/request/confirm", "GET, HEAD, POST"),
        ("DELETE", "/log-in", "GET, HEAD, POST"),
    ],
)
async def test_a_method_that_a_path_does_not_take_is_told_with_those_that_it_does(
    api: ApiClient, method: str, path: str, takes: str
) -> None:
    async with api.session.request(method, api.url + path) as answer:
        assert (answer.status, answer.headers["Allow"]) == (405, takes)


@pytest.mark.parametrize("path", ["/api/nothing", "/nothing"])
async def test_a_path_that_is_none_is_none_by_any_method(api: ApiClient, path: str) -> None:
    async with api.session.put(api.url + path) as answer:
        assert (answer.status, "Allow" in answer.headers) == (404, False)
