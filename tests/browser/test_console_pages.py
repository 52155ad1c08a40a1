"""The console's pages as operators meet them: on a phone and a desk, without JavaScript, by keyboard, read aloud."""

import re
from collections.abc import AsyncIterator, Sequence
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from axe_playwright_python.async_playwright import Axe
from playwright.async_api import Browser, BrowserContext, Page, ViewportSize, expect

from services.console.pages.app import PROTECTED
from shared.events import letter_id
from shared.runtime import pages
from shared.runtime.database import Database
from tests.service.console.api_client import KEY, NOW, at, consumed, outbox_rows
from tests.service.console.busy_month import ANSWERED, HELD_BACK, PSYCHIATRY, busy_month
from tests.service.console.console_app import AT_EASE, Operator, console_app, internal_api
from tests.service.console.made_up_service import MadeUpService, made_up_service
from tests.support.builders import WAVE, a_unit, set_aside
from tests.support.databases import Database as Copies
from tests.support.pages import listening

SMALL: ViewportSize = {"width": 320, "height": 640}
LARGE: ViewportSize = {"width": 1280, "height": 900}
WCAG = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}
TARGETS = "button, .button, nav a, .tabs a, .choose, input[type=text], input[type=password], select"
BEHIND = {**AT_EASE, "reads": [{"topic": "t", "partition": 0, "offset": 0, "end": 1200, "oldest_seconds": 400.0}]}

SINCE = "2026-11-12T09:00:00+00:00"
TROUBLED = {
    **AT_EASE,
    "rounds": [{"name": "hand_over_reminder", "due": "2026-11-13T07:00:00+00:00", "since": None, "failing": None}],
    "waiting": [{"where": "pull_receipts", "failure": "ClientConnectorError at client.py:82", "since": SINCE}],
    "halts": [{"work": "hand_over_invitation", "because": "20 of 60 came to unknown_code", "at": SINCE}],
}
"""What dispatch says that waits for Digital Post, and has halted some of its work."""
ITEMS = [
    {"work": "hand_over_invitation", "key": f"letter-{n}", "reason": "unknown_code", "detail": "", "since": SINCE}
    for n in range(3)
]
STUCK = "service=dispatch&work=hand_over_invitation&reason=unknown_code"
RECORD = set_aside()
ADDRESSES: dict[str, Sequence[str]] = {
    "/": ["/"],
    "/waves": ["/waves"],
    "/waves/request": ["/waves/request"],
    "/waves/request/confirm": [
        "/waves/request/confirm?survey=lup-somatik&month=2026-09",
        "/waves/request/confirm?survey=nothing&month=2026-09",
    ],
    "/waves/{wave}": [
        f"/waves/{WAVE}",
        f"/waves/{WAVE}?by=region",
        f"/waves/{WAVE}?by=unit",
        f"/waves/{WAVE}?by=unit&part={a_unit(1).code}",
        "/waves/none-2025-10",
    ],
    "/waves/{wave}/receipts": [f"/waves/{WAVE}/receipts", f"/waves/{PSYCHIATRY}/receipts"],
    "/waves/{wave}/units/{unit}": [f"/waves/{WAVE}/units/{a_unit(1).code}", f"/waves/{WAVE}/units/none?page=2"],
    "/waves/{wave}/{action}": [f"/waves/{WAVE}/pause", f"/waves/{WAVE}/stop"],
    "/queues": ["/queues"],
    "/queues/{service}/resume": [
        "/queues/karens/resume",
        "/queues/nobody/resume",
        "/queues/console/resume",
        "/queues/dispatch/resume?work=hand_over_invitation",
    ],
    "/set-aside": ["/set-aside", "/set-aside?service=dispatch", "/set-aside?reason=nothing"],
    "/set-aside/redrive": [
        "/set-aside/redrive?all=yes&service=karens",
        "/set-aside/redrive",
        f"/set-aside/redrive?id={RECORD.id}",
    ],
    "/set-aside/leave": ["/set-aside/leave?all=yes&service=karens", f"/set-aside/leave?id={RECORD.id}"],
    "/set-aside/{id}": [f"/set-aside/{RECORD.id}"],
    "/stuck": ["/stuck", f"/stuck?{STUCK}", "/stuck?service=dispatch&work=nothing"],
    "/stuck/retry": [f"/stuck/retry?all=yes&{STUCK}", f"/stuck/retry?key=letter-1&{STUCK}", "/stuck/retry"],
    "/stuck/leave": [f"/stuck/leave?all=yes&{STUCK}"],
    "/deliveries": ["/deliveries"],
    "/deliveries/leave": ["/deliveries/leave?manifest=nothing"],
    "/invitations": ["/invitations", "/invitations?id=nothing"],
    "/invitations/{id}": [f"/invitations/{ANSWERED.id}", f"/invitations/{HELD_BACK.id}"],
    "/letters/{id}": [f"/letters/{letter_id(ANSWERED.id, 1)}"],
    "/trail": ["/trail"],
}
"""Each page that can be got -> where it stands, in every shape that it has."""
OUTSIDE = ("/log-in", "/nothing")
OF_THE_REMINDER = ["Reminder 1 is due", "Reminder 1 was handed over", "Reminder 1 lies in the mailbox"]
OF_THE_REST = [
    "Drawn",
    "Cleared",
    "The invitation's letter was handed over",
    "lies in the mailbox",
    "The person sent their answers",
    "Closed: complete",
]


