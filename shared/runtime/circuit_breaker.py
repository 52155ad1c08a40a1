"""Stops work in which so much fails, or ends alike, that we or a neighbour must be wrong, and not the single items.

Work that has stopped itself is halted until a person has looked and says that it may go on. The halt stands in the
database, so every copy of the service keeps it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from shared.runtime.database import Transaction

CONSUME = "consume"
"""The name of the work that takes records."""


class Halted(Exception):
    """Work stopped itself, and a human must say that it may go on."""


class Halt(NamedTuple):
    work: str
    because: str
    at: datetime


@dataclass(frozen=True)
class Limit:
    """How much of one outcome is too much."""

    window: int
    """How many of the latest items are judged."""
    at_least: int
    share: float


OF_RECORDS = Limit(window=1000, at_least=20, share=0.05)
OF_ITEMS = Limit(window=60, at_least=20, share=0.25)
"""Of rounds and errands. At most 20 persons are touched before a mistake that concerns everybody stops the work."""

Piece = tuple[float, Mapping[str, float]]
"""How many items a piece of work had, and how many of them came to each outcome that is limited."""


@dataclass(frozen=True)
class Window:
    """What the latest pieces came to, oldest first; and how many more a human allowed."""

    pieces: tuple[Piece, ...] = ()
    allowance: int = 0

    def after(self, items: int, outcomes: Mapping[str, int], window: int) -> "Window":
        """With a new piece, and without what is too old to be judged: of an older piece its share alone counts."""
        if items == 0:
            return self
        counted, allowance = _less_allowed(outcomes, self.allowance)
        pieces: list[Piece] = [(items, counted)]
        room = window - items
        for count, came_to in reversed(self.pieces):
            if room <= 0:
                break
            kept = min(count, room)
            pieces.append((kept, {outcome: n * kept / count for outcome, n in came_to.items()}))
            room -= kept
        return Window(tuple(reversed(pieces)), allowance)

    def beyond(self, limit: Limit) -> dict[str, tuple[int, int]]:
        """Outcome -> (how many came to it, of how many), where that is too much."""
        items = sum(count for count, _ in self.pieces)
        outcomes = sorted({outcome for _, came_to in self.pieces for outcome in came_to})
        sums = {outcome: sum(came_to.get(outcome, 0) for _, came_to in self.pieces) for outcome in outcomes}
        return {
            outcome: (round(n), round(items))
            for outcome, n in sums.items()
            if n >= limit.at_least and n > limit.share * items
        }


def _less_allowed(outcomes: Mapping[str, int], allowance: int) -> tuple[dict[str, float], int]:
    counted: dict[str, float] = {}
    for outcome, n in outcomes.items():
        allowed = min(n, allowance)
        allowance -= allowed
        counted[outcome] = n - allowed
    return counted, allowance


ROW = "INSERT INTO runtime.circuit (work) VALUES ($1) ON CONFLICT DO NOTHING"
READ = "SELECT recent, allowance, halted_because FROM runtime.circuit WHERE work = $1 FOR UPDATE"
KEEP = "UPDATE runtime.circuit SET recent = $2, allowance = $3 WHERE work = $1"


async def count(
    tx: Transaction, work: str, items: int, outcomes: Mapping[str, int], limit: Limit
) -> dict[str, tuple[int, int]]:
    """Adds a piece to the window. Returns the outcomes that are beyond the limit: then the piece is not kept.

    Raises Halted where the work has been halted meanwhile, by whichever copy.
    """
    row = await tx.fetchrow(READ, work)
    if row is None:
        await tx.execute(ROW, work)
        row = await tx.fetchrow(READ, work)
        assert row is not None
    if row["halted_because"]:
        raise Halted(row["halted_because"])
    before = Window(tuple((count, came_to) for count, came_to in row["recent"]), row["allowance"])
    after = before.after(items, outcomes, limit.window)
    if beyond := after.beyond(limit):
        return beyond
    await tx.execute(KEEP, work, [list(piece) for piece in after.pieces], after.allowance)
    return {}


ALLOWANCE = "SELECT allowance FROM runtime.circuit WHERE work = $1"


async def allowance(tx: Transaction, work: str) -> int:
    """How many failures a human allowed."""
    return await tx.fetchval(ALLOWANCE, work) or 0


HALT = """
INSERT INTO runtime.circuit AS known (work, halted_because, halted_at) VALUES ($1, $2, clock_timestamp())
ON CONFLICT (work) DO UPDATE SET halted_because = excluded.halted_because, halted_at = excluded.halted_at
WHERE known.halted_because IS NULL
"""


async def halt(tx: Transaction, work: str, because: str) -> None:
    """The first reason stays."""
    await tx.execute(HALT, work, because)


HALTS = "SELECT work, halted_because, halted_at FROM runtime.circuit WHERE halted_because IS NOT NULL ORDER BY work"


async def halts(tx: Transaction) -> list[Halt]:
    return [Halt(*row) for row in await tx.fetch(HALTS)]


async def halted(tx: Transaction, work: str) -> str | None:
    return next((found.because for found in await halts(tx) if found.work == work), None)


RESUME = """
UPDATE runtime.circuit
SET recent = '[]', halted_because = NULL, halted_at = NULL, allowance = $2
WHERE halted_because IS NOT NULL AND work = coalesce($1, work)
RETURNING work
"""


async def resume(tx: Transaction, work: str | None, allowance: int) -> list[str]:
    """Goes on with this work, or with all that is halted, with an empty window.

    The allowance is how many items may fail, or end alike, without a halt. Returns what had been halted.
    """
    return [row["work"] for row in await tx.fetch(RESUME, work, allowance)]
