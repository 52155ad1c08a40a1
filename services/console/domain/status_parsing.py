"""Reads what a service says of itself at `/status`."""

from collections.abc import Mapping, Sequence
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
    others = [copy["status"] for copy in status.get("copies") or () if copy["id"] != status.get("copy")]
    return ServiceStatus(
        name,
        halted=status["halted"] or next((other["halted"] for other in others if other.get("halted")), None),
        reads=[TopicLag(topic, partitions) for topic, partitions in topics.items()],
        outbox=Outbox(**{field: status["outbox"][field] for field in ("records", "oldest_seconds", "refused")}),
        work=[_work(work, others) for work in status["rounds"]],
        **_guarded(status, others),
    )


def _guarded(status: Mapping[str, Any], others: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """What it waits for, has halted and has stuck; a service of an earlier version says nothing of it."""
    waits = _waits([status, *others])
    halts = [Halt(halt["work"], halt["because"], _moment(halt.get("at"))) for halt in status.get("halts") or ()]
    stuck = [
        Stuck(group["work"], group["reason"], group["count"], _moment(group.get("since")))
        for group in status.get("stuck") or ()
    ]
    return {"waits": waits, "halts": [halt for halt in halts if halt.because != status["halted"]], "stuck": stuck}


def _waits(copies: Sequence[Mapping[str, Any]]) -> list[Wait]:
    """What any of the service's copies waits for, each place once."""
    waits: dict[str, Wait] = {}
    for copy in copies:
        if named := copy.get("waiting_for"):
            waits.setdefault(named, Wait(named))
        for wait in copy.get("waiting") or ():
            waits[wait["where"]] = _wait(wait)
    return list(waits.values())


def _wait(wait: Mapping[str, Any]) -> Wait:
    return Wait(wait["where"], wait.get("failure"), _moment(wait.get("since")), wait.get("seconds"))


def _partition(partition: Mapping[str, Any], now: datetime | None) -> PartitionLag:
    oldest, watermark = partition["oldest_seconds"], partition.get("watermark")
    if oldest is None and watermark and now:
        oldest = (now - datetime.fromisoformat(watermark)).total_seconds()
    return PartitionLag(partition["partition"], partition["offset"] or 0, partition["end"], oldest)


def _work(work: Mapping[str, Any], others: Sequence[Mapping[str, Any]]) -> Work:
    failing = [work.get("failing"), *(other.get("failing", {}).get(work["name"]) for other in others)]
    return Work(
        work["name"],
        _moment(work.get("due")),
        _moment(work.get("since")),
        next((failure for failure in failing if failure), None),
        work.get("held"),
    )


def _moment(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None
