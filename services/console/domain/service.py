"""Where one service stands: what it says of itself at its inner door, summed over partitions."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any


@dataclass(frozen=True)
class Reading:
    """One topic that a service reads. Records are counted as Kafka counts them, with the relays' marks."""

    topic: str
    records: int
    """Not taken yet."""
    oldest_seconds: float | None
    """How long the oldest of them may have waited; None where none waits, or nobody knows."""
    taken: int
    """Offsets up to which the partitions were taken, summed."""
    end: int
    """The log's ends, summed."""


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


@dataclass(frozen=True)
class Service:
    name: str
    away: str | None = None
    """Why nothing is known of it: then all else is empty."""
    halted: str | None = None
    waiting_for: str | None = None
    """What it cannot go on without, and what is not there."""
    reads: Sequence[Reading] = ()
    outbox: Outbox = Outbox(0, None, 0)
    rounds: Sequence[Doing] = ()

    @property
    def waiting(self) -> int:
        """Records that it has not taken yet, of all it reads."""
        return sum(one.records for one in self.reads)

    @property
    def oldest_seconds(self) -> float | None:
        return _longest([one.oldest_seconds for one in self.reads])


def service(name: str, status: Mapping[str, Any]) -> Service:
    """Raises LookupError, TypeError or ValueError for what is no status."""
    topics: dict[str, list[Mapping[str, Any]]] = {}
    for part in status["reads"]:
        topics.setdefault(part["topic"], []).append(part)
    return Service(
        name,
        halted=status["halted"],
        waiting_for=status.get("waiting_for"),
        reads=[_reading(topic, parts) for topic, parts in topics.items()],
        outbox=Outbox(**{field: status["outbox"][field] for field in ("records", "oldest_seconds", "refused")}),
        rounds=[_doing(one) for one in status["rounds"]],
    )


def _reading(topic: str, parts: Sequence[Mapping[str, Any]]) -> Reading:
    taken, end = sum(part["bookmark"] or 0 for part in parts), sum(part["end"] for part in parts)
    return Reading(topic, end - taken, _longest([part["oldest_seconds"] for part in parts]), taken, end)


def _doing(one: Mapping[str, Any]) -> Doing:
    due, since = (datetime.fromisoformat(one[at]) if one.get(at) else None for at in ("due", "since"))
    return Doing(one["name"], due, since, one.get("failing"))


def _longest(ages: Sequence[float | None]) -> float | None:
    return max((age for age in ages if age is not None), default=None)
