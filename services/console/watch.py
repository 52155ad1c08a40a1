"""The services as seen from outside: each is asked at its internal API, and what it said a while ago is kept."""

import asyncio
import time
from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass

import aiohttp

from services.console.domain.service import Reading, Service, last_known, service, together

PATIENCE = aiohttp.ClientTimeout(total=5)
OWN_PATIENCE = aiohttp.ClientTimeout(total=1)
"""Seconds: every page waits so long at most to say how far the console itself is behind."""
NOTHING_TO_RESUME = 409
FRESH = 1.0
KEPT = 60.0
"""Seconds that a look is good for, and that it is kept to reckon a pace from."""


class DoesNotAnswer(Exception):
    """A service's internal API is shut, or says something else than was agreed."""


class GoesOn(Exception):
    """A service was told to go on that failures have not stopped."""


@dataclass(frozen=True)
class Look:
    at: float
    """Seconds on a clock that only tells how long something took."""
    services: Mapping[str, Service]


@dataclass(frozen=True)
class Pace:
    """Records a second."""

    arriving: float
    taken: float


class Watch:
    """`services` is service -> address of its internal API. One that does not answer is there, and says so."""

    def __init__(self, services: Mapping[str, str]) -> None:
        self._services = dict(sorted(services.items()))
        self._looks: deque[Look] = deque()
        self._looking = asyncio.Lock()

    async def look(self) -> Look:
        """At most about a second old."""
        async with self._looking:
            if not self._looks or time.monotonic() - self._looks[-1].at > FRESH:
                self._keep(Look(time.monotonic(), await self._ask_all()))
            return self._looks[-1]

    async def two_looks(self) -> tuple[Look, Look]:
        """Two looks at least a second apart, the earlier at most a minute old."""
        later = await self.look()
        if len(self._looks) < 2:
            await asyncio.sleep(FRESH + 0.1)
            later = await self.look()
        return self._looks[0], later

    async def console(self) -> Service | None:
        """How the console itself stands; None where it is not watched."""
        address = self._services.get("console")
        if address is None:
            return None
        async with aiohttp.ClientSession(timeout=OWN_PATIENCE) as session:
            return await _of(session, "console", address)

    def _keep(self, look: Look) -> None:
        self._looks.append(look)
        while look.at - self._looks[0].at > KEPT:
            self._looks.popleft()

    async def _ask_all(self) -> Mapping[str, Service]:
        async with aiohttp.ClientSession(timeout=PATIENCE) as session:
            asked = await asyncio.gather(*(_of(session, *one) for one in self._services.items()))
        known = self._looks[-1].services if self._looks else {}
        return {one.name: one for one in together([last_known(one, known.get(one.name)) for one in asked])}


def pace(earlier: Look, later: Look, name: str, topic: str) -> Pace | None:
    """None where one of the looks did not see it."""
    before, after = _reading(earlier, name, topic), _reading(later, name, topic)
    seconds = later.at - earlier.at
    if before is None or after is None or seconds <= 0:
        return None
    return Pace((after.end - before.end) / seconds, (after.taken - before.taken) / seconds)


async def resume(address: str, key: str, set_aside: int) -> None:
    """Tells a service that stopped itself to go on. Raises DoesNotAnswer or GoesOn."""
    headers, told = {"Authorization": f"Bearer {key}"}, {"set_aside": str(set_aside)}
    try:
        async with (
            aiohttp.ClientSession(timeout=PATIENCE) as session,
            session.post(f"{address}/resume", headers=headers, params=told) as answer,
        ):
            if answer.status == NOTHING_TO_RESUME:
                raise GoesOn("failures have not stopped it")
            if answer.status != 200:
                raise DoesNotAnswer(f"it answers with status {answer.status} at {address}/resume")
    except (aiohttp.ClientError, TimeoutError) as error:
        raise DoesNotAnswer(f"it does not answer at {address}: {type(error).__name__}") from error


async def _of(session: aiohttp.ClientSession, name: str, address: str) -> Service:
    try:
        async with session.get(f"{address}/status", raise_for_status=True) as answer:
            return service(name, await answer.json())
    except (aiohttp.ClientError, TimeoutError, ValueError, LookupError, TypeError) as error:
        return Service(name, away=f"does not answer at {address} ({type(error).__name__}): is it running?")


def _reading(look: Look, name: str, topic: str) -> Reading | None:
    seen = look.services.get(name)
    return next((one for one in seen.reads if one.topic == topic), None) if seen else None
