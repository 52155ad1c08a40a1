"""What a form sent, read with limits: the log-in's address is open, and anybody may send it anything."""

from collections.abc import Mapping, Sequence
from urllib.parse import parse_qs, urlsplit

from fastapi import Request

LARGEST = 256 * 1024
"""In bytes: the ids of five hundred records stay far below."""
MOST_FIELDS = 1000
NUL = "\0"
"""No field of ours holds it, and no text of PostgreSQL can."""

Fields = Mapping[str, Sequence[str]]


class BadForm(Exception):
    """A form that no page of ours sends."""


async def fields(request: Request) -> Fields:
    """The fields of a form, each with all its values. Raises BadForm."""
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind != "application/x-www-form-urlencoded":
        raise BadForm
    try:
        body = (await _body(request)).decode("ascii")
        read = parse_qs(body, keep_blank_values=True, max_num_fields=MOST_FIELDS, errors="strict")
    except ValueError:
        raise BadForm from None
    if any(NUL in value for values in read.values() for value in values):
        raise BadForm
    return read


def is_same_origin(request: Request) -> bool:
    """Whether the browser says that a page of this very address sent the form.

    Every browser of today says it, by one header or the other. A program need not: it carries no operator's cookie.
    """
    if site := request.headers.get("sec-fetch-site"):
        return site in {"same-origin", "none"}
    if origin := request.headers.get("origin"):
        return urlsplit(origin).netloc == request.headers.get("host")
    return True


async def _body(request: Request) -> bytes:
    body = bytearray()
    async for part in request.stream():
        body += part
        if len(body) > LARGEST:
            raise BadForm
    return bytes(body)
