"""How much waits where, line by line."""

from collections.abc import Iterable, Iterator
from typing import Literal

from pydantic import BaseModel, Field

from services.console.domain.service_status import ServiceStatus


class Queue(BaseModel):
    """What one service has not consumed of a topic yet, or not published yet."""

    service: str
    side: Literal["reads", "tells", "does"] | None = Field(
        description="Does: a round that fails or is held, told in `trouble`. None: the service never answered."
    )
    topic: str | None = Field(
        default=None, description="Of what it reads. What it tells waits in its outbox, whatever the topic."
    )
    records: int | None = Field(default=None, description="None: nobody knows.")
    oldest_seconds: float | None = Field(
        default=None, description="How long the oldest may have waited; None where none does."
    )
    trouble: str | None = Field(default=None, description="Why it stands still, and what to do.")


def queues(services: Iterable[ServiceStatus]) -> list[Queue]:
    """None is left out: one that does not answer has lines that say so, with what was last known."""
    return [queue for service in services for queue in _of(service)]


def _of(service: ServiceStatus) -> Iterator[Queue]:
    if service.never_answered:
        yield Queue(service=service.name, side=None, trouble=service.unreachable)
        return
    unreachable = f"{service.unreachable} The figures are the last known." if service.unreachable else None
    yield from _reads(service, unreachable)
    outbox = service.outbox
    refused = f"{outbox.refused} records were refused by the broker" if outbox.refused else None
    yield Queue(
        service=service.name,
        side="tells",
        records=outbox.records,
        oldest_seconds=outbox.oldest_seconds,
        trouble=unreachable or refused,
    )
    yield from (Queue(service=service.name, side="does", trouble=trouble) for trouble in _troubles(service))


def _reads(service: ServiceStatus, unreachable: str | None) -> Iterator[Queue]:
    halted = f"has stopped itself: {service.halted}; mend the cause, then `puls resume {service.name}`"
    trouble = halted if service.halted else unreachable
    for topic in service.reads:
        yield Queue(
            service=service.name,
            side="reads",
            topic=topic.topic,
            records=topic.records,
            oldest_seconds=topic.oldest_seconds,
            trouble=trouble,
        )
    if service.halted and not service.reads:
        yield Queue(service=service.name, side="reads", trouble=halted)


def _troubles(service: ServiceStatus) -> Iterator[str]:
    """Of the work that time brings."""
    for work in service.work:
        if work.failing:
            yield f"{work.name} fails and is tried again: {work.failing}"
        if work.held:
            yield f"{work.name} is held: {work.held}"
