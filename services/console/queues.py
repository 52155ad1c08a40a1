"""How much waits where, line by line."""

from collections.abc import Iterable, Iterator
from typing import Literal

from pydantic import BaseModel, Field

from services.console.domain.service import Service


class Queue(BaseModel):
    """What one service has not taken of a topic yet, or not told yet."""

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


def queues(services: Iterable[Service]) -> list[Queue]:
    """None is left out: one that does not answer has lines that say so, with what was last known."""
    return [queue for one in services for queue in _of(one)]


def _of(service: Service) -> Iterator[Queue]:
    if service.unknown:
        yield Queue(service=service.name, side=None, trouble=service.away)
        return
    away = f"{service.away} The figures are the last known." if service.away else None
    yield from _reads(service, away)
    outbox = service.outbox
    refused = f"{outbox.refused} records were refused by the broker" if outbox.refused else None
    yield Queue(
        service=service.name,
        side="tells",
        records=outbox.records,
        oldest_seconds=outbox.oldest_seconds,
        trouble=away or refused,
    )
    yield from (Queue(service=service.name, side="does", trouble=trouble) for trouble in _troubles(service))


def _reads(service: Service, away: str | None) -> Iterator[Queue]:
    halted = f"has stopped itself: {service.halted}; mend the cause, then `puls resume {service.name}`"
    trouble = halted if service.halted else away
    for one in service.reads:
        yield Queue(
            service=service.name,
            side="reads",
            topic=one.topic,
            records=one.records,
            oldest_seconds=one.oldest_seconds,
            trouble=trouble,
        )
    if service.halted and not service.reads:
        yield Queue(service=service.name, side="reads", trouble=halted)


def _troubles(service: Service) -> Iterator[str]:
    """Of the work that time brings."""
    for one in service.rounds:
        if one.failing:
            yield f"{one.name} fails and is tried again: {one.failing}"
        if one.held:
            yield f"{one.name} is held: {one.held}"
