"""Moves the stepped clock on, slot by slot, whenever the whole system is at rest.

At rest: two successive readings are the same, and in both every record has been consumed, every outbox is empty,
every publisher's watermark is the slot, nothing is due, and the sandbox is idle. The readings ask the services first
and the broker last, so that what is on its way from one to the other is always seen.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Self

import aiohttp
from aiokafka import AIOKafkaConsumer, TopicPartition

from shared.runtime.clock import DENMARK, ROUND_HOURS, SteppedClock, slot_at_or_after

PAUSE = 0.02
"""Seconds between readings."""
LONGER_PAUSE, SHARE = 0.05, 0.02
"""Seconds between looks while something is in the way, or this share of the time it has been: looking costs too."""
PATIENCE = 300.0
"""Seconds of real time in which something must be told while the system is not at rest: a slot may take long."""


class NeverAtRest(Exception):
    """The system did not come to rest in time, or stopped itself. Says what is in the way."""


@dataclass
class Appointment:
    """Something that happens in the world at a moment: a delivery arrives."""

    at: datetime
    keep: Callable[[], Awaitable[None]]


@dataclass
class Reading:
    """What one look at the system saw."""

    in_the_way: list[str] = field(default_factory=list)
    stands: dict[tuple[str, str, int], int] = field(default_factory=dict)
    """(service, topic, partition) -> stored offset."""
    next_slot: datetime | None = None

    def __str__(self) -> str:
        return "; ".join(self.in_the_way)


class Stepper:
    def __init__(
        self,
        clock: SteppedClock,
        services: Mapping[str, str],
        sandbox: Mapping[str, str],
        kafka: str,
        appointments: Sequence[Appointment] = (),
        patience: float = PATIENCE,
    ) -> None:
        """`services` and `sandbox`: name -> address of its /status. `patience` in seconds of real time."""
        self._clock = clock
        self._services = services
        self._sandbox = sandbox
        self._appointments = sorted(appointments, key=lambda one: one.at)
        self._patience = patience
        self._places: set[TopicPartition] = set()
        self._consumer = AIOKafkaConsumer(bootstrap_servers=kafka)
        self._session = aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=30))

    async def __aenter__(self) -> Self:
        await self._consumer.start()
        return self

    async def __aexit__(self, *_failure: object) -> None:
        await self._consumer.stop()
        await self._session.close()

    async def until_rest(self) -> Reading:
        """Waits until the system is at rest. Raises NeverAtRest, saying what is in the way."""
        before, told, started = await self.read(), -1, time.monotonic()
        deadline = started + self._patience
        while True:
            longer = max(LONGER_PAUSE, SHARE * (time.monotonic() - started))
            await asyncio.sleep(longer if before.in_the_way else PAUSE)
            reading = await self.read()
            if not reading.in_the_way and not before.in_the_way and reading.stands == before.stands:
                return reading
            if time.monotonic() > deadline:
                earlier, told, deadline = told, await self._told(), time.monotonic() + self._patience
                if told == earlier:
                    raise NeverAtRest(f"{self._clock.now()}: nothing told for {self._patience:.0f} seconds: {reading}")
            before = reading

    async def step(self) -> datetime | None:
        """Waits for rest and moves to the next slot in which something is due. None when nothing is due any more."""
        slot = (await self.until_rest()).next_slot
        if self._appointments:
            kept = slot_at_or_after(self._appointments[0].at)
            slot = min(slot, kept) if slot else kept
        if slot is None:
            return None
        while self._appointments and self._appointments[0].at <= slot:
            await self._appointments.pop(0).keep()
        self._clock.move_to(slot)
        return slot

    async def read(self) -> Reading:
        """One look: at the sandbox, at the services, at the broker last. It ends where something is in the way."""
        now, reading, dues = self._clock.now(), Reading(), list[datetime]()
        for name, status in await self._statuses(self._sandbox):
            self._read_sandbox(name, status, now, reading, dues)
        if reading.in_the_way:
            return reading
        for name, status in await self._statuses(self._services):
            self._read_service(name, status, now, reading, dues)
        if reading.in_the_way:
            return reading
        await self._compare_with_log(reading)
        reading.next_slot = min(dues, default=None)
        return reading

    async def _statuses(self, addresses: Mapping[str, str]) -> list[tuple[str, dict[str, Any]]]:
        found = await asyncio.gather(*map(self._status, addresses.values()))
        return list(zip(addresses, found, strict=True))

    async def _status(self, url: str) -> dict[str, Any]:
        try:
            async with self._session.get(f"{url}/status") as answer:
                return await answer.json() if answer.status == 200 else {"away": f"status {answer.status}"}
        except (aiohttp.ClientError, TimeoutError) as error:
            return {"away": type(error).__name__}

    def _read_service(
        self, name: str, status: dict[str, Any], now: datetime, reading: Reading, dues: list[datetime]
    ) -> None:
        if "away" in status:
            reading.in_the_way.append(f"{name} is away ({status['away']})")
            return
        if status["halted"]:
            raise NeverAtRest(f"{name} has stopped itself: {status['halted']}")
        for wrong, what in (
            (not status["consuming"], "does not consume yet"),
            (status["outbox"]["records"], f"has {status['outbox']['records']} to tell"),
            (_moment(status["watermark_published"]) != now, "has not marked the slot"),
            (status["busy"], "is busy"),
        ):
            if wrong:
                reading.in_the_way.append(f"{name} {what}")
        for place in status["reads"]:
            reading.stands[name, place["topic"], place["partition"]] = place["offset"]
        for round_ in status["rounds"]:
            self._read_due(f"{name} {round_['name']}", round_, ROUND_HOURS, now, reading, dues)

    def _read_sandbox(
        self, name: str, status: dict[str, Any], now: datetime, reading: Reading, dues: list[datetime]
    ) -> None:
        if "away" in status:
            reading.in_the_way.append(f"{name} is away ({status['away']})")
            return
        if status.get("busy"):
            reading.in_the_way.append(f"{name} is busy")
        self._read_due(name, status, tuple(status.get("acts_at") or ROUND_HOURS), now, reading, dues)

    def _read_due(
        self,
        name: str,
        status: dict[str, Any],
        hours: tuple[int, ...],
        now: datetime,
        reading: Reading,
        dues: list[datetime],
    ) -> None:
        due = _moment(status.get("due"))
        if due is None:
            return
        if due <= now and now.astimezone(DENMARK).hour in hours:
            reading.in_the_way.append(f"{name} is due since {due.isoformat()} {status.get('failing') or ''}".rstrip())
        dues.append(slot_at_or_after(max(due, now + timedelta(seconds=1)), hours))

    async def _told(self) -> int:
        """Records in all topics that were ever looked at."""
        return sum((await self._consumer.end_offsets(self._places)).values()) if self._places else 0

    async def _compare_with_log(self, reading: Reading) -> None:
        self._places = {TopicPartition(topic, partition) for _, topic, partition in reading.stands}
        ends = await self._consumer.end_offsets(self._places) if self._places else {}
        late = {
            name
            for (name, topic, partition), stored in reading.stands.items()
            if stored != ends[TopicPartition(topic, partition)]
        }
        reading.in_the_way += [f"{name} has records to take" for name in sorted(late)]


def _moment(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None
