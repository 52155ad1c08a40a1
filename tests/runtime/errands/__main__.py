"""A small service, for trials of rounds and errands. Its letters are carried into a world that is a file.

Consumes InvitationDeclined.
Publishes ClosingDue.
"""

import asyncio
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from pydantic import Field

from shared.events import ClosingDue, Event, InvitationDeclined
from shared.runtime import Errand, Round, Settings, Transaction, serve
from tests.support.builders import a_person, closing_due

TABLES = """
CREATE TABLE letter (number int PRIMARY KEY, at timestamptz NOT NULL, leased_until timestamptz, carried_at timestamptz);
CREATE TABLE tick (at timestamptz NOT NULL, done_at timestamptz, fails boolean NOT NULL DEFAULT false);
"""

CLAIM = """
UPDATE letter SET leased_until = clock_timestamp() + interval '2 seconds'
WHERE number IN (
    SELECT number FROM letter
    WHERE carried_at IS NULL AND at <= $1 AND (leased_until IS NULL OR leased_until < clock_timestamp())
    ORDER BY number LIMIT 5 FOR UPDATE SKIP LOCKED
)
RETURNING number
"""
RECORD = """
UPDATE letter SET carried_at = $2 WHERE number = ANY($1::int[]) AND carried_at IS NULL RETURNING number
"""
NEXT_LETTER = "SELECT min(at) FROM letter WHERE carried_at IS NULL"
TICK = "UPDATE tick SET done_at = $1 WHERE done_at IS NULL AND at <= $1 RETURNING fails"
NEXT_TICK = "SELECT min(at) FROM tick WHERE done_at IS NULL"


class ErrandsSettings(Settings):
    world: Path = Field(description="Where each letter that is carried becomes a line.")
    heard: tuple[str, ...] = Field(default=(), description="What the ticks must have heard.")


class Broken(Exception):
    """A tick that cannot be made."""


async def next_letter(tx: Transaction) -> datetime | None:
    return await tx.fetchval(NEXT_LETTER)


async def next_tick(tx: Transaction) -> datetime | None:
    return await tx.fetchval(NEXT_TICK)


async def claim(tx: Transaction, now: datetime) -> Sequence[int]:
    return [row["number"] for row in await tx.fetch(CLAIM, now)]


async def record(tx: Transaction, carried: Sequence[int], now: datetime) -> Sequence[Event]:
    new = await tx.fetch(RECORD, carried, now)
    return [closing_due(person=a_person(row["number"]), occurred_at=now) for row in new]


async def tick(tx: Transaction, now: datetime) -> Sequence[ClosingDue]:
    if any(row["fails"] for row in await tx.fetch(TICK, now)):
        raise Broken("with a person's number 2512489996 in its text")
    return ()


async def ignore(_tx: Transaction, _declined: Sequence[InvitationDeclined]) -> Sequence[Event]:
    return ()


async def main() -> None:
    settings = ErrandsSettings()  # pyright: ignore[reportCallIssue] - read from the environment

    async def carry(letters: Sequence[int]) -> Sequence[int]:
        with settings.world.open("a") as world:
            world.writelines(f"{number}\n" for number in letters)
        while settings.world.with_suffix(".stands-still").exists():
            await asyncio.sleep(0.01)
        return letters

    await serve(
        "reminders",
        settings,
        reads={InvitationDeclined: ignore},
        rounds=[
            Errand(claim, carry, record, due=next_letter, name="carry"),
            Round(tick, due=next_tick, name="tick", heard=settings.heard),
        ],
    )


if __name__ == "__main__":
    asyncio.run(main())
