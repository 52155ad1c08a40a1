"""How a page becomes a response: templates, the forms of numbers and moments, and the headers that every page has."""

import hashlib
import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from itertools import accumulate
from pathlib import Path
from typing import Any

from fastapi import Request, Response
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup, escape
from starlette.routing import Match

from services.console.domain.words import age
from shared.surveys import DENMARK

HERE = Path(__file__).parent
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
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
    "X-Robots-Tag": "noindex, nofollow",
}


def methods_of(request: Request) -> str:
    """What may be done at the address that was asked, as `Allow` lists it."""
    scopes = [{**request.scope, "method": method} for method in METHODS]
    routes = request.app.routes
    allowed = [scope for scope in scopes if any(route.matches(scope)[0] is Match.FULL for route in routes)]
    return ", ".join(scope["method"] for scope in allowed)


class Static:
    """The files that pages refer to, each under a name that changes with its content."""

    def __init__(self, folder: Path = HERE / "static") -> None:
        files = [(file, file.read_bytes()) for file in sorted(folder.iterdir())]
        self._by_name = {_named_by_content(file, content): (file, content) for file, content in files}
        names = {self._by_name[name][0].suffix: name for name in self._by_name}
        self.css, self.icon = f"/static/{names['.css']}", f"/static/{names['.svg']}"

    def response(self, name: str) -> Response | None:
        if name not in self._by_name:
            return None
        file, content = self._by_name[name]
        kind = {".css": "text/css; charset=utf-8", ".svg": "image/svg+xml"}[file.suffix]
        headers = {**HEADERS, "Cache-Control": "public, max-age=31536000, immutable"}
        return Response(content, media_type=kind, headers=headers)


class Renderer:
    """Renders templates, all of them compiled at the start. A name that is missing in one is an error."""

    def __init__(self) -> None:
        self.static = Static()
        environment = Environment(
            loader=FileSystemLoader(HERE / "templates"),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
            auto_reload=False,
        )
        environment.filters.update(number=number, moment=moment, day=day, age=age, words=words, first_up=first_up)
        environment.filters.update(labelled=labelled, coded=coded, written_moment=written_moment)
        names = environment.list_templates(extensions=["html"])
        self._templates = {name.removesuffix(".html"): environment.get_template(name) for name in names}

    def page(self, template: str, status: int, names: Mapping[str, Any]) -> Response:
        text = self._templates[template].render(static=self.static, **names)
        return Response(text, status, HEADERS, media_type="text/html; charset=utf-8")


def redirect(address: str) -> Response:
    """After a post: to be got, so that reloading sends nothing again."""
    return Response(status_code=303, headers={**HEADERS, "Location": address})


def number(many: float | None) -> str:
    """`12,345`"""
    return "unknown" if many is None else f"{many:,.0f}"


def moment(at: datetime | None, instead: str = "–") -> str:
    """As a clock on a Danish wall shows it."""
    if at is None:
        return instead
    shown = at.astimezone(DENMARK)
    return Markup('<time datetime="{}">{}</time>').format(shown.isoformat(), f"{shown:%-d %b %Y %H:%M}")


def written_moment(text: str | None) -> str:
    """The same of a moment as JSON writes it."""
    return moment(datetime.fromisoformat(text) if text else None)


def day(at: datetime) -> str:
    """As a Danish calendar shows it."""
    shown = at.astimezone(DENMARK)
    return Markup('<time datetime="{}">{}</time>').format(shown.date().isoformat(), f"{shown:%-d %b %Y}")


def words(name: str) -> str:
    """`other_survey_or_period` as one reads it."""
    return "reminders due" if name == "reminders.due" else name.rsplit(".", 1)[-1].replace("_", " ")


def first_up(text: str) -> str:
    """The first letter large, the others as they are."""
    return f"{text[:1].upper()}{text[1:]}"


CODE = re.compile(r"`([^`]+)`")


def coded(text: str) -> Markup:
    """What stands between backticks is set as code."""
    return Markup(CODE.sub(r"<code>\1</code>", str(escape(text))))


HEAD = re.compile(r"<thead>.*?</thead>", re.DOTALL)
HEADING = re.compile(r"<th\b[^>]*>(.*?)</th>", re.DOTALL)
ROW = re.compile(r"<tr\b.*?</tr>", re.DOTALL)
CELL = re.compile(r"<td\b([^>]*)>|<th\b[^>]*>")
COLUMNS = re.compile(r'\bcolspan="(\d+)"')


def labelled(table: str) -> Markup:
    """A table of ours whose every cell names its column: on a small screen rows become blocks, without a head."""
    head = HEAD.search(table)
    headings = HEADING.findall(head[0]) if head else []
    return Markup(ROW.sub(lambda row: _labelled_row(row[0], headings), table))


def _labelled_row(row: str, headings: Sequence[str]) -> str:
    columns = [int(span[1]) if (span := COLUMNS.search(cell[0])) else 1 for cell in CELL.finditer(row)]
    starts = iter(accumulate(columns, initial=0))

    def label(cell: re.Match[str]) -> str:
        start = next(starts)
        is_plain = cell[1] is not None and start < len(headings)
        return f'<td data-of="{headings[start]}"{cell[1]}>' if is_plain else cell[0]

    return CELL.sub(label, row)


def _named_by_content(file: Path, content: bytes) -> str:
    return f"{file.stem}-{hashlib.sha256(content).hexdigest()[:12]}{file.suffix}"
