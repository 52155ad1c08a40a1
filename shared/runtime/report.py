"""What a service says of itself: where it stands, from its database and from what it has seen last."""

import asyncio
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from aiokafka import TopicPartition

from shared.runtime import circuit_breaker, copies, offsets, outbox, pages, retrying, stuck_work
from shared.runtime.clock import Clock
from shared.runtime.consumer import Consumer
from shared.runtime.database import Database, Transaction
from shared.runtime.offsets import StoredOffset
from shared.runtime.relay import Relay
from shared.runtime.rounds import Errand, Work
from shared.runtime.scheduler import Scheduler

ANSWER_WITHIN = 3.0
"""Seconds: a database that says nothing is away, also for whoever asks how the service stands."""


async def report(
    database: Database, clock: Clock, relay: Relay, scheduler: Scheduler, consumer: Consumer | None
) -> dict[str, Any]:
    """Ages in seconds, moments in UTC. Asks the database and nobody else, so that it answers while the broker is away.

    The log's ends are those of the last look, at most about a second old.
    """
    now = clock.now()
    async with asyncio.timeout(ANSWER_WITHIN), database.reading() as tx:
        held = await offsets.read(tx)
        kept = await _kept(tx, scheduler, now)
    return {
        "now": now,
        "clock": clock.kind,
        "copy": copies.copy_id(),
        "reads": _readings(consumer, held, now),
        "consuming": consumer is not None and bool(consumer.positions_seen),
        "waiting_for": (consumer and consumer.progress.waiting_for()) or relay.waiting_for,
        "waiting": retrying.waiting(),
        "watermark_published": relay.watermark_published,
        "busy": scheduler.busy + pages.busy(),
        **kept,
    }


def standing(relay: Relay, scheduler: Scheduler, consumer: Consumer | None, halted: str | None) -> dict[str, Any]:
    """How this copy stands, for whoever asks another one."""
    return {
        "halted": halted,
        "waiting_for": (consumer and consumer.progress.waiting_for()) or relay.waiting_for,
        "waiting": retrying.waiting(),
        "failing": dict(scheduler.failing),
        "assigned": len(consumer.assigned()) if consumer else 0,
        "busy": scheduler.busy + pages.busy(),
    }


async def _kept(tx: Transaction, scheduler: Scheduler, now: datetime) -> dict[str, Any]:
    """What the database says, for all copies of the service."""
    return {
        "outbox": await outbox.depth(tx),
        "rounds": [await _doing(tx, work, scheduler, now) for work in scheduler.work],
        "halts": [halt._asdict() for halt in await circuit_breaker.halts(tx)],
        "stuck": await stuck_work.groups(tx),
        "copies": await copies.copies(tx),
    }


def _readings(
    consumer: Consumer | None, held: dict[TopicPartition, StoredOffset], now: datetime
) -> Sequence[dict[str, Any]]:
    """Every partition of the service's topics, also those that another copy takes."""
    if consumer is None:
        return []
    mine = consumer.assigned()
    return [
        {
            "topic": place.topic,
            "partition": place.partition,
            "offset": stored.next_offset,
            "end": max(seen.end, stored.next_offset),
            "watermark": stored.watermark,
            "oldest_seconds": _age(stored, seen.end, now),
            "assigned": place in mine,
        }
        for place, seen in sorted(consumer.positions_seen.items())
        if (stored := held.get(place)) is not None
    ]


def _age(stored: StoredOffset, end: int, now: datetime) -> float | None:
    """How long the oldest waiting record may have waited: since the last mark that was taken."""
    if stored.next_offset >= end or stored.watermark is None:
        return None
    return max(0.0, (now - stored.watermark).total_seconds())


async def _doing(tx: Transaction, work: Work, scheduler: Scheduler, now: datetime) -> dict[str, Any]:
    due = await work.due(tx)
    since = due if due and due <= now else None
    held = await work.held(tx) if isinstance(work, Errand) and work.held else None
    return {"name": work.name, "due": due, "since": since, "failing": scheduler.failing.get(work.name), "held": held}
