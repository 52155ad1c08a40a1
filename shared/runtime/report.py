"""What a service says of itself: where it stands, from its database and from what it has seen last."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from shared.runtime import bookmarks, outbox, pages
from shared.runtime.bookmarks import Bookmark, Place
from shared.runtime.clock import Clock
from shared.runtime.database import Database, Transaction
from shared.runtime.intake import Intake
from shared.runtime.relay import Relay
from shared.runtime.rounds import Errand, Round, Rounds


async def report(
    database: Database, clock: Clock, relay: Relay, rounds: Rounds, intake: Intake | None
) -> dict[str, Any]:
    """Ages in seconds, moments in UTC. Asks the database and nobody else, so that it answers while the broker is away.

    The log's ends are those of the last look, at most about a second old.
    """
    now = clock.now()
    async with database.reading() as tx:
        held = await bookmarks.read(tx)
        told = await outbox.depth(tx)
        doing = [await _doing(tx, one, rounds, now) for one in rounds.rounds]
    return {
        "now": now,
        "clock": clock.kind,
        "reads": _readings(intake, held, now),
        "taking": intake is not None and bool(intake.standing),
        "waiting_for": "kafka" if intake is not None and intake.away else None,
        "outbox": told,
        "marked_until": relay.marked_until,
        "rounds": doing,
        "busy": rounds.busy + pages.busy(),
    }


def _readings(intake: Intake | None, held: dict[Place, Bookmark], now: datetime) -> Sequence[dict[str, Any]]:
    """Every partition of the service's topics, also those that another copy takes."""
    if intake is None:
        return []
    mine = intake.assigned()
    return [
        {
            "topic": place.topic,
            "partition": place.partition,
            "bookmark": bookmark.next_offset,
            "end": max(seen.end, bookmark.next_offset),
            "complete_until": bookmark.complete_until,
            "oldest_seconds": _age(bookmark, seen.end, now),
            "assigned": place in mine,
        }
        for place, seen in sorted(intake.standing.items())
        if (bookmark := held.get(place)) is not None
    ]


def _age(bookmark: Bookmark, end: int, now: datetime) -> float | None:
    """How long the oldest waiting record may have waited: since the last mark that was taken."""
    if bookmark.next_offset >= end or bookmark.complete_until is None:
        return None
    return max(0.0, (now - bookmark.complete_until).total_seconds())


async def _doing(tx: Transaction, one: Round | Errand, rounds: Rounds, now: datetime) -> dict[str, Any]:
    due = await one.due(tx)
    since = due if due and due <= now else None
    held = await one.held(tx) if isinstance(one, Errand) and one.held else None
    return {"name": one.name, "due": due, "since": since, "failing": rounds.failing.get(one.name), "held": held}
