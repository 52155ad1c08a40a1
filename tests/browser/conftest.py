"""A browser, and the pages that it looks at."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from playwright.async_api import Browser

from deploy.demo import chromium as browsers
from tests.service.responses.site import Site, site
from tests.support.builders import danish
from tests.support.databases import Database as Copies


@pytest.fixture
async def chromium() -> AsyncIterator[Browser]:
    async with browsers.chromium() as browser:
        yield browser


@pytest.fixture
async def answers(database: Copies, valkey: str, tmp_path: Path) -> AsyncIterator[Site]:
    """The answer pages."""
    async with site(database("responses"), valkey, tmp_path, danish("2026-11-10 18:00")) as made:
        yield made
