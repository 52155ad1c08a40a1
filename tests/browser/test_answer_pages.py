"""The answer pages as people meet them: on a small screen, without JavaScript, by keyboard, read aloud."""

import re
from urllib.parse import urlsplit

import pytest
from axe_playwright_python.async_playwright import Axe
from playwright.async_api import Browser, Page, ViewportSize, expect

from shared.events import InvitationClosed
from tests.service.responses.site import Site
from tests.support.builders import an_invitation, cleared

SMALL: ViewportSize = {"width": 320, "height": 640}
LARGE: ViewportSize = {"width": 1280, "height": 900}
WCAG = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "best-practice"]}
TARGETS = "button, .button, .option, textarea, input[type=text], .language"


async def _opened(answers: Site) -> str:
    await answers.consume(cleared())
    return f"{answers.url}/s/{answers.code(an_invitation())}"


async def _shows(page: Page, kind: str) -> None:
    """Waits until a page of this kind is there: a click returns before the next page has come."""
    await expect(page.locator("main")).to_have_attribute("data-page", kind)


async def _every_page(answers: Site, language: str) -> list[str]:
    """The addresses of pages of every kind."""
    at = await _opened(answers)
    await answers.post(f"{urlsplit(at).path}/3", action="pause", comment="Ring 12 34 56 78")
    paths = ["", "/1", "/2", "/3", "/review", "/paused", "/decline", "/opt-out"]
    return [f"{at}{path}?language={language}" for path in paths] + [
        f"{answers.url}/?language={language}",
        f"{answers.url}/s/unknown?language={language}",
    ]


async def test_a_person_answers_on_a_small_screen_without_javascript(answers: Site, chromium: Browser) -> None:
    page = await chromium.new_page(viewport=SMALL, java_script_enabled=False)
    await page.goto(await _opened(answers))
    await page.get_by_role("button", name="Begynd").click()
    for group in (1, 2, 3):
        await expect(page.get_by_text(f"Side {group} af 3")).to_be_visible()
        await page.get_by_role("radio", name="I høj grad").first.check()
        await page.get_by_role("button", name="Gem og fortsæt").click()
    await _shows(page, "review")
    await page.get_by_role("button", name="Send mine svar").click()
    await _shows(page, "thanks")
    assert [event.outcome for event in await answers.published() if isinstance(event, InvitationClosed)] == ["complete"]


async def test_a_person_answers_by_keyboard_alone(answers: Site, chromium: Browser) -> None:
    page = await chromium.new_page(viewport=LARGE)
    await page.goto(await _opened(answers))
    await _tab_to(page, "button[value=begin]")
    await _enter(page)
    await _tab_to(page, "input[name=friendly_staff]")
    await page.keyboard.press("Space")
    await page.keyboard.press("ArrowDown")
    for shown in ("group", "group", "review"):
        await _tab_to(page, "button[value=next]")
        await _enter(page)
        await _shows(page, shown)
    assert (await answers.row(an_invitation()))["answers"] == {"friendly_staff": "to_a_high_degree"}


async def test_what_is_focused_is_seen(answers: Site, chromium: Browser) -> None:
    page = await chromium.new_page(viewport=SMALL)
    await page.goto(f"{await _opened(answers)}/3")
    for _ in range(12):
        await page.keyboard.press("Tab")
        outline = await page.evaluate(
            "(() => { const seen = document.activeElement.closest('.option') ?? document.activeElement;"
            " return parseFloat(getComputedStyle(seen).outlineWidth); })()"
        )
        assert outline >= 3


@pytest.mark.parametrize(("screen", "language"), [(SMALL, "da"), (SMALL, "en"), (LARGE, "da")])
async def test_every_page_is_accessible(answers: Site, chromium: Browser, screen: ViewportSize, language: str) -> None:
    page = await chromium.new_page(viewport=screen)
    for address in await _every_page(answers, language):
        await page.goto(address)
        assert (await Axe().run(page, options=WCAG)).response["violations"] == [], address


async def test_pages_with_mistakes_are_accessible_and_the_mistakes_come_first(answers: Site, chromium: Browser) -> None:
    page = await chromium.new_page(viewport=SMALL)
    await page.goto(f"{await _opened(answers)}/3")
    await page.locator("textarea").fill("x" * 4001)
    await page.locator("button[value=next]").click()
    await expect(page).to_have_title(re.compile("^Fejl: "))
    await expect(page.locator(".errors")).to_be_focused()
    assert (await Axe().run(page, options=WCAG)).response["violations"] == []
    await page.locator(".errors a").click()
    await expect(page.locator("textarea")).to_be_focused()


async def test_nothing_has_to_be_scrolled_sideways_on_a_small_screen(answers: Site, chromium: Browser) -> None:
    page = await chromium.new_page(viewport=SMALL)
    for address in await _every_page(answers, "da"):
        await page.goto(address)
        assert await page.evaluate("document.documentElement.scrollWidth") == SMALL["width"], address


async def test_whatever_is_touched_is_large_enough(answers: Site, chromium: Browser) -> None:
    page = await chromium.new_page(viewport=SMALL)
    for address in await _every_page(answers, "da"):
        await page.goto(address)
        heights = await page.locator(TARGETS).evaluate_all("all => all.map(one => one.getBoundingClientRect().height)")
        assert all(height >= 44 for height in heights), address


async def test_the_browser_asks_nobody_else_and_finds_nothing_forbidden(answers: Site, chromium: Browser) -> None:
    page = await chromium.new_page(viewport=SMALL)
    hosts, complaints = set[str](), list[str]()
    page.on("request", lambda request: hosts.add(urlsplit(request.url).netloc))
    page.on("console", lambda message: complaints.append(message.text))
    for address in await _every_page(answers, "da"):
        await page.goto(address)
    assert hosts == {urlsplit(answers.url).netloc}
    assert [one for one in complaints if "404" not in one] == []


async def test_the_language_changes_where_one_stands(answers: Site, chromium: Browser) -> None:
    page = await chromium.new_page(viewport=SMALL)
    await page.goto(f"{await _opened(answers)}/2")
    await page.get_by_role("link", name="English").click()
    await expect(page.get_by_role("heading", name="Taking part")).to_be_visible()
    await page.get_by_role("button", name="Save and continue").click()
    await expect(page.get_by_role("heading", name="All in all")).to_be_visible()


async def _enter(page: Page) -> None:
    async with page.expect_navigation():
        await page.keyboard.press("Enter")


async def _tab_to(page: Page, selector: str) -> None:
    for _ in range(60):
        await page.keyboard.press("Tab")
        if await page.evaluate("selector => document.activeElement.matches(selector)", selector):
            return
    raise AssertionError(f"{selector} is not reached by the keyboard on {page.url}")
