"""How far each partition has been taken. Stored with the effects, so neither is ever ahead of the other."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from aiokafka import TopicPartition

from shared.runtime.database import Transaction
from shared.runtime.watermarks import Watermark


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
SET next_offset = moved.next_offset,
    watermark = coalesce(moved.watermark, consumer_offset.watermark),
    partitions = coalesce(moved.partitions, consumer_offset.partitions)
FROM unnest($1::text[], $2::int[], $3::bigint[], $4::timestamptz[], $5::int[])
     AS moved (topic, partition, next_offset, watermark, partitions)
WHERE consumer_offset.topic = moved.topic AND consumer_offset.partition = moved.partition
"""


async def move(tx: Transaction, to: Mapping[TopicPartition, tuple[int, Watermark | None]]) -> None:
    """Sets offsets that this transaction holds, and what the topic's watermarks said on the way."""
    said = [watermark for _, watermark in to.values()]
    await tx.execute(
        MOVE,
        *_columns(list(to)),
        [next_offset for next_offset, _ in to.values()],
        [watermark and watermark.moment for watermark in said],
        [watermark and watermark.partitions for watermark in said],
    )


HEARD = """
SELECT CASE WHEN count(watermark) >= greatest(count(*), max(partitions)) THEN min(watermark) END
FROM runtime.consumer_offset WHERE topic = $1
"""


async def watermark(tx: Transaction, topic: str) -> datetime | None:
    """Everything told before this moment has been taken; None while a partition has said nothing yet.

    The partitions are those that the topic has for the consumer, and at least those that its publisher wrote to.
    """
    return await tx.fetchval(HEARD, topic)


def _columns(places: Sequence[TopicPartition]) -> tuple[list[str], list[int]]:
    return [place.topic for place in places], [place.partition for place in places]


def _by_place(rows: Iterable[Any]) -> dict[TopicPartition, StoredOffset]:
    return {
        TopicPartition(row["topic"], row["partition"]): StoredOffset(
            row["cluster"], row["next_offset"], row["watermark"]
        )
        for row in rows
    }
