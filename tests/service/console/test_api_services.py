"""The services over HTTP: what waits before them, and the word to go on."""

from typing import Any

import aiohttp

from shared.runtime.database import Database
from tests.service.console.api_client import KEY, ApiClient
from tests.service.console.console_app import AT_EASE, console_app, internal_api
from tests.support.pages import listening


async def queues_of(api: ApiClient, name: str) -> dict[str, Any]:
    return next(service for service in await api.get("/api/queues") if service["service"] == name)


async def test_queues_are_summed_over_partitions_and_the_oldest_is_shown(api: ApiClient) -> None:
    karens = await queues_of(api, "karens")
    assert karens["reads"] == [{"topic": "puls.inclusion.v1", "records": 9, "oldest_seconds": 9.0}]
    assert karens["outbox"] == {"records": 5, "oldest_seconds": 1.5, "refused": 1}
    assert [(work["name"], work["failing"]) for work in karens["work"]] == [("hand_over", "ClientConnectorError")]


async def test_a_service_that_has_stopped_itself_is_shown_with_what_to_do(api: ApiClient) -> None:
    first, *_ = (await queues_of(api, "karens"))["troubles"]
    assert "25 of the last 1000" in first["what"]
    assert "puls resume karens" in first["mend"]


async def test_a_service_that_does_not_answer_is_shown_and_not_left_out(api: ApiClient) -> None:
    dispatch = await queues_of(api, "dispatch")
    assert (dispatch["answers"], dispatch["known"], dispatch["reads"]) == (False, False, [])
    assert ["does not answer" in trouble["what"] for trouble in dispatch["troubles"]] == [True]


async def test_a_service_is_told_to_go_on(api: ApiClient, resumed: list[int]) -> None:
    assert await api.post("/api/services/karens/resume", set_aside="40") == {"service": "karens", "work": None}
    assert resumed == [40]


async def test_a_service_that_cannot_be_told_to_go_on_is_no_success(api: ApiClient) -> None:
    assert "does not answer" in (await api.post("/api/services/dispatch/resume", status=502))["detail"]
    assert "dispatch, karens" in (await api.post("/api/services/post/resume", status=404))["expected"]


async def test_a_service_that_goes_on_is_not_told_to_go_on(db: Database) -> None:
    allowed: list[int] = []
    async with (
        internal_api(allowed, AT_EASE) as karens,
        listening(console_app({"karens": karens})) as url,
        aiohttp.ClientSession(headers={"Authorization": f"Bearer {KEY}"}) as session,
    ):
        refused = await ApiClient(url, session).post("/api/services/karens/resume", status=409, set_aside="40")
    assert "failures have not stopped it" in refused["detail"]
    assert allowed == []
    async with db.transaction() as tx:
        assert await tx.fetchval("SELECT came_of_it FROM act") == "failures have not stopped it"
