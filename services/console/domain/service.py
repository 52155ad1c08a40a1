"""Where one service stands: what it says of itself at its internal API, summed over partitions."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any


@dataclass(frozen=True)
class Part:
    """One partition of a topic that a service reads."""

    partition: int
    taken: int
    """The offset up to which it was taken."""
    end: int
    """Of the log, as whoever looked last saw it."""
    oldest_seconds: float | None
    """How long what waits may have waited; None where nothing waited, or nobody knows."""

    @property
    def waiting(self) -> int:
        return max(0, self.end - self.taken)


@dataclass(frozen=True)
class Reading:
    """One topic that a service reads. Records are counted as Kafka counts them, with the relays' marks."""

    topic: str
    parts: Sequence[Part]

    @property
    def records(self) -> int:
        """Not taken yet."""
        return sum(part.waiting for part in self.parts)

    @property
    def oldest_seconds(self) -> float | None:
        return _longest([part.oldest_seconds for part in self.parts if part.waiting])

    @property
    def taken(self) -> int:
        return sum(part.taken for part in self.parts)

    @property
    def end(self) -> int:
        return sum(part.end for part in self.parts)


@dataclass(frozen=True)
class Outbox:
    records: int
    oldest_seconds: float | None
    refused: int
    """Rows that the broker will never take."""


@dataclass(frozen=True)
class Doing:
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
class Service:
    name: str
    away: str | None = None
    """Why nothing is heard of it: then what it reads and tells is as it was last known, and all else is empty."""
    halted: str | None = None
    waiting_for: str | None = None
    """What it cannot go on without, and what is not there."""
    reads: Sequence[Reading] = ()
    outbox: Outbox = Outbox(0, None, 0)
    rounds: Sequence[Doing] = ()

    @property
    def unknown(self) -> bool:
        """It never answered."""
        return self.away is not None and not self.reads

    @property
    def waiting(self) -> int:
        """Records that it has not taken yet, of all it reads."""
        return sum(one.records for one in self.reads)

    @property
    def oldest_seconds(self) -> float | None:
        return _longest([one.oldest_seconds for one in self.reads])


def last_known(answers: Service, before: Service | None) -> Service:
    """The service as it answers; of one that does not, what it read and told when it last did."""
    if answers.away and before:
        return replace(answers, reads=before.reads, outbox=before.outbox)
    return answers


def service(name: str, status: Mapping[str, Any]) -> Service:
    """Raises LookupError, TypeError or ValueError for what is no status."""
    now = datetime.fromisoformat(status["now"]) if status.get("now") else None
    topics: dict[str, list[Part]] = {}
    for part in status["reads"]:
        topics.setdefault(part["topic"], []).append(_part(part, now))
    return Service(
        name,
        halted=status["halted"],
        waiting_for=status.get("waiting_for"),
        reads=[Reading(topic, parts) for topic, parts in topics.items()],
        outbox=Outbox(**{field: status["outbox"][field] for field in ("records", "oldest_seconds", "refused")}),
        rounds=[_doing(one) for one in status["rounds"]],
    )


def together(services: Sequence[Service]) -> list[Service]:
    """The services, each with the log's ends as the others see them too.

    One that has stopped, or stands in the middle of a batch, does not look how the log grows; the console always does.
    """
    ends: dict[tuple[str, int], int] = {}
    for one, part in _places(services):
        ends[one.topic, part.partition] = max(part.end, ends.get((one.topic, part.partition), 0))

    def seen(one: Reading) -> Reading:
        return Reading(one.topic, [replace(part, end=ends[one.topic, part.partition]) for part in one.parts])

    return [replace(one, reads=[seen(reading) for reading in one.reads]) for one in services]


def _places(services: Sequence[Service]) -> Iterator[tuple[Reading, Part]]:
    return ((one, part) for service in services for one in service.reads for part in one.parts)


def _part(part: Mapping[str, Any], now: datetime | None) -> Part:
    oldest, until = part["oldest_seconds"], part.get("watermark")
    if oldest is None and until and now:
        oldest = (now - datetime.fromisoformat(until)).total_seconds()
    return Part(part["partition"], part["offset"] or 0, part["end"], oldest)


def _doing(one: Mapping[str, Any]) -> Doing:
    due, since = (datetime.fromisoformat(one[at]) if one.get(at) else None for at in ("due", "since"))
    return Doing(one["name"], due, since, one.get("failing"), one.get("held"))


def _longest(ages: Sequence[float | None]) -> float | None:
    return max((age for age in ages if age is not None), default=None)
