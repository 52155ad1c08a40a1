"""Waves that wait for a person: shown with the reason and with what mends it, until they go on."""

from itertools import permutations
from typing import Any

import pytest

from shared.events import Event
from shared.runtime.database import Database
from tests.service.console.api_client import ApiClient, consumed, outbox_rows
from tests.service.console.console_app import Operator
from tests.service.console.consuming import account_of, consume, undone
from tests.service.console.test_cli import puls
from tests.support.builders import (
    WAVE,
    a_checksum,
    danish,
    delivery_read,
    selection_finished,
    wave_held,
    wave_requested,
    wave_started,
)

READ_LATER = delivery_read("lpr-2026-10-mended", period="2026-10", occurred_at=danish("2026-11-03 00:00"))
OF_TWO: dict[str, Any] = {"parts": 2, "included": 0, "not_sampled": 40}
SELECTION = wave_held(holds="selection", reason="altered_since_read")


async def status_of(api: ApiClient) -> str:
    return (await api.get(f"/api/waves/{WAVE}"))["status"]


async def test_a_held_wave_says_why_and_what_to_do(api: ApiClient, db: Database) -> None:
    await consumed(db, delivery_read(), wave_held())
    wave = await api.get(f"/api/waves/{WAVE}")
    assert (wave["status"], wave["held"]["reason"]) == ("held", "rejects_unlikely")
    assert wave["held"]["found"] == "lpr-2026-10: 60 of 100 rows were rejected"
    assert f"`puls resume {WAVE}`" in wave["what_to_do"]
    assert await api.get("/api/waves") == [wave]


@pytest.mark.parametrize("later", [wave_started(), READ_LATER])
async def test_it_is_no_longer_held_when_it_started_and_when_another_delivery_was_read(
    rows: Database, later: Event
) -> None:
    for facts in permutations([delivery_read(), wave_held(), later]):
        async with undone(rows) as tx:
            await consume(tx, *facts)
            assert (await account_of(tx)).status != "held"


async def test_one_that_is_held_again_on_the_other_delivery_is_held(api: ApiClient, db: Database) -> None:
    again = wave_held(held_on=a_checksum("other"), found="no contacts", occurred_at=READ_LATER.occurred_at)
    await consumed(db, again, READ_LATER, wave_held())
    assert (await api.get(f"/api/waves/{WAVE}"))["held"]["found"] == "no contacts"


async def test_a_held_selection_is_over_when_all_its_parts_were_told(api: ApiClient, db: Database) -> None:
    await consumed(db, wave_started(), SELECTION, selection_finished(**OF_TWO))
    assert await status_of(api) == "held"
    await consumed(db, selection_finished(unit="12345678901", **OF_TWO))
    assert await status_of(api) == "ended"


@pytest.mark.parametrize("wanted", ["paused", "stopped"])
async def test_one_that_is_not_wanted_stands_as_it_is_wanted(api: ApiClient, db: Database, wanted: str) -> None:
    await consumed(db, wave_held(), wave_requested(wanted=wanted))
    assert await status_of(api) == wanted


async def test_an_empty_wave_has_ended_when_it_has_started(api: ApiClient, db: Database) -> None:
    await consumed(db, wave_started(parts=0))
    assert await status_of(api) == "ended"


async def test_a_wave_of_which_no_part_was_told_yet_goes_on(api: ApiClient, db: Database) -> None:
    await consumed(db, wave_started(parts=2))
    assert await status_of(api) == "running"


async def test_resuming_a_held_wave_asks_for_it_once_more(api: ApiClient, db: Database) -> None:
    await consumed(db, wave_held(), wave_requested(revision=1))
    said = await puls("resume", WAVE, url=api.url)
    assert (said.status, said.out) == (0, f"{WAVE} is wanted running (revision 2).\n")
    [(kind, _, event)] = await outbox_rows(db)
    assert (kind, event["wanted"], event["revision"]) == ("WaveRequested.v1", "running", 2)


async def test_starting_it_does_too(api: ApiClient, db: Database) -> None:
    await consumed(db, wave_held())
    assert (await api.post("/api/waves", {"survey": "lup-somatik", "month": "2026-10"}))["revision"] == 1
    assert len(await outbox_rows(db)) == 1


async def test_stopping_it_cancels_it(api: ApiClient, db: Database) -> None:
    await consumed(db, wave_held())
    await api.post(f"/api/waves/{WAVE}/stop")
    assert await status_of(api) == "stopped"


async def test_the_command_line_says_why_and_what_to_do(api: ApiClient, db: Database) -> None:
    await consumed(db, wave_held())
    said = " ".join((await puls("wave", WAVE, url=api.url)).out.split())
    assert f"{WAVE}: held, not started held: rejects unlikely; expected at most 20%" in said
    assert f"or cancel it by `puls stop {WAVE}`" in said
    assert " held " in (await puls("waves", url=api.url)).out


async def test_the_overview_says_that_it_needs_a_person_and_what_mends_it(operator: Operator, db: Database) -> None:
    await consumed(db, wave_held())
    await operator.log_in()
    page = (await operator.get("/")).text
    assert f"{WAVE} is held (rejects unlikely: lpr-2026-10: 60 of 100 rows were rejected)" in page
    assert f"`puls resume {WAVE}`" in page
    assert f'<a href="/waves/{WAVE}">{WAVE} is held' in page


async def test_its_page_starts_it_anyway(operator: Operator, db: Database) -> None:
    await consumed(db, wave_held())
    await operator.log_in()
    assert f'href="/waves/{WAVE}/resume">Start anyway</a>' in (await operator.get(f"/waves/{WAVE}")).text
    assert "It starts now, with what was delivered" in (await operator.get(f"/waves/{WAVE}/resume")).text
    assert "It never starts" in (await operator.get(f"/waves/{WAVE}/stop")).text
    shown = await operator.post(f"/waves/{WAVE}/resume")
    assert shown.address == f"/waves/{WAVE}"
    assert [kind for kind, _, _ in await outbox_rows(db)] == ["WaveRequested.v1"]


async def test_the_page_of_a_held_selection_tries_it_again(operator: Operator, db: Database) -> None:
    await consumed(db, wave_started(), SELECTION)
    await operator.log_in()
    assert f'href="/waves/{WAVE}/resume">Try again</a>' in (await operator.get(f"/waves/{WAVE}")).text
    assert "Its selection is tried again" in (await operator.get(f"/waves/{WAVE}/resume")).text
