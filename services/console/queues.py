"""How much waits where: asked of every service at its inner door."""

import asyncio
from collections.abc import Mapping
from typing import Any, Literal

import aiohttp
from pydantic import BaseModel, Field

PATIENCE = aiohttp.ClientTimeout(total=5)


class Queue(BaseModel):
    """What one service has not taken of a topic yet, or not told yet."""

    service: str
    side: Literal["reads", "tells", "does"] | None = Field(
        description="Does: a round that fails, told in `trouble`. None: the service does not answer."
    )
    topic: str | None = Field(description="Of what it reads. What it tells waits in its outbox, whatever the topic.")
    records: int | None = Field(description="None: nobody knows.")
    oldest_seconds: float | None = Field(description="How long the oldest may have waited; None where none waits.")
    trouble: str | None = Field(None, description="Why it stands still, and what to do.")


class DoesNotAnswer(Exception):
    """A service's inner door is shut, or says something else than was agreed."""


async def queues(services: Mapping[str, str]) -> list[Queue]:
    """`services` is service -> address of its inner door. One that does not answer has a line that says so."""
    async with aiohttp.ClientSession(timeout=PATIENCE) as session:
        answers = await asyncio.gather(*(_of(session, *service) for service in sorted(services.items())))
    return [queue for answer in answers for queue in answer]


async def resume(address: str, key: str, set_aside: int) -> None:
    """Tells a service that stopped itself to go on. Raises DoesNotAnswer."""
    headers, told = {"Authorization": f"Bearer {key}"}, {"set_aside": str(set_aside)}
    try:
        async with (
            aiohttp.ClientSession(timeout=PATIENCE) as session,
            session.post(f"{address}/resume", headers=headers, params=told) as answer,
        ):
            if answer.status != 200:
                raise DoesNotAnswer(f"it answers with status {answer.status} at {address}/resume")
    except (aiohttp.ClientError, TimeoutError) as error:
        raise DoesNotAnswer(f"it does not answer at {address}: {type(error).__name__}") from error


async def _of(session: aiohttp.ClientSession, service: str, address: str) -> list[Queue]:
    try:
        async with session.get(f"{address}/status", raise_for_status=True) as answer:
            return _queues(service, await answer.json())
    except (aiohttp.ClientError, TimeoutError, ValueError, LookupError, TypeError) as error:
        trouble = f"does not answer at {address} ({type(error).__name__}): is it running?"
        return [Queue(service=service, side=None, topic=None, records=None, oldest_seconds=None, trouble=trouble)]


def _queues(service: str, status: Mapping[str, Any]) -> list[Queue]:
    halted, outbox = status["halted"], status["outbox"]
    trouble = f"has stopped itself: {halted}; mend the cause, then `puls resume {service}`" if halted else None
    refused = f"{outbox['refused']} records were refused by the broker" if outbox["refused"] else None
    reads: dict[str, Queue] = {}
    for part in status["reads"]:
        queue = reads.setdefault(
            part["topic"],
            Queue(service=service, side="reads", topic=part["topic"], records=0, oldest_seconds=None, trouble=trouble),
        )
        queue.records = (queue.records or 0) + part["end"] - (part["bookmark"] or 0)
        queue.oldest_seconds = _longest(queue.oldest_seconds, part["oldest_seconds"])
    tells = Queue(
        service=service,
        side="tells",
        topic=None,
        records=outbox["records"],
        oldest_seconds=outbox["oldest_seconds"],
        trouble=refused,
    )
    return [*reads.values(), tells, *_failing(service, status)]


def _failing(service: str, status: Mapping[str, Any]) -> list[Queue]:
    """Rounds that have work and fail at it. How much it is only the service itself could count."""
    return [
        Queue(
            service=service,
            side="does",
            topic=None,
            records=None,
            oldest_seconds=None,
            trouble=f"{one['name']} fails and is tried again: {one['failing']}",
        )
        for one in status["rounds"]
        if one.get("failing")
    ]


def _longest(one: float | None, other: float | None) -> float | None:
    return max((age for age in (one, other) if age is not None), default=None)
