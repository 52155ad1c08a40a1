"""Reads what a service says of itself at `/status`."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from services.console.domain.service_status import (
    Halt,
    Outbox,
    PartitionLag,
    ServiceStatus,
    Stuck,
    TopicLag,
    Wait,
    Work,
)


def parse_status(name: str, status: Mapping[str, Any]) -> ServiceStatus:
    """Raises LookupError, TypeError or ValueError for what is no status."""
    now = datetime.fromisoformat(status["now"]) if status.get("now") else None
    topics: dict[str, list[PartitionLag]] = {}
    for partition in status["reads"]:
        topics.setdefault(partition["topic"], []).append(_partition(partition, now))
    return ServiceStatus(
        name,
        halted=status["halted"],
        reads=[TopicLag(topic, partitions) for topic, partitions in topics.items()],
        outbox=Outbox(**{field: status["outbox"][field] for field in ("records", "oldest_seconds", "refused")}),
        work=[_work(work) for work in status["rounds"]],
        **_guarded(status),
    )


def _guarded(status: Mapping[str, Any]) -> dict[str, Any]:
    """What it waits for, has halted and has stuck; a service of an earlier version says nothing of it."""
    waits = [_wait(wait) for wait in status.get("waiting") or ()]
    named = status.get("waiting_for")
    if named and named not in {wait.where for wait in waits}:
        waits.insert(0, Wait(named))
    halts = [Halt(halt["work"], halt["because"], _moment(halt.get("at"))) for halt in status.get("halts") or ()]
    stuck = [
        Stuck(group["work"], group["reason"], group["count"], _moment(group.get("since")))
        for group in status.get("stuck") or ()
    ]
    return {"waits": waits, "halts": [halt for halt in halts if halt.because != status["halted"]], "stuck": stuck}


def _wait(wait: Mapping[str, Any]) -> Wait:
    return Wait(wait["where"], wait.get("failure"), _moment(wait.get("since")), wait.get("seconds"))


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
