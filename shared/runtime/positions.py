"""Whether the log and the stored offsets are still about the same thing.

Nothing may be passed over in silence, nor taken for something it is not: a stored offset of another cluster, or one
that the log does not hold, stops the service. Moving it is a human's decision.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient

from shared.runtime import offsets, topics
from shared.runtime.circuit_breaker import Halted
from shared.runtime.database import Database
from shared.runtime.offsets import StoredOffset


@dataclass(frozen=True)
class Asker:
    """Asks how the log stands, on connections of its own, where no long poll stands."""

    admin: AIOKafkaAdminClient
    consumer: AIOKafkaConsumer


class OffsetMismatch(Halted):
    """The log is not the one that the stored offsets are about."""


@dataclass(frozen=True)
class Position:
    """Where one partition stood at a look."""

    stored: StoredOffset
    end: int

    @property
    def waits(self) -> bool:
        return self.stored.next_offset < self.end


async def look(asker: Asker, database: Database, cluster: str, names: Sequence[str]) -> dict[TopicPartition, Position]:
    """Every partition's stored, begun where it was missing, and its log's end. Raises OffsetMismatch, MissingTopics.

    The beginning is asked for before the stored offset is read and the end after it, for both only grow.
    """
    wanted = await topics.partitions(asker.admin, names)
    first = await asker.consumer.beginning_offsets(wanted)
    held = await _begun(database, cluster, {TopicPartition(*place): offset for place, offset in first.items()})
    end = await asker.consumer.end_offsets(wanted)
    for place, stored in held.items():
        _agree(cluster, place, stored, first[TopicPartition(*place)], end[TopicPartition(*place)])
    return {place: Position(stored, end[TopicPartition(*place)]) for place, stored in held.items()}


async def _begun(
    database: Database, cluster: str, firsts: Mapping[TopicPartition, int]
) -> dict[TopicPartition, StoredOffset]:
    async with database.reading() as tx:
        held = await offsets.read(tx)
    if firsts.keys() - held.keys():
        async with database.transaction() as tx:
            await offsets.begin(tx, cluster, firsts)
            held = await offsets.read(tx)
    names = {place.topic for place in firsts}
    if gone := [place for place in held if place.topic in names and place not in firsts]:
        raise topics.MissingTopics([f"{place.topic}/{place.partition}" for place in gone])
    return {place: held[place] for place in firsts}


def _agree(cluster: str, place: TopicPartition, stored: StoredOffset, first: int, end: int) -> None:
    where = f"{place.topic}/{place.partition}"
    if stored.cluster != cluster:
        raise OffsetMismatch(
            f"{where}: the stored offset is of cluster {stored.cluster}, the broker is of cluster {cluster}. "
            "Point the service at its own cluster, or move its offsets on purpose"
        )
    if not first <= stored.next_offset <= end:
        raise OffsetMismatch(
            f"{where}: the stored offset stands at {stored.next_offset}, the log holds {first} to {end}. "
            "The topic was recreated or cut off: restore it, or move the stored offset on purpose"
        )
