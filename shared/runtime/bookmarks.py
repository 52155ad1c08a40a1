"""How far each partition has been taken. Stored with the effects, so neither is ever ahead of the other."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from shared.runtime.database import Transaction


class Place(NamedTuple):
    """A partition of a topic, by the topic's name at the broker."""

    topic: str
    partition: int


@dataclass(frozen=True)
class Bookmark:
    cluster: str
    next_offset: int
    complete_until: datetime | None


READ = """
SELECT topic, partition, cluster, next_offset, complete_until FROM runtime.bookmark ORDER BY topic, partition
"""


async def read(tx: Transaction) -> dict[Place, Bookmark]:
    return _by_place(await tx.fetch(READ))


LOCK = """
SELECT topic, partition, cluster, next_offset, complete_until
FROM runtime.bookmark JOIN unnest($1::text[], $2::int[]) AS wanted (topic, partition) USING (topic, partition)
ORDER BY topic, partition
FOR UPDATE OF bookmark
"""


async def lock(tx: Transaction, places: Iterable[Place]) -> dict[Place, Bookmark]:
    """The bookmarks, held until the transaction ends: whoever else takes these partitions waits, and then is late."""
    return _by_place(await tx.fetch(LOCK, *_columns(sorted(places))))


BEGIN = """
INSERT INTO runtime.bookmark (cluster, topic, partition, next_offset)
SELECT $1, topic, partition, next_offset
FROM unnest($2::text[], $3::int[], $4::bigint[]) AS log (topic, partition, next_offset)
ON CONFLICT DO NOTHING
"""


async def begin(tx: Transaction, cluster: str, firsts: Mapping[Place, int]) -> None:
    """Sets the bookmarks that do not exist yet to the beginning of the log."""
    places = sorted(firsts)
    await tx.execute(BEGIN, cluster, *_columns(places), [firsts[place] for place in places])


MOVE = """
UPDATE runtime.bookmark
SET next_offset = moved.next_offset, complete_until = greatest(bookmark.complete_until, moved.complete_until)
FROM unnest($1::text[], $2::int[], $3::bigint[], $4::timestamptz[])
     AS moved (topic, partition, next_offset, complete_until)
WHERE bookmark.topic = moved.topic AND bookmark.partition = moved.partition
"""


async def move(tx: Transaction, to: Mapping[Place, tuple[int, datetime | None]]) -> None:
    """Sets bookmarks that this transaction holds, and what the topic's marks said on the way."""
    places = list(to)
    await tx.execute(MOVE, *_columns(places), [to[p][0] for p in places], [to[p][1] for p in places])


HEARD = """
SELECT CASE WHEN count(complete_until) = $2 THEN min(complete_until) END FROM runtime.bookmark WHERE topic = $1
"""


async def complete_until(tx: Transaction, topic: str, partitions: int) -> datetime | None:
    """Everything told before this moment has been taken; None while a partition has said nothing yet."""
    return await tx.fetchval(HEARD, topic, partitions)


def _columns(places: Sequence[Place]) -> tuple[list[str], list[int]]:
    return [place.topic for place in places], [place.partition for place in places]


def _by_place(rows: Iterable[Any]) -> dict[Place, Bookmark]:
    return {
        Place(row["topic"], row["partition"]): Bookmark(row["cluster"], row["next_offset"], row["complete_until"])
        for row in rows
    }
