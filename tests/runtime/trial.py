"""One trial of the runtime: a service as its own process, with topics and a database of its own, really killed."""

import asyncio
import json
import os
import secrets
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

import asyncpg
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient, NewTopic

from deploy.local.ports import HOST, free_ports
from shared.events import Event
from shared.events.topics import EVENT_OF, PUBLISHED_BY, TOPIC_OF
from shared.runtime import topics

PATIENCE = float(os.environ.get("PULS_TEST_PATIENCE", "90"))
"""Seconds of real time that anything may take on a busy machine."""


async def until(condition: Callable[[], Awaitable[Any]], what: str) -> Any:
    """Waits for a condition, and returns what it came to."""
    started = time.monotonic()
    while not (found := await condition()):
        if time.monotonic() - started > PATIENCE:
            raise AssertionError(f"waited {PATIENCE:.0f} seconds in vain for {what}")
        await asyncio.sleep(0.05)
    return found


READS = ("console", "dispatch", "inclusion", "responses")
"""Whose telling karens reads."""

STOPS_WITHIN = 20.0
"""Seconds, on a busy machine."""

WAITING = """
SELECT count(*) FROM pg_stat_activity
WHERE datname = current_database() AND wait_event_type = 'Lock' AND query LIKE '%' || $1 || '%'
"""

KEPT = "SELECT invitation, person, outcome, reason, until, because_of, decided_at FROM decision ORDER BY invitation"

CUT_OFF = """
SELECT pg_terminate_backend(pid) FROM pg_stat_activity
WHERE datname = current_database() AND pid <> pg_backend_pid() AND wait_event_type = 'Lock'
"""


