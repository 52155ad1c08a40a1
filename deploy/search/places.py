"""Everything a running stack keeps: tables, topics, keys and files."""

import io
from collections.abc import AsyncIterator, Collection, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import asyncpg
from aiokafka import AIOKafkaConsumer, ConsumerRecord, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient
from redis.asyncio import Redis

Kept = tuple[str, bytes]
"""Where it is, and what it is."""

DATABASES = "SELECT datname FROM pg_database WHERE datallowconn ORDER BY datname"
TABLES = """
SELECT format('%I.%I', nspname, relname) AS name, nspname = 'pg_catalog' AS is_catalog
FROM pg_class JOIN pg_namespace ON pg_namespace.oid = relnamespace
WHERE relkind IN ('r', 'm')
  AND (nspname NOT IN ('pg_catalog', 'information_schema', 'pg_toast') OR relname = 'pg_statistic')
ORDER BY 1
"""
"""Ours, and the catalog's one table that repeats values of ours. The others hold names, and are searched as files."""


async def tables(server: str) -> AsyncIterator[Kept]:
    """Every table of every database as text, and as bytes for what text writes otherwise. `server`: its superuser's."""
    address = urlsplit(server)
    for database in await _asked(server, DATABASES):
        connection = await asyncpg.connect(address._replace(path=f"/{database['datname']}").geturl())
        try:
            for table in await connection.fetch(TABLES):
                where = f"database {database['datname']}, table {table['name']}"
                for form in ("text",) if table["is_catalog"] else ("text", "binary"):
                    yield f"{where} as {form}", await _exported(connection, table["name"], form)
        finally:
            await connection.close()


async def _asked(url: str, sql: str) -> list[asyncpg.Record]:
    connection = await asyncpg.connect(url)
    try:
        return await connection.fetch(sql)
    finally:
        await connection.close()


async def _exported(connection: asyncpg.Connection, table: str, form: str) -> bytes:
    exported = io.BytesIO()
    await connection.copy_from_query(f"SELECT * FROM {table}", output=exported, format=form)
    return exported.getvalue()


async def records(kafka: str) -> AsyncIterator[ConsumerRecord]:
    """Every record of every topic, once, up to the ends as they are now."""
    admin = AIOKafkaAdminClient(bootstrap_servers=kafka)
    await admin.start()
    try:
        described = await admin.describe_topics()
    finally:
        await admin.close()
    places = [TopicPartition(one["topic"], part["partition"]) for one in described for part in one["partitions"]]
    async with AIOKafkaConsumer(bootstrap_servers=kafka, auto_offset_reset="earliest") as consumer:
        consumer.assign(places)
        ends = await consumer.end_offsets(places)
        while [place for place in places if await consumer.position(place) < ends[place]]:
            for part in (await consumer.getmany(timeout_ms=200)).values():
                for record in part:
                    yield record


async def topics(kafka: str) -> AsyncIterator[Kept]:
    async for record in records(kafka):
        where = f"topic {record.topic}"
        yield f"{where}, a key", record.key or b""
        yield f"{where}, a value", record.value or b""
        for name, value in record.headers:
            yield f"{where}, the header {name}", value or b""


async def keys(valkey: str) -> AsyncIterator[Kept]:
    async with Redis.from_url(valkey) as server:
        async for key in server.scan_iter():
            yield "valkey, a key", key
            yield "valkey, a value", await _value(server, key)


async def _value(server: Any, key: bytes) -> bytes:
    """As it is, or as the server writes it down where it is no text."""
    return await (server.get(key) if await server.type(key) == b"string" else server.dump(key)) or b""


def files(folder: Path, apart_from: Collection[Path]) -> Iterator[Path]:
    for path in sorted(folder.rglob("*")):
        if path.is_file() and not any(path.is_relative_to(one) for one in apart_from):
            yield path
