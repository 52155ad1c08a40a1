"""The stand-in of Digital Post as a process: its settings, its restart, its end."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.sandbox.memos import REGISTERED, memo, uuid
from tests.sandbox.stand_in import Process

FAULTS = '{"receipts": {"late_share": 1, "late_up_to_hours": 48}}'


@pytest.fixture
async def process(tmp_path: Path) -> AsyncIterator[Process]:
    async with Process(tmp_path) as process:
        yield process


async def test_a_restart_keeps_everything(process: Process) -> None:
    await process.hand_over_many(1, 2)
    await process.hand_over_many(2, 3)
    await process.say("GET", f"/apis/v1/contacts/?cprNumber={REGISTERED}")
    lists = [
        f"/{name}" for name in ("messages", "refusals", "duplicates", "lookups", "attempts", f"messages/{uuid(2)}")
    ]
    before = [await process.say("GET", path) for path in lists]
    assert await process.stop() == 0
    await process.start()
    assert [await process.say("GET", path) for path in lists] == before
    assert len(await process.receipts()) == 4


async def test_what_was_answered_outlives_a_kill(process: Process) -> None:
    for number in range(1, 20):
        await process.hand_over(number)
    await process.kill()
    await process.start()
    assert len(await process.receipts()) == 19
    assert await process.say("GET", f"/messages/{uuid(19)}") == memo(19)
    assert (await process.hand_over(19, status=400))["code"] == "message.uuid.duplicate"


async def test_settings_say_what_goes_wrong_and_no_person_is_in_what_is_printed(tmp_path: Path) -> None:
    async with Process(tmp_path, settings={"PULS_FAULTS": FAULTS}) as process:
        await process.say("GET", f"/apis/v1/contacts/?cprNumber={REGISTERED}")
        await process.hand_over_many(1)
        await process.hand_over(1, status=400)
        assert await process.receipts() == []
        assert await process.due()
    assert "took a transmission: {'accepted': 1}" in process.output()
    assert REGISTERED not in process.output()
    assert uuid(1) not in process.output()
