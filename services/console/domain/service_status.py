"""The status of one service: what it says of itself at its internal API, summed over partitions."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime


@dataclass(frozen=True)
class PartitionLag:
    """How far a service is behind in one partition of a topic that it reads."""

    partition: int
    offset: int
    """Up to which it was consumed."""
    end: int
    """Of the log, as whoever asked the broker last saw it."""
    oldest_seconds: float | None
    """How long what waits may have waited; None where nothing waited, or nobody knows."""

    @property
    def waiting(self) -> int:
        return max(0, self.end - self.offset)


@dataclass(frozen=True)
class TopicLag:
    """How far a service is behind in one topic. Records are counted as Kafka counts them, with the relays' marks."""

    topic: str
    partitions: Sequence[PartitionLag]

    @property
    def records(self) -> int:
        """Not consumed yet."""
        return sum(partition.waiting for partition in self.partitions)

    @property
    def oldest_seconds(self) -> float | None:
        return _longest([partition.oldest_seconds for partition in self.partitions if partition.waiting])

    @property
    def offset(self) -> int:
        return sum(partition.offset for partition in self.partitions)

    @property
    def end(self) -> int:
        return sum(partition.end for partition in self.partitions)


@dataclass(frozen=True)
class Outbox:
    records: int
    oldest_seconds: float | None
    refused: int
    """Rows that the broker will never take."""


@dataclass(frozen=True)
class Work:
    """A round or an errand."""

    name: str
    due: datetime | None
    """When there is work next; None: there is none."""
    since: datetime | None
    """Since when there is work that could be claimed now."""
    failing: str | None
    held: str | None = None
    """Why a person holds all of it back."""


@dataclass(frozen=True)
class Wait:
    """Something that does not work now and is tried again and again."""

    where: str
    """Kafka, the database, or a round's or an errand's name."""
    failure: str | None = None
    """The error and its place in the code."""
    since: datetime | None = None
    seconds: float | None = None
    """For how long, where that is known instead of since when."""


@dataclass(frozen=True)
class Halt:
    """Work that stopped itself because too much of it failed or came to the same end."""

    work: str
    because: str
    at: datetime | None


@dataclass(frozen=True)
class Stuck:
    """Items of one work that could not be done, for one reason: they wait until somebody decides."""

    work: str
    reason: str
    count: int
    since: datetime | None = None


@dataclass(frozen=True)
class ServiceStatus:
    name: str
    unreachable: str | None = None
    """Why it does not answer: then what it reads and its outbox are as last known, and all else is empty."""
    halted: str | None = None
    reads: Sequence[TopicLag] = ()
    outbox: Outbox = Outbox(0, None, 0)
    work: Sequence[Work] = ()
    waits: Sequence[Wait] = ()
    halts: Sequence[Halt] = ()
    """Apart from the one that `halted` tells of."""
    stuck: Sequence[Stuck] = ()

    @property
    def never_answered(self) -> bool:
        return self.unreachable is not None and not self.reads

    @property
    def records(self) -> int:
        """That it has not consumed yet, of all it reads."""
        return sum(topic.records for topic in self.reads)

    @property
    def oldest_seconds(self) -> float | None:
        return _longest([topic.oldest_seconds for topic in self.reads])


def last_known(answer: ServiceStatus, before: ServiceStatus | None) -> ServiceStatus:
    """The status as the service answers; of one that does not, what it read and its outbox when it last did."""
    if answer.unreachable and before:
        return replace(answer, reads=before.reads, outbox=before.outbox)
    return answer


def with_latest_ends(services: Sequence[ServiceStatus]) -> list[ServiceStatus]:
    """The services, each with the log's ends as the others see them too.

    One that has stopped, or is in the middle of a batch, does not see how the log grows; the console always does.
    """
    ends: dict[tuple[str, int], int] = {}
    for topic, partition in _partitions(services):
        key = topic.topic, partition.partition
        ends[key] = max(partition.end, ends.get(key, 0))

    def updated(topic: TopicLag) -> TopicLag:
        partitions = topic.partitions
        return TopicLag(topic.topic, [replace(part, end=ends[topic.topic, part.partition]) for part in partitions])

    return [replace(service, reads=[updated(topic) for topic in service.reads]) for service in services]


def _partitions(services: Sequence[ServiceStatus]) -> Iterator[tuple[TopicLag, PartitionLag]]:
    return ((topic, partition) for service in services for topic in service.reads for partition in topic.partitions)


def _longest(ages: Sequence[float | None]) -> float | None:
    return max((age for age in ages if age is not None), default=None)
