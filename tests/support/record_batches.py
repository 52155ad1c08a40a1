"""Record batches as no client library of ours would write them, and their way to a real broker."""

import asyncio
import struct
from collections.abc import Sequence

from aiokafka import TopicPartition, codec
from aiokafka.client import AIOKafkaClient
from aiokafka.errors import NoError, for_code
from aiokafka.protocol.produce import ProduceRequest
from aiokafka.record.default_records import DefaultRecordBatchBuilder
from aiokafka.record.util import calc_crc32c

from shared.runtime.record_batches import HEADER

STAND_IN = "no-text"
NO_TEXT = b"\xff\xfe-text"
"""A header's name that is no UTF-8, as long as the one it is written in place of."""

Record = tuple[bytes, bytes, Sequence[tuple[str, bytes]]]
"""Key, value and headers; the name STAND_IN becomes NO_TEXT."""

LENGTH, CHECKSUM, ATTRIBUTES = 8, 17, 21
"""Where they stand in a batch."""
COMPRESSIONS = {"none": (0, bytes), "gzip": (1, codec.gzip_encode), "zstd": (4, codec.zstd_encode)}


def batch(records: Sequence[Record], compression: str = "none") -> bytes:
    builder = DefaultRecordBatchBuilder(2, 0, 0, -1, -1, -1, 1 << 20)
    for number, (key, value, headers) in enumerate(records):
        builder.append(number, None, key, value, list(headers))
    built = bytes(builder.build()).replace(STAND_IN.encode(), NO_TEXT)
    number, encode = COMPRESSIONS[compression]
    return sealed(built[: HEADER.size], encode(built[HEADER.size :]), number)


def sealed(head: bytes, content: bytes, attributes: int = 0) -> bytes:
    """With the length and the checksum that belong to it."""
    made = bytearray(head + content)
    struct.pack_into(">i", made, LENGTH, len(made) - 12)
    struct.pack_into(">h", made, ATTRIBUTES, attributes)
    struct.pack_into(">I", made, CHECKSUM, calc_crc32c(bytes(made[ATTRIBUTES:])))
    return bytes(made)


async def produce(kafka: str, topic: str, partition: int, made: bytes) -> None:
    client = AIOKafkaClient(bootstrap_servers=kafka)
    await client.bootstrap()
    try:
        client.add_topic(topic)
        while (error := for_code(await _send(client, TopicPartition(topic, partition), made))) is not NoError:
            if not error.retriable:
                raise error
            await asyncio.sleep(0.05)
    finally:
        await client.close()


async def _send(client: AIOKafkaClient, place: TopicPartition, made: bytes) -> int:
    """Returns what the broker says of it; a topic just made has no leader for a moment."""
    await client.force_metadata_update()
    request = ProduceRequest(None, -1, 10_000, [(place.topic, [(place.partition, made)])])
    said = await client.send(client.cluster.leader_for_partition(place), request)
    [(_, [(_, error, *_)])] = said.topics
    return error
