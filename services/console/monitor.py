"""Keeps an eye on the services: each is asked at its internal API, and what it answered a while ago is kept."""

import asyncio
import time
from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass

import aiohttp

from services.console import internal_api
from services.console.domain.service_status import ServiceStatus, TopicLag, last_known, with_latest_ends

FRESH = 1.0
KEPT = 60.0
"""Seconds that a snapshot is good for, and that it is kept to reckon rates from."""


@dataclass(frozen=True)
class Snapshot:
    at: float
    """Seconds on a clock that only tells how long something took."""
    services: Mapping[str, ServiceStatus]


@dataclass(frozen=True)
class Rates:
    """Records a second."""

    arriving: float
    consumed: float


class Monitor:
    """`addresses` is service -> address of its internal API. One that does not answer is listed, and says so."""

    def __init__(self, addresses: Mapping[str, str]) -> None:
        self._addresses = dict(sorted(addresses.items()))
        self._snapshots: deque[Snapshot] = deque()
        self._asking = asyncio.Lock()

    async def snapshot(self) -> Snapshot:
        """At most about a second old."""
        async with self._asking:
            if not self._snapshots or time.monotonic() - self._snapshots[-1].at > FRESH:
                self._keep(Snapshot(time.monotonic(), await self._ask_all()))
            return self._snapshots[-1]

    async def two_snapshots(self) -> tuple[Snapshot, Snapshot]:
        """Two snapshots at least a second apart, the earlier at most a minute old."""
        later = await self.snapshot()
        if len(self._snapshots) < 2:
            await asyncio.sleep(FRESH + 0.1)
            later = await self.snapshot()
        return self._snapshots[0], later

    async def console(self) -> ServiceStatus | None:
        """The console's own status; None where it is not monitored."""
        address = self._addresses.get("console")
        if address is None:
            return None
        async with aiohttp.ClientSession(timeout=internal_api.OWN_TIMEOUT) as session:
            return await internal_api.status(session, "console", address)

    def _keep(self, snapshot: Snapshot) -> None:
        self._snapshots.append(snapshot)
        while snapshot.at - self._snapshots[0].at > KEPT:
            self._snapshots.popleft()

    async def _ask_all(self) -> Mapping[str, ServiceStatus]:
        async with aiohttp.ClientSession(timeout=internal_api.TIMEOUT) as session:
            questions = (internal_api.status(session, name, address) for name, address in self._addresses.items())
            answers = await asyncio.gather(*questions)
        known = self._snapshots[-1].services if self._snapshots else {}
        statuses = [last_known(answer, known.get(answer.name)) for answer in answers]
        return {status.name: status for status in with_latest_ends(statuses)}


def rates(earlier: Snapshot, later: Snapshot, service: str, topic: str) -> Rates | None:
    """None where one of the snapshots does not hold the topic."""
    before, after = _topic(earlier, service, topic), _topic(later, service, topic)
    seconds = later.at - earlier.at
    if before is None or after is None or seconds <= 0:
        return None
    return Rates((after.end - before.end) / seconds, (after.offset - before.offset) / seconds)


def _topic(snapshot: Snapshot, service: str, topic: str) -> TopicLag | None:
    status = snapshot.services.get(service)
    return next((read for read in status.reads if read.topic == topic), None) if status else None
