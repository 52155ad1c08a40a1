"""Lives through a small month and takes the pictures of the README: `make screenshots`."""

import asyncio
import sys
from datetime import datetime
from io import StringIO
from pathlib import Path

import aiohttp
from playwright.async_api import Browser, Page, ViewportSize
from rich.console import Console

from deploy.demo.chromium import chromium
from deploy.demo.funnel import Progress, render
from deploy.demo.scenario import BEGINS, ENDS, Options, Scenario, open_scenario, prepare, remove_earlier
from deploy.local.errors import CannotStart
from deploy.sandbox.patients.mailbox import Mailbox
from shared.runtime.clock import DENMARK

FOLDER = Path("var/screenshots")
PICTURES = Path("docs/screenshots")
OPTIONS = Options(seed="1", patients=600, leave=True)
STOPS = datetime(2026, 12, 8, 6, tzinfo=DENMARK)
"""November's invitations have just arrived, and October's are nearly all closed."""
COLUMNS = 78
DESK: ViewportSize = {"width": 1180, "height": 800}
PHONE: ViewportSize = {"width": 390, "height": 844}
TERMINAL = """
<style>
  body { margin: 0; background: #14181d; width: max-content; }
  pre { margin: 0; padding: 24px; color: #e8eaed; font: 15px/1.35 monospace; }
</style>
<body><pre>{code}</pre></body>
"""


def main() -> int:
    try:
        remove_earlier(FOLDER)
        FOLDER.mkdir(parents=True, exist_ok=True)
        PICTURES.mkdir(parents=True, exist_ok=True)
        with open_scenario(FOLDER.absolute(), OPTIONS) as scenario:
            asyncio.run(_take(scenario))
    except CannotStart as trouble:
        print(trouble, file=sys.stderr)
        return 1
    print(f"The pictures are in {PICTURES}.")
    return 0


async def _take(scenario: Scenario) -> None:
    await prepare(scenario)
    async with scenario.stepper() as stepper:
        while (now := await stepper.step()) and now < STOPS:
            scenario.stack.check()
        await stepper.until_rest()
    async with chromium() as browser, aiohttp.ClientSession() as session:
        await _funnel(scenario, browser, session)
        await _console(scenario, browser, session)
        await _questionnaire(scenario, browser, session)


async def _funnel(scenario: Scenario, browser: Browser, session: aiohttp.ClientSession) -> None:
    """As it stands in the terminal."""
    async with session.get(f"{scenario.stack.addresses.url('console')}/api/waves", headers=_key(scenario)) as answer:
        waves = await answer.json()
    console = Console(record=True, width=COLUMNS, file=StringIO(), force_terminal=True)
    console.print(render(Progress(BEGINS, ENDS, scenario.clock.now(), 70.0), waves))
    page = await browser.new_page(viewport=DESK)
    await page.set_content(TERMINAL.replace("{code}", console.export_html(inline_styles=True, code_format="{code}")))
    await page.locator("pre").screenshot(path=PICTURES / "funnel.png")


async def _console(scenario: Scenario, browser: Browser, session: aiohttp.ClientSession) -> None:
    """As an operator sees it."""
    console = scenario.stack.addresses.url("console")
    async with session.put(f"{console}/api/operators/anna", headers=_key(scenario)) as answer:
        password = (await answer.json())["password"]
    page = await browser.new_page(viewport=DESK)
    await page.goto(f"{console}/log-in")
    await page.get_by_label("Name").fill("anna")
    await page.get_by_label("Password").fill(password)
    await page.get_by_role("button", name="Log in").click()
    await page.wait_for_url(f"{console}/")
    await _picture(page, "console-overview")
    for name, path in (("console-wave", "waves/lup-somatik-2026-10"), ("console-queues", "queues")):
        await page.goto(f"{console}/{path}")
        await _picture(page, name)


def _key(scenario: Scenario) -> dict[str, str]:
    return {"Authorization": f"Bearer {scenario.stack.state.keys['PULS_API_KEY']}"}


async def _questionnaire(scenario: Scenario, browser: Browser, session: aiohttp.ClientSession) -> None:
    """The page behind the link of a letter, on a telephone."""
    mailbox = Mailbox(session, scenario.stack.addresses.url("digital_post"))
    latest = (await mailbox.since(0))[-1]
    link = (await mailbox.letter(latest.uuid)).link
    page = await browser.new_page(viewport=PHONE)
    await page.goto(f"{scenario.stack.addresses.url('responses')}/s/{link.rpartition('/')[2]}")
    await _picture(page, "questionnaire-start")
    await page.goto(f"{page.url}/1")
    await _picture(page, "questionnaire-page")


async def _picture(page: Page, name: str) -> None:
    await page.screenshot(path=PICTURES / f"{name}.png")


if __name__ == "__main__":
    sys.exit(main())
