"""What every request to the interface meets first: the API key, the faults, and the count of attempts."""

import asyncio
import binascii
import hmac
from base64 import b64decode
from itertools import count

from anyio import to_thread
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from deploy.sandbox.digital_post.office import PostOffice
from deploy.sandbox.digital_post.receipts import Receipt, new_id
from deploy.sandbox.digital_post.refusals import INVALID, Refused
from deploy.sandbox.serving import cut_off
from shared.runtime.clock import Clock

CUT = "cut"


class Door:
    """Requests are numbered over restarts, since their faults are drawn by number."""

    def __init__(self, inside: ASGIApp, office: PostOffice, clock: Clock, key: str) -> None:
        self._inside = inside
        self._office = office
        self._clock = clock
        self._key = key.encode()
        self._numbers = count(sum(number for _, _, number in office.store.attempts()))

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        request = Request(scope)
        number = next(self._numbers)
        outcome = ""

        async def count_and_send(message: Message) -> None:
            """An attempt is counted before its answer leaves."""
            nonlocal outcome
            if message["type"] == "http.response.start":
                outcome = self._outcome(request, number, message["status"])
                await to_thread.run_sync(self._office.store.count_attempt, _kind(request), outcome)
            if outcome != CUT:
                await send(message)
            elif message["type"] == "http.response.start":
                await cut_off(scope, receive)

        turned_away = await self._turned_away(request, number)
        await (turned_away or self._inside)(scope, receive, count_and_send)

    def _outcome(self, request: Request, number: int, status: int) -> str:
        """The answer's status, or `cut`, which befalls only what was taken."""
        taken = status == 201 and _kind(request) == "POST memos/"
        share = self._office.faults.share_cut_after_accepting if taken else 0
        return CUT if self._office.dice.hits(share, "cut", number) else str(status)

    async def _turned_away(self, request: Request, number: int) -> Response | None:
        """The answer to a request that gets no further."""
        if not self._has_key(request.headers.get("authorization", "")):
            return JSONResponse(Refused("unauthorized").error_message(), status_code=401)
        await asyncio.sleep(self._office.faults.latency_ms / 1000)
        if not self._office.dice.hits(self._office.faults.share_503, "503", number):
            return None
        unavailable = Receipt(new_id(), INVALID, self._clock.now(), refused=Refused("service.unavailable"))
        return JSONResponse(unavailable.as_json(), status_code=503)

    def _has_key(self, authorization: str) -> bool:
        """An API key is handed out ready for the header, or as the pair that is encoded for it: both are taken."""
        scheme, _, given = authorization.partition(" ")
        if scheme.lower() != "basic":
            return False
        try:
            decoded = b64decode(given, validate=True)
        except (binascii.Error, ValueError):
            decoded = b""
        return hmac.compare_digest(given.encode(), self._key) or hmac.compare_digest(decoded, self._key)


def _kind(request: Request) -> str:
    """Method and first part of the path: no ids."""
    below = request.scope["path"].removeprefix(request.scope.get("root_path", ""))
    return f"{request.method} {below.strip('/').split('/')[0]}/"
