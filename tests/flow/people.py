"""People with a contact, a mailbox and a browser: a test says what they do."""

import json
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import aiohttp

from deploy.sandbox.patients.browser import Browser, Page
from deploy.sandbox.patients.mailbox import Envelope, Mailbox
from tests.support.deliveries import OTHER_WARD, WARD, a_contact, a_cpr

IN_TOUCH, EXEMPT, DEAD = ("01", "REGISTERED"), ("01", "EXEMPT"), ("90", "CLOSED")
ANSWER_URL = "https://svar.puls.example"


@dataclass(frozen=True)
class Patient:
    """One of a thousand made-up persons."""

    number: int

    @property
    def cpr(self) -> str:
        return a_cpr(self.number)

    def visit(self, month: str) -> dict[str, str]:
        """An hour's planned visit, about which lup-somatik asks."""
        times = {"kont_starttidspunkt": f"{month}-14 09:00:00", "kont_sluttidspunkt": f"{month}-14 10:00:00"}
        return a_contact(self.number, kont_ans=(WARD, OTHER_WARD)[self.number % 2], **times)

    def stay(self, month: str) -> dict[str, str]:
        """Two nights, about which lup-psykiatri asks."""
        times = {"kont_starttidspunkt": f"{month}-14 11:00:00", "kont_sluttidspunkt": f"{month}-16 10:00:00"}
        return a_contact(10_000 + self.number, self.number, kont_ans_hovedspec="50", **times)


def people(first: int, last: int) -> list[Patient]:
    return [Patient(number) for number in range(first, last + 1)]


class Mailboxes:
    """What lies in them, at the stand-in of Digital Post."""

    def __init__(self, address: str, pages: str) -> None:
        self._address, self._pages = address, pages

    async def listed(self, what: str) -> list[dict[str, Any]]:
        """What the stand-in lists: `messages`, `duplicates`, `attempts`."""
        async with aiohttp.ClientSession() as session, session.get(f"{self._address}/{what}") as answer:
            return [json.loads(line) async for line in answer.content if line.strip()]

    async def letters(self, to: Iterable[Patient]) -> list[Envelope]:
        """In the order in which they came."""
        recipients = {patient.cpr for patient in to}
        async with aiohttp.ClientSession() as session:
            arrived = await Mailbox(session, self._address).since(0)
        return [letter for letter in arrived if letter.cpr in recipients]

    async def link(self, to: Patient) -> str:
        """The one in their latest letter, as it can be opened on this machine."""
        *_, latest = await self.letters([to])
        async with aiohttp.ClientSession() as session:
            letter = await Mailbox(session, self._address).letter(latest.uuid)
        return letter.link.replace(ANSWER_URL, self._pages)


@asynccontextmanager
async def visit(link: str) -> AsyncIterator["Visit"]:
    """In a browser that remembers nothing."""
    async with aiohttp.TCPConnector() as connections, Browser(connections) as browser:
        yield Visit(browser, await browser.open(link))


@dataclass
class Visit:
    """Each action returns the page on which it ended, as that page calls itself."""

    browser: Browser
    page: Page

    async def answer(self, comment: str = "") -> str:
        """All of it, to the last page."""
        await self._press("begin")
        while self.page.where == "group":
            await self._fill_in("next", comment)
        return await self._press("submit")

    async def save_a_page(self, comment: str = "") -> str:
        """The first page, and away."""
        await self._press("begin")
        return await self._fill_in("pause", comment)

    async def decline(self) -> str:
        await self._press("decline")
        return await self._press("confirm")

    async def opt_out(self) -> str:
        await self._press("opt_out")
        return await self._press("confirm")

    async def _fill_in(self, button: str, comment: str) -> str:
        form = self.page.form(button)
        choices = {name: options[0] for name, options in form.choices.items()}
        return await self._press(button, choices | dict.fromkeys(form.texts, comment))

    async def _press(self, button: str, answers: dict[str, str] | None = None) -> str:
        self.page = await self.browser.press(self.page, button, answers)
        return self.page.where
