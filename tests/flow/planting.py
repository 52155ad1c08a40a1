"""Puts numbers where none may be: one into every kind of place that a search must look into."""

import base64
import gzip
import io
import lzma
import tarfile
import zipfile
from collections.abc import Mapping
from pathlib import Path

from aiokafka import AIOKafkaProducer
from redis.asyncio import Redis

from shared.runtime import topics
from tests.flow.world import World
from tests.support.deliveries import a_cpr

TABLE = """
CREATE TABLE planted (
    words text, number bigint, bytes bytea, document jsonb, encoded text, long_words text, deleted text UNIQUE)
"""
ROW = "INSERT INTO planted VALUES ($1, $2, $3, $4, $5, $6)"
DELETED = "INSERT INTO planted (deleted) VALUES ($1)"
DELETE = "DELETE FROM planted WHERE deleted IS NOT NULL"
KINDS = (
    *("table: words", "table: number", "table: bytes", "table: document", "table: encoded", "table: long words"),
    *("table: deleted", "record: key", "record: value", "record: header", "record: encoded", "record: compressed"),
    *("valkey: key", "valkey: value", "log", "file name", "file: tar", "file: tar.lzma", "file: zip", "file: gz"),
)
PLANTED: Mapping[str, str] = {kind: a_cpr(1000 + place) for place, kind in enumerate(KINDS)}
"""Kind of place -> the number that is put there; nobody else's."""


def _with_hyphen(kind: str) -> str:
    return f"{PLANTED[kind][:6]}-{PLANTED[kind][6:]}"


def _encoded(kind: str) -> str:
    return base64.urlsafe_b64encode(f'{{"pnr": "{PLANTED[kind]}"}}'.encode()).decode()


async def plant(world: World) -> None:
    await _in_a_table(world)
    await _in_a_topic(world)
    await _in_valkey(world)
    _in_files(world.stack.folder)


async def _in_a_table(world: World) -> None:
    async with world.session("console") as session:
        await session.execute(TABLE)
        document = f'{{"text": "Jeg hedder {_with_hyphen("table: document")}."}}'
        words, number = f"Nummer {PLANTED['table: words']}", int(PLANTED["table: number"])
        long_words = f"{'lang ' * 20_000}{PLANTED['table: long words']}{' tekst' * 20_000}"
        content = PLANTED["table: bytes"].encode()
        await session.execute(ROW, words, number, content, document, _encoded("table: encoded"), long_words)
        await session.execute(DELETED, PLANTED["table: deleted"])
        await session.execute(DELETE)
        await session.execute("CHECKPOINT")


async def _in_a_topic(world: World) -> None:
    kafka, topic = world.stack.addresses.kafka, topics.address(world.stack.state.topic_prefix, "set-aside")
    headers = [("kind", b"planted"), ("who", PLANTED["record: header"].encode())]
    async with AIOKafkaProducer(bootstrap_servers=kafka) as producer:
        key, value = PLANTED["record: key"].encode(), f"Nr. {_with_hyphen('record: value')}.".encode()
        await producer.send_and_wait(topic, value, key, headers=headers)
        await producer.send_and_wait(topic, _encoded("record: encoded").encode(), headers=[("kind", b"planted")])
    async with AIOKafkaProducer(bootstrap_servers=kafka, compression_type="gzip") as producer:
        value = f"{'igen og ' * 100}{PLANTED['record: compressed']}".encode()
        await producer.send_and_wait(topic, value, headers=[("kind", b"planted")])


async def _in_valkey(world: World) -> None:
    async with Redis.from_url(world.stack.addresses.valkey) as server:
        await server.set(f"planted:{PLANTED['valkey: key']}", f"nr {_with_hyphen('valkey: value')}")


def _in_files(folder: Path) -> None:
    place = folder / "planted"
    place.mkdir()
    (folder / "log" / "planted.log").write_text(f'{{"event": "GET /?cprNumber={PLANTED["log"]}"}}\n')
    (place / f"brev-{PLANTED['file name']}.txt").touch()
    (place / "planted.tar").write_bytes(_tar("file: tar"))
    (place / "planted.tar.lzma").write_bytes(lzma.compress(_tar("file: tar.lzma"), lzma.FORMAT_ALONE))
    (place / "planted.gz").write_bytes(gzip.compress(PLANTED["file: gz"].encode()))
    with zipfile.ZipFile(place / "planted.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("brev.xml", f"<id>{_with_hyphen('file: zip')}</id>")


def _tar(kind: str) -> bytes:
    written, content = io.BytesIO(), f"<id>{_with_hyphen(kind)}</id>".encode()
    with tarfile.open(fileobj=written, mode="w") as archive:
        member = tarfile.TarInfo("brev.xml")
        member.size = len(content)
        archive.addfile(member, io.BytesIO(content))
    return written.getvalue()
