"""What the queues show of a service that answered, and then does not."""

import re
from contextlib import AsyncExitStack

import aiohttp

from deploy.local.ports import HOST, free_ports
from shared.runtime.database import Database
from tests.runtime.trial import until
from tests.service.console.asking import KEY, Asked
from tests.service.console.desk import AT_EASE, STOPPED, Desk, a_console, stopped
from tests.support.pages import listening

AT_WORK = {**AT_EASE, "reads": STOPPED["reads"]}
ROW = re.compile(r"<tr[^>]*>(?:(?!</tr>).)*</tr>", re.DOTALL)


async def rows(desk: Desk) -> list[str]:
    """The lines about karens, in words."""
    found = [" ".join(re.sub("<[^>]+>", " ", row).split()) for row in ROW.findall((await desk.get("/queues")).text)]
    return [row for row in found if row.startswith("karens")]


async def test_a_service_that_answers_no_more_keeps_its_rows_marked_as_last_known(kept: Database) -> None:
    async with AsyncExitStack() as doors, AsyncExitStack() as inner_door:
        karens = await inner_door.enter_async_context(stopped([], AT_WORK))
        url = await doors.enter_async_context(listening(a_console({"karens": karens})))
        desk = await doors.enter_async_context(Desk.at(url, kept))
        await desk.log_in()
        assert "puls.inclusion.v1 9" in (await rows(desk))[0]
        await inner_door.aclose()

        async def away() -> list[str]:
            return [row for row in await rows(desk) if "does not answer" in row]

        reads, tells, does = await until(away, "the console to see that karens is away")
        assert reads.startswith("karens does not answer: last known puls.inclusion.v1 9")
        assert tells.startswith("karens does not answer: last known 0")
        assert does == "karens unknown unknown unknown does not answer"
        async with aiohttp.ClientSession(headers={"Authorization": f"Bearer {KEY}"}) as session:
            line, *_ = await Asked(url, session).get("/api/queues")
        assert (line["topic"], line["records"]) == ("puls.inclusion.v1", 9)
        assert "does not answer" in line["trouble"]


async def test_a_service_that_never_answered_has_its_rows_too(kept: Database) -> None:
    async with AsyncExitStack() as doors:
        silent = f"http://{HOST}:{next(free_ports())}"
        url = await doors.enter_async_context(listening(a_console({"karens": silent})))
        desk = await doors.enter_async_context(Desk.at(url, kept))
        await desk.log_in()
        assert await rows(desk) == [
            "karens does not answer unknown unknown unknown unknown",
            "karens does not answer unknown unknown unknown",
            "karens unknown unknown unknown does not answer",
        ]
