"""Who may ask the console, and what is answered where nothing is."""

import pytest

from shared.runtime.database import Database
from tests.service.console.asking import KEY, Asked, told
from tests.support.builders import WAVE


@pytest.mark.parametrize("given", ["", "Bearer", "Bearer not-the-key", f"Basic {KEY}", f"Bearer {KEY}x"])
async def test_without_the_key_nothing_is_answered(asked: Asked, given: str) -> None:
    for path in ("/api/waves", f"/api/waves/{WAVE}", "/api/queues", "/api/set-aside", "/api/deliveries"):
        async with asked.session.get(asked.url + path, headers={"Authorization": given}) as answer:
            assert answer.status == 401
            assert "PULS_API_KEY" in (await answer.json(content_type=None))["expected"]


async def test_without_the_key_nothing_is_done(asked: Asked, kept: Database) -> None:
    async with asked.session.post(
        f"{asked.url}/api/waves", json={"survey": "lup-somatik", "month": "2026-10"}, headers={"Authorization": ""}
    ) as answer:
        assert answer.status == 401
    assert await told(kept) == []


async def test_a_path_that_is_none_is_told_in_words(asked: Asked) -> None:
    assert (await asked.get("/api/nothing", 404))["what_to_do"]
