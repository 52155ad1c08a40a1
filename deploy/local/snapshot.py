"""What one look at the whole system saw: what is still being worked on, how far everybody is, and what is due next."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from shared.runtime.circuit_breaker import CONSUME
from shared.runtime.clock import DENMARK, ROUND_HOURS, slot_at_or_after


class NeverAtRest(Exception):
    """The system did not come to rest in time, or a service halted. Says what is in the way."""


@dataclass
class Snapshot:
    """Filled from each `/status`, and from the broker's end offsets last."""

    now: datetime
    in_the_way: list[str] = field(default_factory=list)
    offsets: dict[tuple[str, str, int], int] = field(default_factory=dict)
    """(service, topic, partition) -> stored offset."""
    due: list[datetime] = field(default_factory=list)
    """The slots in which something is due."""

    def __str__(self) -> str:
        return "; ".join(self.in_the_way)

    @property
    def next_slot(self) -> datetime | None:
        return min(self.due, default=None)

    def add_service(self, name: str, status: Mapping[str, Any]) -> None:
        """Raises NeverAtRest if it has halted."""
        if "away" in status:
            self.in_the_way.append(f"{name} is away ({status['away']})")
            return
        if status["halted"]:
            raise NeverAtRest(f"{name} has stopped itself: {status['halted']}")
        for halt in status["halts"]:
            if halt["work"] != CONSUME:
                raise NeverAtRest(f"{name} has halted {halt['work']}: {halt['because']}")
        self.in_the_way += _unfinished(name, status, self.now)
        for partition in status["reads"]:
            self.offsets[name, partition["topic"], partition["partition"]] = partition["offset"]
        for round_ in status["rounds"]:
            self._add_due(f"{name} {round_['name']}", round_, ROUND_HOURS)

    def add_sandbox(self, name: str, status: Mapping[str, Any]) -> None:
        if "away" in status:
            self.in_the_way.append(f"{name} is away ({status['away']})")
            return
        if status.get("busy"):
            self.in_the_way.append(f"{name} is busy")
        self._add_due(name, status, tuple(status.get("acts_at") or ROUND_HOURS))

    def _add_due(self, name: str, status: Mapping[str, Any], hours: tuple[int, ...]) -> None:
        due = _moment(status.get("due"))
        if due is None:
            return
        if due <= self.now and self.now.astimezone(DENMARK).hour in hours:
            self.in_the_way.append(f"{name} is due since {due.isoformat()} {status.get('failing') or ''}".rstrip())
        self.due.append(slot_at_or_after(max(due, self.now + timedelta(seconds=1)), hours))

    def add_end_offsets(self, ends: Mapping[tuple[str, int], int]) -> None:
        """(topic, partition) -> the offset after its last record."""
        behind = {name for (name, topic, partition), stored in self.offsets.items() if stored != ends[topic, partition]}
        self.in_the_way += [f"{name} has records to take" for name in sorted(behind)]


def _unfinished(name: str, status: Mapping[str, Any], now: datetime) -> list[str]:
    found = (
        (not status["consuming"], "does not consume yet"),
        (status["outbox"]["records"], f"has {status['outbox']['records']} to tell"),
        (_moment(status["watermark_published"]) != now, "has not marked the slot"),
        (status["busy"], "is busy"),
    )
    return [f"{name} {what}" for holds, what in found if holds]


def _moment(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None
