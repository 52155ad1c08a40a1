"""`puls` as a process of its own, against a console over HTTP."""

import asyncio
import json
import os
import sys
from dataclasses import dataclass

import pytest

from deploy.local.ports import HOST, free_ports
from deploy.local.processes import CLONE
from shared.runtime.database import Database
from tests.service.console.api_client import KEY, ApiClient, consumed, outbox_rows
from tests.support.builders import (
    WAVE,
    included,
    quarantined,
    selection_finished,
    set_aside,
    wave_requested,
    wave_started,
)


@dataclass
class Said:
    status: int
    out: str
    error: str


async def puls(*arguments: str, url: str, key: str = KEY, **more: str) -> Said:
    settings = {"PULS_CONSOLE_URL": url, "PULS_API_KEY": key, "PULS_OPERATOR": "anna", "COLUMNS": "200", **more}
    command = (sys.executable, "-m", "services.console.cli", *arguments)
    process = await asyncio.create_subprocess_exec(
        *command,
        cwd=CLONE,
        env=os.environ | settings,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    out, error = await process.communicate()
    return Said(process.returncode or 0, out.decode(), error.decode())


async def test_every_wave_is_a_line(api: ApiClient, db: Database) -> None:
    await consumed(db, wave_started(), included())
    said = await puls("waves", url=api.url)
    assert said.status == 0
    assert WAVE in said.out


async def test_a_wave_is_shown_line_by_line_with_reasons(api: ApiClient, db: Database) -> None:
    await consumed(db, selection_finished(), wave_started(), quarantined())
    said = await puls("wave", WAVE, "--by", "unit", url=api.url)
    words = {" ".join(line.split()) for line in said.out.splitlines()}
    assert {"Contacts 93", "excluded 8", "under age 5", "quarantined 1"} <= words
    assert "Does not add up: included 20 is not 1" in words


async def test_a_requested_wave_says_what_it_waits_for(api: ApiClient, db: Database) -> None:
    await consumed(db, wave_requested())
    said = await puls("wave", WAVE, url=api.url)
    assert "waits for the register extract of 2026-10: none has been read" in said.out


async def test_json_is_the_answer_of_the_console(api: ApiClient, db: Database) -> None:
    await consumed(db, included())
    said = await puls("wave", WAVE, "--json", url=api.url)
    assert json.loads(said.out) == await api.get(f"/api/waves/{WAVE}")


async def test_a_wave_is_paused_and_a_service_resumed(api: ApiClient, db: Database, resumed: list[int]) -> None:
    await consumed(db, wave_started())
    assert (await puls("pause", WAVE, url=api.url)).status == 0
    assert (await puls("resume", WAVE, url=api.url)).status == 0
    assert [event["wanted"] for _, _, event in await outbox_rows(db)] == ["paused", "running"]
    assert (await puls("resume", "karens", "--set-aside", "3", url=api.url)).status == 0
    assert resumed == [3]
    async with db.transaction() as tx:
        assert await tx.fetchval("SELECT asked_by FROM act") == "anna, by API key"


async def test_set_aside_records_are_shown_and_published_again(api: ApiClient, db: Database) -> None:
    record = set_aside()
    await consumed(db, record)
    assert str(record.id) in (await puls("set-aside", "--service", "karens", url=api.url)).out
    assert "Published again: 1 record." in (await puls("redrive", str(record.id), url=api.url)).out


async def test_set_aside_records_are_left_with_a_reason(api: ApiClient, db: Database) -> None:
    await consumed(db, set_aside())
    assert "Left: 1 record." in (await puls("leave", "--because", "a trial", url=api.url)).out
    assert ", left" in (await puls("set-aside", url=api.url)).out


async def test_the_first_account_is_made_once_and_its_password_shown_once(api: ApiClient) -> None:
    assert "Name: admin\nPassword: " in (await puls("first-account", url=api.url)).out
    again = await puls("first-account", url=api.url)
    assert (again.status, "Password" in again.out) == (0, False)


async def test_an_operator_is_made_and_removed(api: ApiClient) -> None:
    assert "Name: anna\nPassword: " in (await puls("operator", "anna", url=api.url)).out
    assert "anna can no longer log in" in (await puls("operator", "anna", "--remove", url=api.url)).out
    assert (await puls("operator", "anna", "--remove", url=api.url)).status == 1


async def test_queues_show_what_a_service_needs(api: ApiClient) -> None:
    said = await puls("queues", url=api.url)
    assert "puls resume karens" in " ".join(said.out.split())


@pytest.mark.parametrize("command", [("wave", WAVE), ("start", "lup-ukendt", "2026-09"), ("resume", "nobody")])
async def test_what_cannot_be_done_is_one_sentence(api: ApiClient, command: tuple[str, ...]) -> None:
    said = await puls(*command, url=api.url)
    assert (said.status, said.out, said.error.count("\n")) == (1, "", 1)


async def test_a_wrong_key_is_one_sentence(api: ApiClient) -> None:
    said = await puls("waves", url=api.url, key="another-key")
    assert (said.status, said.error.count("\n")) == (1, 1)
    assert "PULS_API_KEY" in said.error


async def test_a_console_that_does_not_answer_is_one_sentence() -> None:
    said = await puls("waves", url=f"http://{HOST}:{next(free_ports())}")
    assert (said.status, said.error.count("\n")) == (1, 1)
    assert "make up" in said.error
