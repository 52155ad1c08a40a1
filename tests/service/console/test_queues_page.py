"""What the queues show of a service that answered, and then does not."""

import re
from contextlib import AsyncExitStack

import aiohttp

from deploy.local.ports import HOST, free_ports
from shared.runtime.database import Database
from tests.runtime.trial import until
from tests.service.console.api_client import KEY, ApiClient
from tests.service.console.console_app import AT_EASE, STOPPED, Operator, console_app, internal_api
from tests.support.pages import listening

AT_WORK = {**AT_EASE, "reads": STOPPED["reads"]}
ROW = re.compile(r"<tr[^>]*>(?:(?!</tr>).)*</tr>", re.DOTALL)


async def rows(operator: Operator) -> list[str]:
    """The lines about karens, in words."""
    found = [" ".join(re.sub("<[^>]+>", " ", row).split()) for row in ROW.findall((await operator.get("/queues")).text)]
    return [row for row in found if row.startswith("karens")]


async def test_a_service_that_answers_no_more_keeps_its_rows_marked_as_last_known(db: Database) -> None:
    async with AsyncExitStack() as doors, AsyncExitStack() as inner_door:
        karens = await inner_door.enter_async_context(internal_api([], AT_WORK))
        url = await doors.enter_async_context(listening(console_app({"karens": karens})))
        operator = await doors.enter_async_context(Operator.at(url, db))
        await operator.log_in()
        assert "puls.inclusion.v1 9" in (await rows(operator))[0]
        await inner_door.aclose()

        async def away() -> list[str]:
            return [row for row in await rows(operator) if "does not answer" in row]

        reads, tells, does = await until(away, "the console to see that karens is away")
        assert reads.startswith("karens does not answer: last known puls.inclusion.v1 9")
        assert tells.startswith("karens does not answer: last known 0")
        assert does == "karens unknown unknown unknown does not answer"
        async with aiohttp.ClientSession(headers={"Authorization": f"Bearer {KEY}"}) as session:
            (queues,) = await ApiClient(url, session).get("/api/queues")
        assert [(topic["topic"], topic["records"]) for topic in queues["reads"]] == [("puls.inclusion.v1", 9)]
        assert ["does not answer" in trouble["what"] for trouble in queues["troubles"]] == [True]


async def test_a_service_that_never_answered_has_its_rows_too(db: Database) -> None:
    async with AsyncExitStack() as doors:
        silent = f"http://{HOST}:{next(free_ports())}"
        url = await doors.enter_async_context(listening(console_app({"karens": silent})))
        operator = await doors.enter_async_context(Operator.at(url, db))
        await operator.log_in()
        assert await rows(operator) == [
            "karens does not answer unknown unknown unknown unknown",
            "karens does not answer unknown unknown unknown",
            "karens unknown unknown unknown does not answer",
        ]
