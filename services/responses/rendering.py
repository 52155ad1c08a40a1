"""How a page becomes a response: templates, words, addresses, and the headers that every page has."""

import hashlib
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from fastapi import Request, Response
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.routing import Match

from shared.surveys import Language

HERE = Path(__file__).parent
LANGUAGES: tuple[Language, ...] = ("da", "en")
METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE")

HEADERS = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'; "
        "frame-ancestors 'none'"
    ),
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Robots-Tag": "noindex, nofollow",
}
"""The address of a page holds the code: no cache on the way stores it, and the browser passes it on to nobody."""


@dataclass(frozen=True)
class PageUrls:
    """The addresses that can be reached from a page, all in its language."""

    language: Language
    path: str
    code: str = ""
    is_late: bool = False
    """What was sent from the page before came too late, and this page says so."""

    @property
    def code_page(self) -> str:
        return self._in_language("/")

    @property
    def start(self) -> str:
        return self._in_language(f"/s/{self.code}")

    @property
    def late(self) -> str:
        """The start page, with the word that what was just sent came too late."""
        return f"{self.start}{'&' if '?' in self.start else '?'}late=yes"

    @property
    def review(self) -> str:
        return self._in_language(f"/s/{self.code}/review")

    @property
    def paused(self) -> str:
        return self._in_language(f"/s/{self.code}/paused")

    @property
    def decline(self) -> str:
        return self._in_language(f"/s/{self.code}/decline")

    @property
    def opt_out(self) -> str:
        return self._in_language(f"/s/{self.code}/opt-out")

    @property
    def other_language(self) -> str:
        return self.path if self.language == "en" else f"{self.path}?language=en"

    def group(self, number: int) -> str:
        return self._in_language(f"/s/{self.code}/{number}")

    def _in_language(self, path: str) -> str:
        return f"{path}?language=en" if self.language == "en" else path


def urls_of(request: Request, code: str = "") -> PageUrls:
    """The addresses around the page that was requested; Danish unless it asks for English."""
    language: Language = "en" if request.query_params.get("language") == "en" else "da"
    return PageUrls(language, request.url.path, code, is_late=request.query_params.get("late") == "yes")


def methods_of(request: Request) -> str:
    """What may be done at the address that was asked, as `Allow` lists it."""
    scopes = [{**request.scope, "method": method} for method in METHODS]
    served = [scope for scope in scopes if any(route.matches(scope)[0] is Match.FULL for route in request.app.routes)]
    return ", ".join(scope["method"] for scope in served)


class Static:
    """The files that pages refer to, each under a name that changes with its content."""

    def __init__(self, folder: Path = HERE / "static") -> None:
        self._files = {file: file.read_bytes() for file in sorted(folder.iterdir())}
        names = {file.suffix[1:]: _named_by_content(file, content) for file, content in self._files.items()}
        self.css, self.icon = f"/static/{names['css']}", f"/static/{names['svg']}"
        self._by_name = {_named_by_content(file, content): file for file, content in self._files.items()}

    def response(self, name: str) -> Response | None:
        file = self._by_name.get(name)
        if file is None:
            return None
        kind = {".css": "text/css; charset=utf-8", ".svg": "image/svg+xml"}[file.suffix]
        headers = {**HEADERS, "Cache-Control": "public, max-age=31536000, immutable"}
        return Response(self._files[file], media_type=kind, headers=headers)


class Renderer:
    """Renders templates, all of them compiled at the start. A name that is missing in one is an error."""

    def __init__(self) -> None:
        self.static = Static()
        self.words = read_words()
        environment = Environment(
            loader=FileSystemLoader(HERE / "templates"),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
            auto_reload=False,
        )
        names = environment.list_templates(extensions=["html"])
        self._templates = {name.removesuffix(".html"): environment.get_template(name) for name in names}

    def page(
        self,
        template: str,
        urls: PageUrls,
        *,
        title: str,
        status: int = 200,
        errors: Mapping[str, str] | None = None,
        **names: Any,
    ) -> Response:
        """`errors` names what is wrong by the field it stands in."""
        text = self._templates[template].render(
            urls=urls,
            language=urls.language,
            words=self.words[urls.language],
            static=self.static,
            title=title,
            errors=errors or {},
            **names,
        )
        headers = {**HEADERS, "Content-Language": urls.language}
        return Response(text, status, headers, media_type="text/html; charset=utf-8")

    def message(self, page: str, urls: PageUrls, title: str, text: str, *, status: int = 200, **names: Any) -> Response:
        """A page that only says something, and perhaps where to go on: `onward` is an address and its words."""
        given = {"onward": None, "may_opt_out": False, **names}
        return self.page("message", urls, title=title, status=status, page=page, text=text, **given)


def go_to(address: str) -> Response:
    """After a post: to be got, so that reloading sends nothing again."""
    return Response(status_code=303, headers={**HEADERS, "Location": address})


def read_words() -> Mapping[Language, SimpleNamespace]:
    words = tomllib.loads((HERE / "templates" / "words.toml").read_text("utf-8"))
    return {language: SimpleNamespace(**words[language]) for language in LANGUAGES}


def _named_by_content(file: Path, content: bytes) -> str:
    return f"{file.stem}-{hashlib.sha256(content).hexdigest()[:12]}{file.suffix}"
