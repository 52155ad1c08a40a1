"""Debian's Chromium, driven by Playwright."""

import os
import shutil
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from playwright.async_api import Browser, async_playwright

from tests.service.responses.site import Site, site
from tests.support.builders import danish
from tests.support.databases import Database as Copies


@pytest.fixture
async def chromium() -> AsyncIterator[Browser]:
    """The browser named by CHROMIUM, else the system's."""
    program = os.environ.get("CHROMIUM") or shutil.which("chromium")
    if program is None:
        pytest.fail("There is no browser to look at the pages with: `make chromium`, or name one by CHROMIUM=/path.")
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=program, args=["--no-sandbox"])
        yield browser
        await browser.close()


@pytest.fixture
async def answers(database: Copies, valkey: str, tmp_path: Path) -> AsyncIterator[Site]:
    """The answer pages."""
    async with site(database("responses"), valkey, tmp_path, danish("2026-11-10 18:00")) as made:
        yield made
