"""The services' internal APIs as the console calls them."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import aiohttp

from services.console.domain.service_status import ServiceStatus
from services.console.domain.status_parsing import parse_status

TIMEOUT = aiohttp.ClientTimeout(total=5)
OWN_TIMEOUT = aiohttp.ClientTimeout(total=1)
"""Seconds: every page waits so long at most to say how far the console itself is behind."""
NOTHING_TO_RESUME = 409


class DoesNotAnswer(Exception):
    """A service's internal API is shut, or says something else than was agreed."""


class NotHalted(Exception):
    """A service was told to go on that failures have not stopped."""


async def status(session: aiohttp.ClientSession, name: str, address: str) -> ServiceStatus:
    """What the service says of itself; of one that does not answer, that."""
    try:
        async with session.get(f"{address}/status", raise_for_status=True) as response:
            return parse_status(name, await response.json())
    except (aiohttp.ClientError, TimeoutError, ValueError, LookupError, TypeError) as error:
        why = f"does not answer at {address} ({type(error).__name__}): is it running?"
        return ServiceStatus(name, unreachable=why)


@dataclass(frozen=True)
class InternalApi:
    """One service's, for what needs the key."""

    address: str
    key: str

    async def resume(self, work: str | None, set_aside: int) -> None:
        """Tells a service that stopped itself, or this work of it, to go on. Raises DoesNotAnswer or NotHalted."""
        params = {"set_aside": str(set_aside), **({"work": work} if work else {})}
        await self._ask("POST", "/resume", params=params)

    async def stuck(self, work: str, reason: str | None, after: str | None) -> Sequence[dict[str, Any]]:
        """A page of stuck items, those beyond the key: work, key, reason, detail, since. Raises DoesNotAnswer."""
        given = {"work": work, "reason": reason, "after_work": work if after else None, "after_key": after}
        answer = await self._ask("GET", "/stuck", params={name: value for name, value in given.items() if value})
        return answer["items"]

    async def retry_stuck(self, work: str, reason: str | None, keys: Sequence[str] | None) -> int:
        """Has stuck items tried again: these, or all with the reason. Returns how many. Raises DoesNotAnswer."""
        return (await self._ask("POST", "/stuck/retry", body={"work": work, "reason": reason, "keys": keys}))["count"]

    async def leave_stuck(self, work: str, reason: str | None, keys: Sequence[str] | None, because: str) -> int:
        """Leaves stuck items as they are. Returns how many. Raises DoesNotAnswer."""
        body = {"work": work, "reason": reason, "keys": keys, "because": because}
        return (await self._ask("POST", "/stuck/leave", body=body))["count"]

    async def _ask(self, method: str, path: str, *, params: dict[str, str] | None = None, body: Any = None) -> Any:
        headers, url = {"Authorization": f"Bearer {self.key}"}, f"{self.address}{path}"
        try:
            async with (
                aiohttp.ClientSession(timeout=TIMEOUT, headers=headers) as session,
                session.request(method, url, params=params, json=body) as response,
            ):
                if path == "/resume" and response.status == NOTHING_TO_RESUME:
                    raise NotHalted("failures have not stopped it")
                if response.status != 200:
                    raise DoesNotAnswer(f"it answers with status {response.status} at {url}")
                return await response.json()
        except (aiohttp.ClientError, TimeoutError, ValueError) as error:
            raise DoesNotAnswer(f"it does not answer at {self.address}: {type(error).__name__}") from error
