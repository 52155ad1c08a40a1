"""HTTP requests to servers that are not ours. Failures are sorted into a few kinds here, once, for every client.

Addresses hold CPR numbers, and so do the errors of the HTTP library. So none of its errors leaves this file, not even
as the cause of another: our errors name the server, the path and the kind of failure.
"""

import asyncio
import json
import re
from collections.abc import Mapping, Sequence
from types import TracebackType
from typing import Any, Self

import aiohttp

_CONNECT_TIMEOUT = 5.0
_CONNECTIONS = 4
_NUMBERS_A_REQUEST = 100
"""A CPR number takes 21 characters of the address; 100 of them are 2.1 KB, and every server takes 4 KB."""

_NEVER_CONNECTED = (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError)
_UNAVAILABLE = {429, 503}
_REJECTED = {400, 413, 414, 422}
_OUTCOME_UNKNOWN = {500, 502}
_TOO_SLOW = {408, 504}
_CODE = re.compile(r"[a-z][a-z_]*(\.[a-z_]+)*")


class Unavailable(ConnectionError):
    """Transient: the server is away or overloaded, and has taken nothing."""

    reason = "unavailable"
    in_words = property(str)


class OutcomeUnknown(ConnectionError):
    """Transient: the request was sent and no usable answer came back. It may have been taken, or not."""

    reason = "outcome_unknown"
    in_words = property(str)


class TooSlow(OutcomeUnknown):
    """The answer did not come in time: the same is to be asked in smaller pieces."""

    reason = "too_slow"


class Rejected(Exception):
    """The whole of what was sent was refused, and will be again. A part of it may be taken: try it in halves."""

    def __init__(self, code: str, what: str) -> None:
        super().__init__(f"{what} ({code})")
        self.code = code
        self.reason = f"rejected.{code}"


class Misconfigured(Exception):
    """The fault is ours: key, address or form of the request. Nothing is sent until a human has looked."""

    reason = "misconfigured"
    in_words = property(str)


class BatchSize:
    """How many things go into one request: half as many after one that was too much, twice as many after success."""

    def __init__(self, most: int) -> None:
        self._most = most
        self.now = most

    def was_too_much(self, tried: int) -> None:
        self.now = max(1, tried // 2)

    def worked(self) -> None:
        self.now = min(self._most, self.now * 2)


class HttpClient:
    """A client of one server, over HTTP/1.1. Times are seconds. Use with `async with`."""

    def __init__(
        self, name: str, base_url: str, headers: Mapping[str, str] | None = None, response_timeout: float = 60.0
    ) -> None:
        self._name = name
        self._base = f"{base_url.rstrip('/')}/"
        self._headers = dict(headers or {})
        self._response_timeout = response_timeout
        self._session: aiohttp.ClientSession | None = None
        self._numbers = BatchSize(_NUMBERS_A_REQUEST)

    async def __aenter__(self) -> Self:
        waits = aiohttp.ClientTimeout(total=self._response_timeout, sock_connect=_CONNECT_TIMEOUT)
        connector = aiohttp.TCPConnector(limit=_CONNECTIONS)
        self._session = aiohttp.ClientSession(self._base, headers=self._headers, timeout=waits, connector=connector)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, _: TracebackType | None
    ) -> None:
        if self._session is not None:
            await self._session.close()

    async def request(self, method: str, path: str, **sent: Any) -> bytes:
        """The body of the response. `sent`: what aiohttp takes: params, data, json, headers.

        Raises `Unavailable`, `OutcomeUnknown`, `TooSlow`, `Rejected` or `Misconfigured`.
        """
        answer = await self._answer(method, path, sent)
        if isinstance(answer, Exception):
            raise answer
        status, body = answer
        if 200 <= status < 300:
            return body
        what = f"{self._name}: {method} {path} was answered {status}"
        if status in _UNAVAILABLE:
            raise Unavailable(what)
        if status in _OUTCOME_UNKNOWN:
            raise OutcomeUnknown(what)
        if status in _TOO_SLOW:
            raise TooSlow(what)
        if status in _REJECTED:
            raise Rejected(_code(body) or f"http_{status}", what)
        raise Misconfigured(f"{what} ({_code(body) or 'no code'}): look at the API key and the address in the settings")

    async def _answer(self, method: str, path: str, sent: Mapping[str, Any]) -> tuple[int, bytes] | Exception:
        assert self._session is not None, "used outside `async with`"
        where = f"{self._name}: {method} {path}"
        try:
            async with self._session.request(method, path, allow_redirects=False, **sent) as response:
                return response.status, await response.read()
        except _NEVER_CONNECTED as error:
            return Unavailable(f"{where}: no connection ({type(error).__name__})")
        except TimeoutError:
            return TooSlow(f"{where}: no answer came within {self._response_timeout:g} seconds")
        except (aiohttp.ClientError, OSError) as error:
            return OutcomeUnknown(f"{where}: the connection broke before the answer came ({type(error).__name__})")

    async def look_up(self, path: str, numbers: Sequence[str], field: str) -> dict[str, str]:
        """What a register says of these CPR numbers (`?cprNumber=…` repeated): number -> `field`, for known numbers.

        Makes as many requests as needed, several at once; after one that was too slow, the next ones ask about half
        as many. Raises as `request` does; `Unavailable` too where the response has another form: a register that is
        misunderstood would make everybody unknown.
        """
        size = self._numbers.now
        try:
            chunks = [numbers[start : start + size] for start in range(0, len(numbers), size)]
            answers = await asyncio.gather(*(self._look_up_chunk(path, chunk) for chunk in chunks))
        except TooSlow:
            self._numbers.was_too_much(size)
            raise
        self._numbers.worked()
        entries = [entry for answer in answers for entry in answer]
        if not all(isinstance(entry.get(name), str) for entry in entries for name in ("cprNumber", field)):
            raise Unavailable(f"{self._name}: an answer to GET {path} lacks cprNumber or {field}")
        return {entry["cprNumber"]: entry[field] for entry in entries}

    async def _look_up_chunk(self, path: str, numbers: Sequence[str]) -> list[dict[str, Any]]:
        return await self.get_list(path, [("cprNumber", number) for number in numbers])

    async def get_list(self, path: str, params: Sequence[tuple[str, str]]) -> list[dict[str, Any]]:
        """The response to GET, a JSON list of objects; raises `Unavailable` where it is something else."""
        answer = _parsed(await self.request("GET", path, params=params))
        if not isinstance(answer, list) or not all(isinstance(entry, dict) for entry in answer):
            raise Unavailable(f"{self._name}: the answer to GET {path} is not a list of objects")
        return answer


def _code(body: bytes) -> str | None:
    answer = _parsed(body)
    return readable_code(answer.get("code") or answer.get("errorCode")) if isinstance(answer, dict) else None


def readable_code(code: object) -> str | None:
    """The code, if it is one: lower-case words with dots between them. Anything else may hold whatever there is."""
    return code if isinstance(code, str) and len(code) <= 60 and _CODE.fullmatch(code) else None


def _parsed(body: bytes) -> Any:
    try:
        return json.loads(body)
    except (ValueError, RecursionError):
        return None
