"""What those on duty may say at dispatch's own door."""

import aiohttp

from services.dispatch.pages import pages
from shared.runtime.clock import RealClock
from shared.runtime.database import Database
from shared.runtime.pages import install
from tests.support.databases import Database as Copies
from tests.support.pages import listening

NUMBER = "251248-9996"
"""Made up, in the style of test numbers."""


async def test_a_reason_that_holds_a_number_is_refused_and_neither_kept_nor_told(database: Copies) -> None:
    kept = Database(database("dispatch"), connections=1)
    install(kept, RealClock(), "puls")
    wanted, key = {"is_on": True, "because": f"asked by {NUMBER}"}, {"Authorization": "Bearer a-key"}
    async with listening(pages("a-key")) as url, aiohttp.ClientSession(headers=key) as session:
        async with session.put(f"{url}/switch", json=wanted) as answer:
            assert (answer.status, NUMBER in await answer.text()) == (422, False)
        async with session.get(f"{url}/switch") as answer:
            assert (await answer.json())["is_on"] is False
    await kept.close()
