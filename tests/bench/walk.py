"""One person's way through the pages, done once as a browser does it and written down, to be repeated by many."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode, urlsplit

import aiohttp

from deploy.sandbox.patients.browser import Page

MOST_PAGES = 20


class Walk:
    """Redirects are followed as requests of their own."""

    def __init__(self, session: aiohttp.ClientSession, origin: str, code: str) -> None:
        self._session, self._origin, self._code = session, origin, code
        self.recorded: list[dict[str, Any]] = []
        """Method, tail of the path, what was sent, and what came back: status, headers, body."""

    async def answered(self) -> str:
        """The whole questionnaire, to the page that thanks; how that page calls itself."""
        page = await self._press(await self._open(f"/s/{self._code}"), "begin")
        for _ in range(MOST_PAGES):
            if page.where != "group":
                break
            page = await self._press(page, "next")
        return (await self._press(page, "submit")).where

    async def _press(self, page: Page, button: str) -> Page:
        form = page.form(button)
        choices = {name: options[0] for name, options in form.choices.items()}
        return await self._open(urlsplit(form.address).path, {**form.filled, **choices, "action": button})

    async def _open(self, path: str, fields: Mapping[str, str] | None = None) -> Page:
        method, body = ("GET", "") if fields is None else ("POST", urlencode(fields))
        headers = {"Content-Type": "application/x-www-form-urlencoded"} if body else {}
        url = f"{self._origin}{path}"
        async with self._session.request(method, url, data=body, headers=headers, allow_redirects=False) as answer:
            came = await answer.read()
        told = {name: value for name, value in answer.headers.items() if name.lower() not in HOP}
        tail = path.removeprefix(f"/s/{self._code}")
        found = {"status": answer.status, "headers": told, "answer": came.decode()}
        self.recorded.append({"method": method, "tail": tail, "body": body, **found})
        if answer.status == 303:
            return await self._open(urlsplit(answer.headers["location"]).path)
        return Page(url, answer.status, came)


HOP = {"content-length", "date", "connection"}
"""Headers that whoever answers writes himself."""