@pytest.fixture
def resumed() -> list[int]:
    return []


@pytest.fixture
def dispatch() -> MadeUpService:
    return MadeUpService(dict(TROUBLED), items=list(ITEMS))


@pytest.fixture
async def operator(
    database: Copies, resumed: list[int], dispatch: MadeUpService, tmp_path: Path
) -> AsyncIterator[Operator]:
    """A busy month, with one service that has stopped itself, one in trouble, and a console that is behind."""
    db = Database(database("console"), connections=4)
    pages.install(db, at(NOW, tmp_path), "puls")
    await consumed(db, *busy_month())
    async with (
        internal_api(resumed) as karens,
        internal_api([], BEHIND) as own,
        listening(made_up_service(dispatch, KEY)) as troubled,
        listening(console_app({"karens": karens, "console": own, "dispatch": troubled})) as url,
        Operator.at(url, db) as made,
    ):
        yield made
    await db.close()


async def test_every_page_that_can_be_got_is_looked_at() -> None:
    assert ADDRESSES.keys() == {path for method, path in PROTECTED if method == "GET"}


@pytest.mark.parametrize("screen", [SMALL, LARGE], ids=["small", "large"])
async def test_every_page_is_accessible_and_keeps_to_itself(
    operator: Operator, chromium: Browser, screen: ViewportSize
) -> None:
    hosts, complaints = set[str](), list[str]()
    page = await _logged_in(operator, await chromium.new_context(viewport=screen))
    page.on("request", lambda request: hosts.add(urlsplit(request.url).netloc))
    page.on("console", lambda message: complaints.append(message.text))
    for path in _every_address():
        await page.goto(operator.url + path)
        assert (await Axe().run(page, options=WCAG)).response["violations"] == [], path
        assert await page.evaluate("document.documentElement.scrollWidth") <= screen["width"], path
    assert hosts == {urlsplit(operator.url).netloc}
    assert [text for text in complaints if not re.search("404|409|422", text)] == []


@pytest.mark.parametrize("path", ["/queues", "/deliveries", "/set-aside", f"/stuck?{STUCK}", "/trail"])
async def test_on_a_small_screen_rows_are_blocks_that_fit_and_say_what_is_what(
    operator: Operator, chromium: Browser, path: str
) -> None:
    page = await _logged_in(operator, await _plain(chromium))
    await page.goto(operator.url + path)
    boxes = page.locator(".wide")
    assert await boxes.count()
    assert await boxes.evaluate_all("all => all.filter(box => box.scrollWidth > box.clientWidth).length") == 0
    labels = "all => all.filter(cell => cell.innerText).map(cell => getComputedStyle(cell, '::before').content)"
    assert {'""', "none", "normal"}.isdisjoint(await boxes.locator("tbody td").evaluate_all(labels))


async def test_the_log_in_with_a_mistake_is_accessible(operator: Operator, chromium: Browser) -> None:
    page = await chromium.new_page(viewport=SMALL)
    await page.goto(f"{operator.url}/log-in")
    await _fill_in(page, "wrong")
    await expect(page.get_by_role("alert")).to_contain_text("The name or the password is wrong")
    assert (await Axe().run(page, options=WCAG)).response["violations"] == []


