"""A browser without JavaScript: follows links, fills the form on the page, presses a button, follows redirects."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import TracebackType
from typing import Self
from urllib.parse import urljoin

import aiohttp
import lxml.etree as etree
from lxml import html

_UTF8 = html.HTMLParser(encoding="utf-8")
_WHERE = etree.XPath("string(//main/@data-page)")
_FORMS = etree.XPath("//form")
_BUTTONS = etree.XPath(".//button")
_FIELDS = etree.XPath(".//input[@name] | .//textarea[@name]")
_LANGUAGE = etree.XPath("string(//a[@hreflang=$language]/@href)")


class Away(Exception):
    """The site did not answer, has trouble, or asks for patience: to be tried again in a moment."""


class NotOnThePage(Exception):
    """The page has no such button or link. Says where that was."""


@dataclass(frozen=True)
class Form:
    """A form as it stands on the page."""

    address: str
    filled: Mapping[str, str]
    """What the page itself put in."""
    choices: Mapping[str, Sequence[str]]
    """Groups of radio buttons: name -> values."""
    texts: Sequence[str]
    """Names of text areas."""


class Page:
    """A page that was shown."""

    def __init__(self, address: str, status: int, body: bytes) -> None:
        self.address = address
        self.status = status
        self._tree = html.document_fromstring(body, parser=_UTF8)
        self.where: str = _WHERE(self._tree)
        """Which page it says it is; empty where it does not say."""

    def form(self, button: str | None) -> Form:
        """The form with this button; None: a button without a value. Raises NotOnThePage."""
        for form in _FORMS(self._tree):
            if any(each.get("value") == button for each in _BUTTONS(form)):
                return self._read(form)
        raise NotOnThePage(f"{self.where or 'a nameless page'} ({self.status}): no button {button}")

    def in_language(self, language: str) -> str:
        """The address of the same page in this language. Raises NotOnThePage."""
        address = _LANGUAGE(self._tree, language=language)
        if not address:
            raise NotOnThePage(f"{self.where or 'a nameless page'} ({self.status}): no link to language {language}")
        return urljoin(self.address, address)

    def _read(self, form: html.HtmlElement) -> Form:
        filled: dict[str, str] = {}
        choices: dict[str, list[str]] = {}
        texts: list[str] = []
        for field in _FIELDS(form):
            name = field.get("name", "")
            if field.tag == "textarea":
                texts.append(name)
                filled[name] = (field.text or "").removeprefix("\n")
            elif field.get("type") != "radio":
                filled[name] = field.get("value", "")
            else:
                choices.setdefault(name, []).append(field.get("value", ""))
                if field.get("checked") is not None:
                    filled[name] = field.get("value", "")
        return Form(urljoin(self.address, form.get("action") or self.address), filled, choices, texts)


class Browser:
    """One person's browser on one device: cookies of its own, connections shared with others."""

    def __init__(self, connections: aiohttp.BaseConnector) -> None:
        self._session = aiohttp.ClientSession(
            connector=connections, connector_owner=False, timeout=aiohttp.ClientTimeout(total=30)
        )
        self.pages = 0
        """How many it has shown."""

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        await self._session.close()

    async def open(self, address: str) -> Page:
        """Raises Away."""
        return await self._show("GET", address)

    async def press(self, page: Page, button: str | None, answers: Mapping[str, str] | None = None) -> Page:
        """Sends the form as it stands, with these answers put in. Raises Away, NotOnThePage."""
        form = page.form(button)
        return await self.send(form.address, {**form.filled, **(answers or {})}, button)

    async def send(self, address: str, fields: Mapping[str, str], button: str | None) -> Page:
        """Sends what was filled in, maybe long ago. Raises Away."""
        pressed = {} if button is None else {"action": button}
        return await self._show("POST", address, {**fields, **pressed})

    async def _show(self, method: str, address: str, fields: Mapping[str, str] | None = None) -> Page:
        try:
            async with self._session.request(method, address, data=fields) as answer:
                body = await answer.read()
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            raise Away(type(error).__name__) from error
        if answer.status >= 500 or answer.status == 429:
            raise Away(f"status {answer.status}")
        self.pages += 1
        return Page(str(answer.url), answer.status, body)
