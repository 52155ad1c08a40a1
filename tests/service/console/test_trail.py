"""Whatever an operator does leaves a trail of who did it, shown on the pages."""

import re

from shared.runtime.database import Database
from tests.service.console.asking import Asked, heard
from tests.service.console.desk import Desk
from tests.support.builders import WAVE, set_aside, wave_started

ROW = re.compile(r"<tr[^>]*>(?:(?!</tr>).)*</tr>", re.DOTALL)


async def rows(desk: Desk, path: str = "/trail") -> list[str]:
    """The lines of the page's tables, in words."""
    text = (await desk.get(path)).text
    return [" ".join(re.sub("<[^>]+>", " ", row).split()) for row in ROW.findall(text)]


async def test_a_service_that_was_told_to_go_on_shows_who_told_it(desk: Desk, kept: Database) -> None:
    await desk.log_in()
    await desk.post("/queues/karens/resume", failures="40")
    assert "admin Told karens to go on, with 40 failures allowed" in (await rows(desk))[1]
    assert "admin Told karens to go on, with 40 failures allowed" in (await rows(desk, "/queues"))[-1]


async def test_of_a_service_that_could_not_be_told_the_trail_says_so(asked: Asked, kept: Database) -> None:
    await asked.post("/api/services/dispatch/resume", status=502)
    async with kept.transaction() as tx:
        (row,) = await tx.fetch("SELECT asked, about, asked_by, came_of_it FROM act")
    assert (row["asked"], row["about"], row["asked_by"]) == ("resume", "dispatch", "somebody, by API key")
    assert "does not answer" in row["came_of_it"]


async def test_what_is_asked_of_a_wave_is_in_the_trail(desk: Desk, kept: Database) -> None:
    await heard(kept, wave_started())
    await desk.log_in()
    await desk.post(f"/waves/{WAVE}/pause")
    await desk.post(f"/waves/{WAVE}/resume")
    found = [row.partition("admin ")[2] for row in await rows(desk) if WAVE in row]
    assert found == [f"Let {WAVE} run", f"Paused {WAVE}"]


async def test_what_is_published_again_is_in_the_trail(desk: Desk, kept: Database) -> None:
    one, another = set_aside(), set_aside(offset=1)
    await heard(kept, one, another)
    await desk.log_in()
    await desk.post("/set-aside/redrive", id=str(one.id))
    await desk.post("/set-aside/redrive", all="yes", service="karens")
    found = [row.partition("admin ")[2] for row in (await rows(desk, "/set-aside"))[-2:]]
    assert found == [
        "Published 1 record again: alike in service karens",
        f"Published the record {one.id} again",
    ]


async def test_an_account_that_was_made_or_removed_is_in_the_trail(desk: Desk, asked: Asked) -> None:
    asked.session.headers["Puls-Operator"] = "bo"
    async with asked.session.put(f"{asked.url}/api/operators/anna"):
        pass
    async with asked.session.delete(f"{asked.url}/api/operators/anna"):
        pass
    await desk.log_in()
    assert [row.partition("bo, by API key ")[2] for row in (await rows(desk))[1:3]] == [
        "Removed the account of anna",
        "Gave anna an account or a new password",
    ]


async def test_acts_of_one_moment_stand_in_the_order_in_which_they_were_done(desk: Desk, kept: Database) -> None:
    one, another = set_aside(), set_aside(offset=1)
    await heard(kept, wave_started(), one, another)
    await desk.log_in()
    await desk.post("/set-aside/redrive", id=str(one.id))
    await desk.post("/set-aside/redrive", id=str(another.id))
    await desk.post(f"/waves/{WAVE}/pause")
    await desk.post(f"/waves/{WAVE}/resume")
    await desk.post("/queues/karens/resume", failures="40")
    found = [row.partition("admin ")[2] for row in (await rows(desk))[1:6]]
    assert found == [
        "Told karens to go on, with 40 failures allowed",
        f"Let {WAVE} run",
        f"Paused {WAVE}",
        f"Published the record {another.id} again",
        f"Published the record {one.id} again",
    ]
