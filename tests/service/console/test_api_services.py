"""The services over HTTP: what waits before them, and the word to go on."""

import aiohttp

from shared.runtime.database import Database
from tests.service.console.api_client import KEY, ApiClient
from tests.service.console.console_app import AT_EASE, console_app, internal_api
from tests.support.pages import listening


async def test_queues_are_summed_over_partitions_and_the_oldest_is_shown(api: ApiClient) -> None:
    queues = [queue for queue in await api.get("/api/queues") if queue["service"] == "karens"]
    assert [(q["side"], q["topic"], q["records"], q["oldest_seconds"]) for q in queues] == [
        ("reads", "puls.inclusion.v1", 9, 9.0),
        ("tells", None, 5, 1.5),
        ("does", None, None, None),
    ]


async def test_a_service_that_has_stopped_itself_is_shown_with_what_to_do(api: ApiClient) -> None:
    queue = next(queue for queue in await api.get("/api/queues") if queue["side"] == "reads")
    assert "25 of the last 1000" in queue["trouble"]
    assert "puls resume karens" in queue["trouble"]


async def test_a_service_that_does_not_answer_is_shown_and_not_left_out(api: ApiClient) -> None:
    (queue,) = [queue for queue in await api.get("/api/queues") if queue["service"] == "dispatch"]
    assert (queue["records"], queue["topic"]) == (None, None)
    assert "does not answer" in queue["trouble"]


async def test_a_service_is_told_to_go_on(api: ApiClient, resumed: list[int]) -> None:
    assert await api.post("/api/services/karens/resume", set_aside="40") == {"service": "karens"}
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
