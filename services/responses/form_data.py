"""What a form sent, read with limits: a page's address is public, and anybody may send it anything.

A post needs no token against forgery: there is no session that another site's form could ride on. Whoever can name the
page's address holds the code in it, and the code is the whole secret.
"""

from collections.abc import Mapping
from urllib.parse import parse_qsl

from fastapi import Request

LARGEST = 256 * 1024
"""In bytes: a page of free texts at their longest, every character written as twelve bytes, stays far below."""
MOST_FIELDS = 100


class CannotRead(Exception):
    """A post that no page of ours sends."""


async def read(request: Request) -> Mapping[str, str]:
    """The fields of a form, each once. Raises CannotRead."""
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind != "application/x-www-form-urlencoded":
        raise CannotRead
    try:
        body = (await _body(request)).decode("ascii")
        pairs = parse_qsl(
            body, keep_blank_values=True, max_num_fields=MOST_FIELDS, errors="strict", strict_parsing=bool(body)
        )
    except ValueError:
        raise CannotRead from None
    fields = dict(pairs)
    if len(fields) != len(pairs):
        raise CannotRead
    return fields


async def _body(request: Request) -> bytes:
    body = bytearray()
    async for part in request.stream():
        body += part
        if len(body) > LARGEST:
            raise CannotRead
    return bytes(body)
