"""How far each partition has been taken. Stored with the effects, so neither is ever ahead of the other."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from aiokafka import TopicPartition

from shared.runtime.database import Transaction


@dataclass(frozen=True)
class StoredOffset:
    cluster: str
    next_offset: int
    watermark: datetime | None


READ = """
SELECT topic, partition, cluster, next_offset, watermark FROM runtime.consumer_offset ORDER BY topic, partition
"""


async def read(tx: Transaction) -> dict[TopicPartition, StoredOffset]:
    return _by_place(await tx.fetch(READ))


LOCK = """
SELECT topic, partition, cluster, next_offset, watermark
FROM runtime.consumer_offset JOIN unnest($1::text[], $2::int[]) AS wanted (topic, partition) USING (topic, partition)
ORDER BY topic, partition
FOR UPDATE OF consumer_offset
"""


async def lock(tx: Transaction, places: Iterable[TopicPartition]) -> dict[TopicPartition, StoredOffset]:
    """The offsets, held until the transaction ends: whoever else takes these partitions waits, and then is late."""
    return _by_place(await tx.fetch(LOCK, *_columns(sorted(places))))


BEGIN = """
INSERT INTO runtime.consumer_offset (cluster, topic, partition, next_offset)
SELECT $1, topic, partition, next_offset
FROM unnest($2::text[], $3::int[], $4::bigint[]) AS log (topic, partition, next_offset)
ON CONFLICT DO NOTHING
"""


async def begin(tx: Transaction, cluster: str, firsts: Mapping[TopicPartition, int]) -> None:
    """Sets the stored offsets that do not exist yet to the beginning of the log."""
    places = sorted(firsts)
    await tx.execute(BEGIN, cluster, *_columns(places), [firsts[place] for place in places])


MOVE = """
UPDATE runtime.consumer_offset
SET next_offset = moved.next_offset, watermark = coalesce(moved.watermark, consumer_offset.watermark)
FROM unnest($1::text[], $2::int[], $3::bigint[], $4::timestamptz[])
     AS moved (topic, partition, next_offset, watermark)
WHERE consumer_offset.topic = moved.topic AND consumer_offset.partition = moved.partition
"""


async def move(tx: Transaction, to: Mapping[TopicPartition, tuple[int, datetime | None]]) -> None:
    """Sets offsets that this transaction holds, and what the topic's marks said on the way."""
    places = list(to)
    await tx.execute(MOVE, *_columns(places), [to[p][0] for p in places], [to[p][1] for p in places])


HEARD = """
SELECT CASE WHEN count(watermark) = $2 THEN min(watermark) END FROM runtime.consumer_offset WHERE topic = $1
"""


async def watermark(tx: Transaction, topic: str, partitions: int) -> datetime | None:
    """Everything told before this moment has been taken; None while a partition has said nothing yet."""
    return await tx.fetchval(HEARD, topic, partitions)


def _columns(places: Sequence[TopicPartition]) -> tuple[list[str], list[int]]:
    return [place.topic for place in places], [place.partition for place in places]


def _by_place(rows: Iterable[Any]) -> dict[TopicPartition, StoredOffset]:
    return {
        TopicPartition(row["topic"], row["partition"]): StoredOffset(
            row["cluster"], row["next_offset"], row["watermark"]
        )
        for row in rows
    }
