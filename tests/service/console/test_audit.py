"""Whatever an operator does leaves a trail of who did it, shown on the pages."""

import re

from shared.runtime.database import Database
from tests.service.console.api_client import ApiClient, consumed
from tests.service.console.console_app import Operator
from tests.support.builders import WAVE, set_aside, wave_started

ROW = re.compile(r"<tr[^>]*>(?:(?!</tr>).)*</tr>", re.DOTALL)


async def rows(operator: Operator, path: str = "/trail") -> list[str]:
    """The lines of the page's tables, in words."""
    text = (await operator.get(path)).text
    return [" ".join(re.sub("<[^>]+>", " ", row).split()) for row in ROW.findall(text)]


async def test_a_service_that_was_told_to_go_on_shows_who_told_it(operator: Operator, db: Database) -> None:
    await operator.log_in()
    await operator.post("/queues/karens/resume", failures="40")
    assert "admin Told karens to go on, with 40 failures allowed" in (await rows(operator))[1]
    assert "admin Told karens to go on, with 40 failures allowed" in (await rows(operator, "/queues"))[-1]


async def test_of_a_service_that_could_not_be_told_the_trail_says_so(api: ApiClient, db: Database) -> None:
    await api.post("/api/services/dispatch/resume", status=502)
    async with db.transaction() as tx:
        (row,) = await tx.fetch("SELECT asked, about, asked_by, came_of_it FROM act")
    assert (row["asked"], row["about"], row["asked_by"]) == ("resume", "dispatch", "somebody, by API key")
    assert "does not answer" in row["came_of_it"]


async def test_what_is_asked_of_a_wave_is_in_the_trail(operator: Operator, db: Database) -> None:
    await consumed(db, wave_started())
    await operator.log_in()
    await operator.post(f"/waves/{WAVE}/pause")
    await operator.post(f"/waves/{WAVE}/resume")
    found = [row.partition("admin ")[2] for row in await rows(operator) if WAVE in row]
    assert found == [f"Let {WAVE} run", f"Paused {WAVE}"]


async def test_what_is_published_again_is_in_the_trail(operator: Operator, db: Database) -> None:
    first, second = set_aside(), set_aside(offset=1)
    await consumed(db, first, second)
    await operator.log_in()
    await operator.post("/set-aside/redrive", id=str(first.id))
    await operator.post("/set-aside/redrive", all="yes", service="karens")
    found = [row.partition("admin ")[2] for row in (await rows(operator, "/set-aside"))[-2:]]
    assert found == [
        "Published 1 record again: alike in service karens",
        f"Published the record {first.id} again",
    ]


async def test_an_account_that_was_made_or_removed_is_in_the_trail(operator: Operator, api: ApiClient) -> None:
    api.session.headers["Puls-Operator"] = "bo"
    async with api.session.put(f"{api.url}/api/operators/anna"):
        pass
    async with api.session.delete(f"{api.url}/api/operators/anna"):
        pass
    await operator.log_in()
    assert [row.partition("bo, by API key ")[2] for row in (await rows(operator))[1:3]] == [
        "Removed the account of anna",
        "Gave anna an account or a new password",
    ]


async def test_acts_of_one_moment_stand_in_the_order_in_which_they_were_done(operator: Operator, db: Database) -> None:
    first, second = set_aside(), set_aside(offset=1)
    await consumed(db, wave_started(), first, second)
    await operator.log_in()
    await operator.post("/set-aside/redrive", id=str(first.id))
    await operator.post("/set-aside/redrive", id=str(second.id))
    await operator.post(f"/waves/{WAVE}/pause")
    await operator.post(f"/waves/{WAVE}/resume")
    await operator.post("/queues/karens/resume", failures="40")
    found = [row.partition("admin ")[2] for row in (await rows(operator))[1:6]]
    assert found == [
        "Told karens to go on, with 40 failures allowed",
        f"Let {WAVE} run",
        f"Paused {WAVE}",
        f"Published the record {second.id} again",
        f"Published the record {first.id} again",
    ]
