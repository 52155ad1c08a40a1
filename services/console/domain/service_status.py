"""The status of one service: what it says of itself at its internal API, summed over partitions."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any


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
class ServiceStatus:
    name: str
    unreachable: str | None = None
    """Why it does not answer: then what it reads and its outbox are as last known, and all else is empty."""
    halted: str | None = None
    waiting_for: str | None = None
    """What it cannot go on without, and what is not there."""
    reads: Sequence[TopicLag] = ()
    outbox: Outbox = Outbox(0, None, 0)
    work: Sequence[Work] = ()

    @property
    def never_answered(self) -> bool:
        return self.unreachable is not None and not self.reads

    @property
    def waiting(self) -> int:
        """Records that it has not consumed yet, of all it reads."""
        return sum(topic.records for topic in self.reads)

    @property
    def oldest_seconds(self) -> float | None:
        return _longest([topic.oldest_seconds for topic in self.reads])


def last_known(answer: ServiceStatus, before: ServiceStatus | None) -> ServiceStatus:
    """The status as the service answers; of one that does not, what it read and its outbox when it last did."""
    if answer.unreachable and before:
        return replace(answer, reads=before.reads, outbox=before.outbox)
    return answer


def parse_status(name: str, status: Mapping[str, Any]) -> ServiceStatus:
    """Raises LookupError, TypeError or ValueError for what is no status."""
    now = datetime.fromisoformat(status["now"]) if status.get("now") else None
    topics: dict[str, list[PartitionLag]] = {}
    for partition in status["reads"]:
        topics.setdefault(partition["topic"], []).append(_partition(partition, now))
    return ServiceStatus(
        name,
        halted=status["halted"],
        waiting_for=status.get("waiting_for"),
        reads=[TopicLag(topic, partitions) for topic, partitions in topics.items()],
        outbox=Outbox(**{field: status["outbox"][field] for field in ("records", "oldest_seconds", "refused")}),
        work=[_work(work) for work in status["rounds"]],
    )


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


def _partition(partition: Mapping[str, Any], now: datetime | None) -> PartitionLag:
    oldest, watermark = partition["oldest_seconds"], partition.get("watermark")
    if oldest is None and watermark and now:
        oldest = (now - datetime.fromisoformat(watermark)).total_seconds()
    return PartitionLag(partition["partition"], partition["offset"] or 0, partition["end"], oldest)


def _work(work: Mapping[str, Any]) -> Work:
    return Work(
        work["name"], _moment(work.get("due")), _moment(work.get("since")), work.get("failing"), work.get("held")
    )


def _moment(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None


def _longest(ages: Sequence[float | None]) -> float | None:
    return max((age for age in ages if age is not None), default=None)
