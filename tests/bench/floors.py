"""The bare minimum, measured in the same run: the same bytes through Kafka, PostgreSQL and HTTP with nothing around."""

import asyncio
import json
import os
import time
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition
from aiokafka.partitioner import murmur2
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from shared.events import Event, InvitationCleared
from shared.events.topics import PARTITIONS
from tests.bench.figures import Figure, Row, Used
from tests.bench.stage import Stage
from tests.support.builders import cleared, invitations

EVENTS = 100_000
BATCH_BYTES = 512 * 1024
RECORDED = "PULS_RECORDED"
"""The setting of the bare server: a file of what it answers."""

COLUMNS = (
    *("invitation", "person", "survey", "wave", "unit", "decided_at", "outcome"),
    *("rule", "rule_version", "rule_days"),
)
TABLE = "CREATE TABLE floor (LIKE decision INCLUDING ALL)"
RAW_READ = """
SELECT count(*), max(length(line))
FROM read_csv(?, columns = {'line': 'VARCHAR'}, delim = '\x1e', quote = '', auto_detect = false, ignore_errors = true)
"""
"""The few lines that are no UTF-8 are passed over."""

KeyAndValue = tuple[bytes, bytes]


@dataclass(frozen=True)
class Floors:
    """Records or rows a second."""

    produce: float
    consume: float
    copy: float

    def seconds(self, *, produced: int = 0, consumed: int = 0, copied: int = 0) -> float:
        """What so much would take, one after the other."""
        return produced / self.produce + consumed / self.consume + copied / self.copy


async def measure(stage: Stage, size: int) -> tuple[Floors, Row]:
    """The stage's database of karens must be migrated."""
    events = [cleared(one) for one in invitations(size)]
    records = [(event.key.encode(), event.to_json()) for event in events]
    with stage.meter() as meter:
        produced, consumed = await _through_kafka(stage, records)
        copied = await _copied(stage, events)
    floors = Floors(size / produced, size / consumed, size / copied)
    return floors, _row(floors, sum(len(value) for _, value in records) // size, size, meter.used)


def _row(floors: Floors, size: int, events: int, used: Sequence[Used]) -> Row:
    figures = [
        Figure("Kafka takes", floors.produce, "records a second"),
        Figure("Kafka gives", floors.consume, "records a second"),
        Figure("PostgreSQL takes by COPY", floors.copy, "rows a second"),
    ]
    remark = f"{events:,} decisions of karens, {size} bytes each: one client, one process, nothing decided."
    return Row("Floors", figures, used, [remark])


async def _through_kafka(stage: Stage, records: Sequence[KeyAndValue]) -> tuple[float, float]:
    """Seconds in, and seconds out again."""
    kafka, topic = stage.stack.addresses.kafka, stage.topic("karens")
    began = time.monotonic()
    await produce(kafka, topic, InvitationCleared.kind(), records)
    between = time.monotonic()
    await _consume(kafka, topic, len(records))
    return between - began, time.monotonic() - between


async def produce(kafka: str, topic: str, kind: str, records: Iterable[KeyAndValue]) -> None:
    """In whole batches of one partition each, all acknowledged."""
    places: dict[int, list[KeyAndValue]] = defaultdict(list)
    for record in records:
        places[(murmur2(record[0]) & 0x7FFFFFFF) % PARTITIONS].append(record)
    async with AIOKafkaProducer(
        bootstrap_servers=kafka, enable_idempotence=True, max_batch_size=BATCH_BYTES, max_request_size=8 * BATCH_BYTES
    ) as producer:
        await asyncio.gather(*(_send(producer, topic, place, kind, theirs) for place, theirs in places.items()))


async def _send(
    producer: AIOKafkaProducer, topic: str, partition: int, kind: str, records: Sequence[KeyAndValue]
) -> None:
    headers, batch = [("kind", kind.encode())], producer.create_batch()
    for key, value in records:
        if batch.append(key=key, value=value, timestamp=None, headers=headers) is None:
            await (await producer.send_batch(batch, topic, partition=partition))
            batch = producer.create_batch()
            batch.append(key=key, value=value, timestamp=None, headers=headers)
    await (await producer.send_batch(batch, topic, partition=partition))


async def _consume(kafka: str, topic: str, count: int) -> None:
    async with AIOKafkaConsumer(bootstrap_servers=kafka, max_partition_fetch_bytes=4 * 1024 * 1024) as consumer:
        consumer.assign([TopicPartition(topic, partition) for partition in range(PARTITIONS)])
        await consumer.seek_to_beginning()
        while count > 0:
            count -= sum(map(len, (await consumer.getmany(timeout_ms=200)).values()))


async def _copied(stage: Stage, events: Sequence[Event]) -> float:
    """Seconds for the rows that karens keeps, into a table with the same indexes."""
    rows = [_row_of(event) for event in events]
    async with stage.database("karens") as session:
        await session.execute(TABLE)
        began = time.monotonic()
        await session.copy_records_to_table("floor", columns=COLUMNS, records=rows)
        return time.monotonic() - began


def _row_of(event: Any) -> tuple[Any, ...]:
    about, rule = event.invitation, event.rule
    start = (about.id, about.person, about.survey, about.wave, about.unit, event.occurred_at)
    return (*start, "cleared", rule.name, rule.version, rule.days)


def raw_read(file: Path) -> float:
    """Seconds that DuckDB takes to look at every line of a file once."""
    began = time.monotonic()
    with duckdb.connect(":memory:", config={"threads": 2}) as connection:
        connection.execute(RAW_READ, [str(file)]).fetchall()
    return time.monotonic() - began


def bare_server() -> Starlette:
    """One plain route that gives the recorded answers' bytes: `uvicorn --factory` runs it."""
    recorded = json.loads(Path(os.environ[RECORDED]).read_text())
    answers = {(one["method"], one["tail"]): Response(one["answer"], one["status"], one["headers"]) for one in recorded}

    async def answer(request: Request) -> Response:
        await request.body()
        return answers[request.method, request.path_params["tail"]]

    return Starlette(routes=[Route("/s/{code}{tail:path}", answer, methods=["GET", "POST"])])
