"""Whether the log and the bookmarks are still about the same thing.

Nothing may be passed over in silence, nor taken for something it is not: a bookmark of another cluster, or one that the
log does not hold, stops the service. Moving it is a human's decision.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from aiokafka import AIOKafkaConsumer, TopicPartition

from shared.events.topics import PARTITIONS
from shared.runtime import bookmarks
from shared.runtime.bookmarks import Bookmark, Place
from shared.runtime.database import Database
from shared.runtime.failures import Halted


class WrongLog(Halted):
    """The log is not the one that the bookmarks are about."""


@dataclass(frozen=True)
class Standing:
    """Where one partition stood at a look."""

    bookmark: Bookmark
    end: int

    @property
    def waits(self) -> bool:
        return self.bookmark.next_offset < self.end


async def look(
    asker: AIOKafkaConsumer, database: Database, cluster: str, topics: Sequence[str]
) -> dict[Place, Standing]:
    """Every partition's bookmark, begun where it was missing, and its log's end. Raises WrongLog.

    The beginning is asked for before the bookmark is read and the end after it, for both only grow.
    """
    wanted = [TopicPartition(topic, partition) for topic in topics for partition in range(PARTITIONS)]
    first = await asker.beginning_offsets(wanted)
    held = await _begun(database, cluster, {Place(*place): offset for place, offset in first.items()})
    end = await asker.end_offsets(wanted)
    for place, bookmark in held.items():
        _agree(cluster, place, bookmark, first[TopicPartition(*place)], end[TopicPartition(*place)])
    return {place: Standing(bookmark, end[TopicPartition(*place)]) for place, bookmark in held.items()}


async def _begun(database: Database, cluster: str, firsts: Mapping[Place, int]) -> dict[Place, Bookmark]:
    async with database.reading() as tx:
        held = await bookmarks.read(tx)
    if firsts.keys() - held.keys():
        async with database.transaction() as tx:
            await bookmarks.begin(tx, cluster, firsts)
            held = await bookmarks.read(tx)
    return {place: held[place] for place in firsts}


def _agree(cluster: str, place: Place, bookmark: Bookmark, first: int, end: int) -> None:
    where = f"{place.topic}/{place.partition}"
    if bookmark.cluster != cluster:
        raise WrongLog(
            f"{where}: the bookmark is of cluster {bookmark.cluster}, the broker is of cluster {cluster}. "
            "Point the service at its own cluster, or move its bookmarks on purpose"
        )
    if not first <= bookmark.next_offset <= end:
        raise WrongLog(
            f"{where}: the bookmark stands at {bookmark.next_offset}, the log holds {first} to {end}. "
            "The topic was recreated or cut off: restore it, or move the bookmark on purpose"
        )