async def test_whatever_is_touched_is_large_enough(operator: Operator, chromium: Browser) -> None:
    page = await _logged_in(operator, await chromium.new_context(viewport=SMALL))
    for path in _every_address():
        await page.goto(operator.url + path)
        heights = await page.locator(TARGETS).evaluate_all(
            "all => all.map(target => target.getBoundingClientRect().height)"
        )
        assert all(height >= 44 for height in heights), path


async def test_the_overview_says_that_something_stands_still_and_that_the_console_is_behind(
    operator: Operator, chromium: Browser
) -> None:
    page = await _logged_in(operator, await _plain(chromium))
    await expect(page.get_by_role("heading", level=1)).to_have_text("Stands still")
    await expect(page.locator(".alerts")).to_contain_text(
        "karens has stopped itself: 25 of the last 1000 records failed"
    )
    await expect(page.get_by_role("status")).to_contain_text("1,200 records are not counted yet")


async def test_a_wave_is_paused_with_a_confirmation_and_a_trail(operator: Operator, chromium: Browser) -> None:
    page = await _logged_in(operator, await _plain(chromium))
    await page.goto(f"{operator.url}/waves/{WAVE}")
    await page.get_by_role("link", name="Pause", exact=True).click()
    await expect(page.get_by_role("heading", name=f"Pause {WAVE}?")).to_be_visible()
    assert await outbox_rows(operator.db) == []
    await page.get_by_role("button", name="Pause the wave").click()
    await expect(page.locator(".tag")).to_have_text("paused")
    await expect(page.get_by_role("row").filter(has_text="admin")).to_contain_text("paused")
    assert [(event["wanted"], event["requested_by"]) for _, _, event in await outbox_rows(operator.db)] == [
        ("paused", "admin")
    ]


async def test_a_wave_is_requested(operator: Operator, chromium: Browser) -> None:
    page = await _logged_in(operator, await _plain(chromium))
    await page.goto(f"{operator.url}/waves/request")
    await page.get_by_label("Survey").select_option("lup-psykiatri")
    await page.get_by_label("Month of the contacts").fill("2026-09")
    await page.get_by_role("button", name="Go on").click()
    await page.get_by_role("button", name="Start the wave").click()
    await expect(page.get_by_role("heading", level=1)).to_have_text("lup-psykiatri-2026-09")
    assert [event["wave"] for _, _, event in await outbox_rows(operator.db)] == ["lup-psykiatri-2026-09"]


async def test_a_service_is_told_to_go_on(operator: Operator, chromium: Browser, resumed: list[int]) -> None:
    page = await _logged_in(operator, await _plain(chromium))
    await page.goto(f"{operator.url}/queues")
    await page.get_by_role("link", name="Let karens go on").click()
    await page.get_by_label("Failures that are no reason").fill("40")
    await page.get_by_role("button", name="Let it go on").click()
    await expect(page.get_by_role("heading", level=1)).to_have_text("Queues")
    assert resumed == [40]


async def test_the_overview_says_what_a_service_waits_for_has_halted_and_has_stuck(
    operator: Operator, chromium: Browser
) -> None:
    page = await _logged_in(operator, await _plain(chromium))
    for what in (
        "dispatch waits at pull receipts: ClientConnectorError at client.py:82",
        "dispatch has halted hand over invitation: 20 of 60 came to unknown_code",
        "3 items of hand over invitation stuck in dispatch: unknown code",
    ):
        await expect(page.locator(".alerts")).to_contain_text(what)
    await page.goto(f"{operator.url}/queues")
    await expect(page.locator("main")).to_contain_text("Dispatch waits at pull receipts")


async def test_the_chosen_stuck_items_are_tried_again(
    operator: Operator, chromium: Browser, dispatch: MadeUpService
) -> None:
    page = await _logged_in(operator, await _plain(chromium))
    await page.goto(f"{operator.url}/set-aside")
    await page.get_by_role("link", name="unknown code at dispatch in hand over invitation").click()
    await page.get_by_label("letter-1", exact=True).check()
    await page.get_by_role("button", name="Try the chosen ones again").click()
    await page.get_by_role("button", name="Try again").click()
    await expect(page.get_by_role("heading", level=1)).to_have_text("Stuck work")
    assert [item["key"] for item in dispatch.items] == ["letter-0", "letter-2"]


