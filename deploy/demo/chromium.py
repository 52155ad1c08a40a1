"""Debian's Chromium, driven by Playwright."""

import os
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from playwright.async_api import Browser, async_playwright

from deploy.local.errors import CannotStart


@asynccontextmanager
async def chromium() -> AsyncIterator[Browser]:
    """The browser named by CHROMIUM, else the system's."""
    program = os.environ.get("CHROMIUM") or shutil.which("chromium")
    if program is None:
        raise CannotStart("There is no browser to look at pages with: `make chromium`, or name one by CHROMIUM=/path.")
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=program, args=["--no-sandbox"])
        yield browser
        await browser.close()
