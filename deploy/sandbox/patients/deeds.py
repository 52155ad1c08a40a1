"""What people do on the pages: one coroutine a deed, each from the letter to the page on which they leave.

Each can be done again from its beginning when the site was away, as people do, and comes to the same in the end.
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass

from deploy.sandbox.patients import words
from deploy.sandbox.patients.browser import Browser, Page
from deploy.sandbox.patients.habits import Deed, Mood
from deploy.sandbox.patients.mailbox import Letter

ENGLISH = 0.08
TYPES_CODE = 0.12
READS_CODE_IN_LETTER = 0.15
"""Of those who type it; the others take it from the link."""
GOES_BACK = 0.05
FARTHEST = 40
"""No questionnaire has more pages, so whoever has turned so many is going round in circles."""


class Lost(Exception):
    """The pages led nowhere. Says where."""


@dataclass
class Visitor:
    """A person with their letter in front of a browser."""

    browser: Browser
    site: str
    letter: Letter
    mood: Mood
    cpr: str
    visit: int = 0
    """Which one it is of those about this invitation."""
    kept: Mapping[str, str] | None = None
    """A form filled in on an earlier visit: its address under the empty name."""

    async def arrive(self) -> Page:
        """By the link, or by typing the code; some change to English."""
        page = (
            await self._by_code()
            if self.mood.hits(TYPES_CODE, f"types the code, visit {self.visit}")
            else await self._by_link()
        )
        if self.language == "en" and page.where == "start":
            return await self.browser.open(page.in_language("en"))
        return page

    @property
    def language(self) -> str:
        return "en" if self.mood.hits(ENGLISH, "answers in English") else "da"

    async def _by_link(self) -> Page:
        return await self.browser.open(self.letter.link)

    async def _by_code(self) -> Page:
        reads = self.mood.hits(READS_CODE_IN_LETTER, "reads the code in the letter")
        code = self.letter.code_in_text() if reads else self.letter.code_in_link()
        page = await self.browser.open(self.site)
        return await self.browser.press(page, None, {"code": words.typed(code, self.mood)})

    def answers(self, page: Page) -> dict[str, str]:
        return words.answers(page.form("next"), self.mood, self.cpr, self.language)


async def _to_review(visitor: Visitor) -> Page:
    """Page by page to the last one; some turn back once on the way. Ends elsewhere if the invitation has."""
    page = await visitor.arrive()
    if page.where != "start":
        return page
    page = await visitor.browser.press(page, "begin")
    turns_back = visitor.mood.hits(GOES_BACK, "goes back")
    for turned in range(FARTHEST):
        if page.where != "group":
            return page
        button = "back" if turns_back and turned == 1 else "next"
        page = await visitor.browser.press(page, button, visitor.answers(page))
        if page.where == "start":
            page = await visitor.browser.press(page, "begin")
    raise Lost(f"after {FARTHEST} pages still at {page.where}")


async def answer(visitor: Visitor) -> Page:
    page = await _to_review(visitor)
    return await visitor.browser.press(page, "submit") if page.where == "review" else page


async def answer_clicking_twice(visitor: Visitor) -> Page:
    page = await _to_review(visitor)
    if page.where != "review":
        return page
    first, _ = await asyncio.gather(visitor.browser.press(page, "submit"), visitor.browser.press(page, "submit"))
    return first


async def save_some(visitor: Visitor) -> Page:
    """One page or two, and away; half of them press pause on the last."""
    page = await visitor.arrive()
    if page.where != "start":
        return page
    page = await visitor.browser.press(page, "begin")
    pages = visitor.mood.number(1, 2, "pages saved")
    for number in range(1, pages + 1):
        if page.where != "group":
            break
        pauses = number == pages and visitor.mood.hits(0.5, "pauses")
        page = await visitor.browser.press(page, "pause" if pauses else "next", visitor.answers(page))
    return page


async def look(visitor: Visitor) -> Page:
    page = await visitor.arrive()
    begins = page.where == "start" and visitor.mood.hits(0.5, "looks at the questions")
    return await visitor.browser.press(page, "begin") if begins else page


async def decline(visitor: Visitor) -> Page:
    return await _confirm(visitor, "decline", "confirm-decline")


async def opt_out(visitor: Visitor) -> Page:
    return await _confirm(visitor, "opt_out", "confirm-opt-out")


async def _confirm(visitor: Visitor, button: str, asked: str) -> Page:
    page = await visitor.arrive()
    if page.where == "start":
        page = await visitor.browser.press(page, button)
    return await visitor.browser.press(page, "confirm") if page.where == asked else page


async def open_only(visitor: Visitor) -> Page:
    """Fills in the first page and leaves it standing there."""
    page = await visitor.arrive()
    if page.where == "start":
        page = await visitor.browser.press(page, "begin")
    if page.where == "group":
        visitor.kept = {"": page.form("next").address, **visitor.answers(page)}
    return page


async def send_opened(visitor: Visitor) -> Page:
    """Sends the page that was left standing, when it is too late."""
    if not visitor.kept:
        return await visitor.arrive()
    fields = dict(visitor.kept)
    return await visitor.browser.send(fields.pop(""), fields, "next")


DEEDS: Mapping[Deed, Callable[[Visitor], Awaitable[Page]]] = {
    "answer": answer,
    "answer_clicking_twice": answer_clicking_twice,
    "come_again": look,
    "save_some": save_some,
    "look": look,
    "decline": decline,
    "opt_out": opt_out,
    "open_only": open_only,
    "send_opened": send_opened,
}