async def test_the_chosen_records_are_published_again(operator: Operator, chromium: Browser) -> None:
    page = await _logged_in(operator, await _plain(chromium))
    await page.goto(f"{operator.url}/set-aside?service=karens")
    for offset in (0, 3):
        await page.get_by_label(f"puls.inclusion.v1/0/{offset}", exact=True).check()
    await page.get_by_role("button", name="Publish the chosen ones again").click()
    await expect(page.get_by_role("heading", name="Publish 2 records again?")).to_be_visible()
    await page.get_by_role("button", name="Publish again").click()
    await expect(page.get_by_role("heading", level=1)).to_have_text("Set aside")
    assert len(await outbox_rows(operator.db)) == 2


async def test_where_no_record_is_chosen_none_is_published_again(operator: Operator, chromium: Browser) -> None:
    page = await _logged_in(operator, await _plain(chromium))
    await page.goto(f"{operator.url}/set-aside")
    await page.get_by_role("button", name="Publish the chosen ones again").click()
    await expect(page.locator("main")).to_contain_text("No record is chosen")
    await expect(page.get_by_role("button", name="Publish again")).to_have_count(0)


async def test_all_records_alike_are_published_again(operator: Operator, chromium: Browser) -> None:
    page = await _logged_in(operator, await _plain(chromium))
    await page.goto(f"{operator.url}/set-aside")
    await page.get_by_role("link", name="survey unknown at karens").click()
    await page.get_by_role("link", name="Publish all 12 waiting again").click()
    await page.get_by_role("button", name="Publish again").click()
    await expect(page.get_by_role("link", name="survey unknown at karens")).to_be_visible()
    await expect(page.get_by_role("link", name="Publish all")).to_have_count(0)
    assert len(await outbox_rows(operator.db)) == 12


async def test_a_letter_is_found_and_its_story_told_before_that_of_its_invitation(
    operator: Operator, chromium: Browser
) -> None:
    page = await _logged_in(operator, await _plain(chromium))
    await page.goto(f"{operator.url}/invitations")
    await page.get_by_label("The id of an invitation or of a letter").fill(str(letter_id(ANSWERED.id, 1)))
    await page.get_by_role("button", name="Show its story").click()
    await expect(page.get_by_role("heading", level=1)).to_have_text("A letter's story")
    own, rest = await page.locator(".story").all()
    await expect(own.locator("li > span")).to_contain_text(OF_THE_REMINDER)
    await expect(rest.locator("li > span")).to_contain_text(OF_THE_REST)


async def test_an_operator_gets_everywhere_by_keyboard(operator: Operator, chromium: Browser) -> None:
    page = await chromium.new_page(viewport=LARGE)
    await page.goto(f"{operator.url}/log-in")
    await expect(page.get_by_label("Name")).to_be_focused()
    await page.keyboard.type("admin")
    await page.keyboard.press("Tab")
    await page.keyboard.type(operator.password)
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("heading", level=1)).to_have_text("Stands still")
    for _ in range(3):
        await page.keyboard.press("Tab")
    await expect(page.get_by_role("link", name="Waves", exact=True)).to_be_focused()
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("heading", level=1)).to_have_text("Waves")


def _every_address() -> list[str]:
    return [path for paths in ADDRESSES.values() for path in paths] + list(OUTSIDE)


async def _plain(chromium: Browser) -> BrowserContext:
    return await chromium.new_context(viewport=SMALL, java_script_enabled=False)


async def _logged_in(operator: Operator, context: BrowserContext) -> Page:
    page = await context.new_page()
    await page.goto(f"{operator.url}/log-in")
    await _fill_in(page, operator.password)
    await expect(page.locator("main")).to_have_attribute("data-page", "overview")
    return page


async def _fill_in(page: Page, password: str) -> None:
    await page.get_by_label("Name").fill("admin")
    await page.get_by_label("Password").fill(password)
    await page.get_by_role("button", name="Log in").click()
