"""Requests to servers that are not ours. What goes wrong is sorted here, once, for every client.

Addresses hold CPR numbers, and so do the errors of the HTTP library. So no such error leaves this file, not even as
the cause of another: ours name the server, the path and the kind of failure.
"""

import asyncio
import json
from collections.abc import Mapping, Sequence
from types import TracebackType
from typing import Any, Self

import aiohttp

_CONNECT_WITHIN = 5.0
_AT_ONCE = 4
_NUMBERS_IN_ONE_ADDRESS = 100
"""A CPR number takes 21 characters of the address; 100 of them are 2.1 KB, and 4 KB is taken everywhere."""

_NEVER_CONNECTED = (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError)
_NOT_NOW = {429, 503}
_THIS_ONE_IS_BAD = {400, 413, 422}
_MAYBE_TAKEN = {408, 500, 502, 504}


class Away(ConnectionError):
    """It passes by itself: the server is away or overloaded, and has taken nothing."""


class Unsettled(ConnectionError):
    """The request went out and no answer came back: it may have been taken, or not."""


class Rejected(Exception):
    """What was sent is bad: the same again will be refused again."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class Mistaken(Exception):
    """We are wrong: key, address or form of the request. Nothing is sent until a human has looked."""


class Outside:
    """One server, spoken to over HTTP/1.1. Times are seconds. Use with `async with`."""

    def __init__(
        self, name: str, base_url: str, headers: Mapping[str, str] | None = None, answer_within: float = 60.0
    ) -> None:
        self._name = name
        self._base = f"{base_url.rstrip('/')}/"
        self._headers = dict(headers or {})
        self._answer_within = answer_within
        self._session: aiohttp.ClientSession | None = None

    async def __aenter__(self) -> Self:
        waits = aiohttp.ClientTimeout(total=None, connect=_CONNECT_WITHIN, sock_read=self._answer_within)
        connector = aiohttp.TCPConnector(limit=_AT_ONCE)
        self._session = aiohttp.ClientSession(self._base, headers=self._headers, timeout=waits, connector=connector)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, _: TracebackType | None
    ) -> None:
        if self._session is not None:
            await self._session.close()

    async def call(self, method: str, path: str, **sent: Any) -> bytes:
        """The answer's body. `sent`: what aiohttp takes: params, data, json, headers.

        Raises `Away`, `Unsettled`, `Rejected` or `Mistaken`.
        """
        answer = await self._answer(method, path, sent)
        if isinstance(answer, Exception):
            raise answer
        status, body = answer
        if 200 <= status < 300:
            return body
        what = f"{self._name}: {method} {path} was answered {status}"
        if status in _NOT_NOW:
            raise Away(what)
        if status in _MAYBE_TAKEN:
            raise Unsettled(what)
        if status in _THIS_ONE_IS_BAD:
            raise Rejected(_code(body) or f"http.{status}")
        raise Mistaken(f"{what} ({_code(body) or 'no code'}): look at the API key and the address in the settings")

    async def _answer(self, method: str, path: str, sent: Mapping[str, Any]) -> tuple[int, bytes] | Exception:
        assert self._session is not None, "used outside `async with`"
        where = f"{self._name}: {method} {path}"
        try:
            async with self._session.request(method, path, allow_redirects=False, **sent) as response:
                return response.status, await response.read()
        except _NEVER_CONNECTED as error:
            return Away(f"{where}: no connection ({type(error).__name__})")
        except (aiohttp.ClientError, OSError, TimeoutError) as error:
            return Unsettled(f"{where}: the connection broke before the answer came ({type(error).__name__})")

    async def asked_about(self, path: str, numbers: Sequence[str], field: str) -> dict[str, str]:
        """What a register says of these CPR numbers (`?cprNumber=…` repeated): each one's `field`, if it is known.

        As many requests as it takes, several at once. Raises as `call` does; `Away` too where the answer has another
        form: a register that is understood wrongly would make everybody unknown.
        """
        parts = [
            numbers[start : start + _NUMBERS_IN_ONE_ADDRESS]
            for start in range(0, len(numbers), _NUMBERS_IN_ONE_ADDRESS)
        ]
        answers = await asyncio.gather(*(self._about(path, part) for part in parts))
        entries = [entry for answer in answers for entry in answer]
        if not all(isinstance(entry.get(name), str) for entry in entries for name in ("cprNumber", field)):
            raise Away(f"{self._name}: an answer to GET {path} lacks cprNumber or {field}")
        return {entry["cprNumber"]: entry[field] for entry in entries}

    async def _about(self, path: str, numbers: Sequence[str]) -> list[dict[str, Any]]:
        return await self.listed(path, [("cprNumber", number) for number in numbers])

    async def listed(self, path: str, params: Sequence[tuple[str, str]]) -> list[dict[str, Any]]:
        """The answer to GET where that is a JSON list of objects; raises `Away` where it is something else."""
        answer = _parsed(await self.call("GET", path, params=params))
        if not isinstance(answer, list) or not all(isinstance(entry, dict) for entry in answer):
            raise Away(f"{self._name}: the answer to GET {path} is not a list of objects")
        return answer


def _code(body: bytes) -> str | None:
    answer = _parsed(body)
    code = answer.get("code") or answer.get("errorCode") if isinstance(answer, dict) else None
    return code if isinstance(code, str) else None


def _parsed(body: bytes) -> Any:
    try:
        return json.loads(body)
    except ValueError:
        return None