@dataclass
class Trial:
    """`database` is the service's own, `prefix` the beginning of its topics' names."""

    kafka: str
    database: str
    folder: Path
    module: str = "services.karens"
    settings: dict[str, str] = field(default_factory=dict)
    """For every copy."""
    prefix: str = field(default_factory=lambda: f"trial{secrets.token_hex(4)}")
    processes: dict[int, subprocess.Popen[bytes]] = field(default_factory=dict)
    ports: dict[int, int] = field(default_factory=dict)

    def topic(self, publisher: str) -> str:
        return topics.address(self.prefix, publisher)

    async def begin(self) -> None:
        await topics.create(self.kafka, self.prefix)
        async with topics.administrator(self.kafka) as admin:
            await until(lambda: self._made(admin), "the topics to be made")

    async def begin_anew(self, partitions: int, **config: str) -> None:
        """With topics that were made beforehand, with so many partitions each."""
        self.prefix = f"trial{secrets.token_hex(4)}"
        made = [NewTopic(self.topic(publisher), partitions, 1, topic_configs=config) for publisher in PUBLISHED_BY]
        async with topics.administrator(self.kafka) as admin:
            await admin.create_topics(made)
            await until(lambda: self._made(admin), "the topics to be made")

    async def _made(self, admin: AIOKafkaAdminClient) -> bool:
        return set(map(self.topic, PUBLISHED_BY)) <= set(await admin.list_topics())

    def start(self, replica: int = 0, **settings: str) -> None:
        """A copy of the service. Returns at once; whatever is waited for shows that it is up."""
        self.ports.setdefault(replica, next(free_ports()))
        own = {
            "PULS_DATABASE_URL": self.database,
            "PULS_KAFKA": self.kafka,
            "PULS_TOPIC_PREFIX": self.prefix,
            "PULS_INTERNAL_PORT": str(self.ports[replica]),
            "PULS_API_KEY": "a key for trials",
        }
        with (self.folder / f"{replica}.log").open("ab") as log:
            self.processes[replica] = subprocess.Popen(
                [sys.executable, "-m", self.module],
                env=os.environ | own | self.settings | settings,
                stdout=log,
                stderr=log,
            )

    def kill(self, replica: int = 0) -> None:
        """Kill -9."""
        process = self.processes.pop(replica)
        process.kill()
        process.wait()

    def signal(self, number: signal.Signals, replica: int = 0) -> None:
        self.processes[replica].send_signal(number)

    def stop(self, replica: int = 0) -> int:
        """SIGTERM. Returns the exit status; raises if it does not end within a few seconds."""
        process = self.processes.pop(replica)
        process.terminate()
        try:
            return process.wait(timeout=STOPS_WITHIN)
        finally:
            process.kill()

    def end(self) -> None:
        for replica in list(self.processes):
            self.signal(signal.SIGCONT, replica)
            self.kill(replica)

    def log(self, replica: int = 0) -> str:
        return (self.folder / f"{replica}.log").read_text()

    async def status(self, replica: int = 0) -> dict[str, Any] | None:
        """What the service says of itself; None while it does not answer."""
        return await asyncio.to_thread(self._ask, replica)

    def _ask(self, replica: int) -> dict[str, Any] | None:
        try:
            with urllib.request.urlopen(f"http://{HOST}:{self.ports[replica]}/status", timeout=5) as answer:
                return json.load(answer)
        except (OSError, urllib.error.URLError, json.JSONDecodeError):
            return None

    def post(self, path: str, **sent: Any) -> Any:
        """As an operator asks the internal API. Returns the answer's JSON."""
        request = urllib.request.Request(
            f"http://{HOST}:{self.ports[0]}{path}",
            method="POST",
            data=json.dumps(sent).encode() if sent else b"",
            headers={"Authorization": "Bearer a key for trials", "Content-Type": "application/json"},
        )
        with urllib.request.urlopen(request, timeout=10) as answer:
            return json.load(answer)

    async def metrics(self, replica: int = 0) -> str:
        return await asyncio.to_thread(self._read, f"http://{HOST}:{self.ports[replica]}/metrics")

    def _read(self, url: str) -> str:
        with urllib.request.urlopen(url, timeout=30) as answer:
            return answer.read().decode()

    async def up(self, *replicas: int) -> None:
        """Waits until these copies share all partitions among them."""

        async def shared() -> bool:
            statuses = [await self.status(replica) for replica in replicas or (0,)]
            parts = [[one for one in status["reads"] if one["assigned"]] for status in statuses if status]
            places = [(one["topic"], one["partition"]) for part in parts for one in part]
            return len(parts) == len(statuses) and all(parts) and len(places) == len(set(places)) == await self.places()

        await until(shared, "all partitions to be assigned")

    async def places(self) -> int:
        """How many partitions karens reads from."""
        reads = [self.topic(publisher) for publisher in READS]
        return len(await self.partitions(*reads))

    async def partitions(self, *names: str) -> list[TopicPartition]:
        """Of these topics at the broker."""
        async with topics.administrator(self.kafka) as admin:
            return await topics.partitions(admin, names)

    async def at_rest(self) -> None:
        """Waits until everything in the topics has been taken and everything decided has been told."""

        async def rest() -> bool:
            return await self.untaken() == 0 and await self.query("SELECT count(*) FROM runtime.outbox") == 0

        await until(rest, "karens to come to rest")

    async def untaken(self) -> int:
        """Records in karens' topics beyond its offsets."""
        rows = await self.rows("SELECT topic, partition, next_offset FROM runtime.consumer_offset")
        if not rows:
            return -1
        ends = await self.ends({TopicPartition(row["topic"], row["partition"]) for row in rows})
        return sum(ends[TopicPartition(row["topic"], row["partition"])] - row["next_offset"] for row in rows)

    async def ends(self, places: Iterable[TopicPartition]) -> dict[TopicPartition, int]:
        async with AIOKafkaConsumer(bootstrap_servers=self.kafka) as consumer:
            return await consumer.end_offsets(list(places))

    async def mark(self, publisher: str, watermark: datetime, partitions: int | None = None) -> None:
        """As the publisher's relay does, which says how many partitions the topic has for it."""
        places = await self.partitions(self.topic(publisher))
        named = str(partitions or len(places)).encode()
        value, headers = watermark.isoformat().encode(), [("kind", b"watermark"), ("partitions", named)]
        async with AIOKafkaProducer(bootstrap_servers=self.kafka) as producer:
            for topic, partition in places:
                await producer.send_and_wait(topic, value, partition=partition, headers=headers)

    async def publish(self, events: Sequence[Event]) -> None:
        await self.publish_raw([(TOPIC_OF[type(one)], one.kind(), one.key, one.to_json()) for one in events])

    async def publish_raw(self, records: Sequence[tuple[str, str, str, bytes]]) -> None:
        """Records as (publisher, kind, key, value)."""
        async with AIOKafkaProducer(bootstrap_servers=self.kafka, linger_ms=5) as producer:
            sent = [
                await producer.send(
                    self.topic(publisher), value, key.encode(), headers=[("kind", kind.encode())] if kind else []
                )
                for publisher, kind, key, value in records
            ]
            await asyncio.gather(*sent)

    async def publish_with(self, headers: Sequence[tuple[str, bytes | None]], event: Event) -> None:
        """The event's record with these headers and no others."""
        async with AIOKafkaProducer(bootstrap_servers=self.kafka) as producer:
            topic = self.topic(TOPIC_OF[type(event)])
            await producer.send_and_wait(topic, event.to_json(), event.key.encode(), headers=list(headers))

    async def query(self, sql: str, *arguments: Any) -> Any:
        rows = await self.rows(sql, *arguments)
        return rows[0][0] if rows else None

    async def waits_for(self, statement: str) -> bool:
        """Whether karens stands before a lock with this statement."""
        return bool(await self.query(WAITING, statement))

    async def cut_off(self) -> None:
        """Ends what the database still does for a process that is gone."""
        await self.rows(CUT_OFF)

    async def rows(self, sql: str, *arguments: Any) -> list[asyncpg.Record]:
        connection = await asyncpg.connect(self.database)
        try:
            return await connection.fetch(sql, *arguments)
        finally:
            await connection.close()

    async def connect(self) -> asyncpg.Connection:
        """A session of the service's own role."""
        return await asyncpg.connect(self.database)

    async def records(
        self, publisher: str, kinds: Callable[[str], bool] = lambda kind: kind != "watermark"
    ) -> list[Any]:
        """Everything in a topic of these kinds; marks left out."""
        async with AIOKafkaConsumer(bootstrap_servers=self.kafka) as consumer:
            places = await self.partitions(self.topic(publisher))
            consumer.assign(places)
            await consumer.seek_to_beginning()
            ends = await consumer.end_offsets(places)
            found: list[Any] = []
            while any([await consumer.position(place) < ends[place] for place in places]):
                for batch in (await consumer.getmany(timeout_ms=200)).values():
                    found += [one for one in batch if kinds(_kind(one))]
            return found

    async def told(self, publisher: str = "karens") -> list[Event]:
        return [EVENT_OF[_kind(one)].from_json(one.value) for one in await self.records(publisher)]

    async def effects(self) -> tuple[list[Any], list[Any]]:
        """What is kept and what was told, each fact once: the same for the same input, whatever happened."""
        kept = await self.rows(KEPT)
        facts = {(one.kind(), one.id): one.to_json() for one in await self.told()}
        return [tuple(row) for row in kept], sorted((kind, str(id_), value) for (kind, id_), value in facts.items())


def _kind(record: Any) -> str:
    return next(((value or b"").decode("ascii", "replace") for name, value in record.headers if name == "kind"), "")
