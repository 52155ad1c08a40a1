"""Moves the stepped clock on, slot by slot, whenever the whole system is at rest.

At rest: two successive snapshots are the same, and in both every record has been consumed, every outbox is empty,
every publisher's watermark is the slot, nothing is due, and the sandbox is idle. A snapshot asks the services first
and the broker last, so that what is on its way from one to the other is always seen.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Self

import aiohttp
from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.errors import KafkaError

from deploy.local.snapshot import NeverAtRest, Snapshot
from shared.runtime.clock import SteppedClock, slot_at_or_after

PAUSE = 0.02
"""Seconds between snapshots."""
LONGER_PAUSE, SHARE = 0.05, 0.02
"""Seconds between snapshots while something is in the way, or this share of the time it has been: looking costs too."""
PATIENCE = 300.0
"""Seconds of real time in which something must be published while the system is not at rest: a slot may take long."""
IDLE = 1.0
"""Seconds between snapshots when nothing is due any more."""


@dataclass
class Appointment:
    """Something that happens in the world at a moment: a delivery arrives."""

    at: datetime
    keep: Callable[[], Awaitable[None]]


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
        self._appointments = sorted(appointments, key=lambda appointment: appointment.at)
        self._patience = patience
        self._partitions: set[TopicPartition] = set()
        self._consumer = AIOKafkaConsumer(bootstrap_servers=kafka)
        self._session = aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=30))

    async def __aenter__(self) -> Self:
        await self._consumer.start()
        return self

    async def __aexit__(self, *_failure: object) -> None:
        await self._consumer.stop()
        await self._session.close()

    async def run_forever(self, say: Callable[[str], None]) -> None:
        """Steps until it is cancelled, whenever something has come to be due. Says once what keeps it from that."""
        said = None
        while True:
            try:
                moved, problem = await self.step(), None
            except NeverAtRest as error:
                moved, problem = None, str(error)
            if problem and problem != said:
                say(problem)
            said = problem
            if moved is None:
                await asyncio.sleep(IDLE)

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

    async def until_rest(self) -> Snapshot:
        """Waits until the system is at rest. Raises NeverAtRest, saying what is in the way."""
        before, published, started = await self.snapshot(), -1, time.monotonic()
        deadline = started + self._patience
        while True:
            longer = max(LONGER_PAUSE, SHARE * (time.monotonic() - started))
            await asyncio.sleep(longer if before.in_the_way else PAUSE)
            snapshot = await self.snapshot()
            if not snapshot.in_the_way and not before.in_the_way and snapshot.offsets == before.offsets:
                return snapshot
            if time.monotonic() > deadline:
                earlier, published, deadline = published, await self._published(), time.monotonic() + self._patience
                if published == earlier:
                    waited = f"nothing published for {self._patience:.0f} seconds"
                    raise NeverAtRest(f"{self._clock.now()}: {waited}: {snapshot}")
            before = snapshot

    async def snapshot(self) -> Snapshot:
        """Of the sandbox, of the services, of the broker last. It ends where something is in the way."""
        snapshot = Snapshot(self._clock.now())
        for name, status in await self._statuses(self._sandbox):
            snapshot.add_sandbox(name, status)
        if snapshot.in_the_way:
            return snapshot
        for name, status in await self._statuses(self._services):
            snapshot.add_service(name, status)
        if snapshot.in_the_way:
            return snapshot
        self._partitions = {TopicPartition(topic, partition) for _, topic, partition in snapshot.offsets}
        try:
            ends = await self._end_offsets()
        except KafkaError as error:
            snapshot.in_the_way.append(f"Kafka is away ({type(error).__name__})")
            return snapshot
        snapshot.add_end_offsets({(place.topic, place.partition): end for place, end in ends.items()})
        return snapshot

    async def _statuses(self, addresses: Mapping[str, str]) -> list[tuple[str, dict[str, Any]]]:
        found = await asyncio.gather(*map(self._status, addresses.values()))
        return list(zip(addresses, found, strict=True))

    async def _status(self, url: str) -> dict[str, Any]:
        try:
            async with self._session.get(f"{url}/status") as answer:
                return await answer.json() if answer.status == 200 else {"away": f"status {answer.status}"}
        except (aiohttp.ClientError, TimeoutError) as error:
            return {"away": type(error).__name__}

    async def _published(self) -> int:
        """Records in all topics of the last snapshot; 0 while Kafka is away."""
        with suppress(KafkaError):
            return sum((await self._end_offsets()).values())
        return 0

    async def _end_offsets(self) -> dict[TopicPartition, int]:
        return await self._consumer.end_offsets(self._partitions) if self._partitions else {}
