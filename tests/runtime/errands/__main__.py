"""A small service, for trials of rounds and errands. Its letters are carried into a world that is a file.

Consumes InvitationDeclined.
Publishes ClosingDue.
"""

import asyncio
from collections import Counter
from collections.abc import Collection, Sequence
from datetime import datetime
from pathlib import Path
from typing import NamedTuple

from pydantic import Field

from shared.events import ClosingDue, Event, InvitationDeclined
from shared.runtime import Brake, Errand, Round, Settings, Stuck, Transaction, copy_id, serve
from tests.support.builders import a_person, closing_due

TABLES = """
CREATE TABLE letter (
    number int PRIMARY KEY, at timestamptz NOT NULL, leased_by uuid, carried_at timestamptz,
    becomes text NOT NULL DEFAULT 'carried'
);
CREATE TABLE tick (
    number int GENERATED ALWAYS AS IDENTITY, at timestamptz NOT NULL, done_at timestamptz,
    fails boolean NOT NULL DEFAULT false
);
"""

CLAIM = """
UPDATE letter SET leased_by = $3
WHERE number IN (
    SELECT number FROM letter
    WHERE carried_at IS NULL AND at <= $1 AND (leased_by IS NULL OR leased_by = $3 OR runtime.is_gone(leased_by))
      AND NOT EXISTS (SELECT FROM runtime.stuck_work WHERE work = 'carry' AND key = number::text)
    ORDER BY number LIMIT $2 FOR UPDATE SKIP LOCKED
)
RETURNING number, becomes
"""
RECORD = """
UPDATE letter SET carried_at = $2 WHERE number = ANY($1::int[]) AND carried_at IS NULL RETURNING number, becomes
"""
PUT_BACK = "UPDATE letter SET leased_by = NULL WHERE number = ANY($1::int[])"
NEXT_LETTER = """
SELECT min(at) FROM letter
WHERE carried_at IS NULL
  AND NOT EXISTS (SELECT FROM runtime.stuck_work WHERE work = 'carry' AND key = number::text)
"""
TICKS = """
SELECT number, fails FROM tick
WHERE done_at IS NULL AND at <= $1
  AND NOT EXISTS (SELECT FROM runtime.stuck_work WHERE work = 'tick' AND key = number::text)
ORDER BY number LIMIT $2
"""
TICK = "UPDATE tick SET done_at = $2 WHERE number = ANY($1::int[])"
NEXT_TICK = """
SELECT min(at) FROM tick
WHERE done_at IS NULL AND NOT EXISTS (SELECT FROM runtime.stuck_work WHERE work = 'tick' AND key = number::text)
"""


class ErrandsSettings(Settings):
    world: Path = Field(description="Where each letter that is carried becomes a line.")
    at_once: int = Field(default=5, description="Letters that are carried at once.")
    heard: tuple[str, ...] = Field(default=(), description="What the ticks must have heard.")


class Broken(Exception):
    """A tick or a letter that cannot be done."""


class Letter(NamedTuple):
    number: int
    becomes: str


class Tick(NamedTuple):
    number: int
    fails: bool


async def next_letter(tx: Transaction) -> datetime | None:
    return await tx.fetchval(NEXT_LETTER)


async def next_tick(tx: Transaction) -> datetime | None:
    return await tx.fetchval(NEXT_TICK)


async def claim(tx: Transaction, now: datetime, at_most: int) -> Sequence[Letter]:
    """Letters, and what becomes of each."""
    return [Letter(*row) for row in await tx.fetch(CLAIM, now, at_most, copy_id())]


async def record(tx: Transaction, carried: Sequence[Letter], now: datetime) -> Sequence[Event | Stuck]:
    """What is `unrecordable` breaks the keeping of all that is kept with it."""
    if any(letter.becomes == "unrecordable" for letter in carried):
        raise Broken("with a person's number 2512489996 in its text")
    stuck = [Stuck(str(letter.number), "torn") for letter in carried if letter.becomes == "torn"]
    ended = [letter.number for letter in carried if letter.becomes != "torn"]
    new = await tx.fetch(RECORD, ended, now)
    return [*stuck, *(closing_due(person=a_person(row["number"]), occurred_at=now) for row in new)]


async def put_back(tx: Transaction, letters: Sequence[Letter], _now: datetime) -> None:
    await tx.execute(PUT_BACK, [letter.number for letter in letters])


def outcomes(carried: Sequence[Letter]) -> Counter[str]:
    return Counter("stuck" if letter.becomes == "torn" else letter.becomes for letter in carried)


def without(carried: Sequence[Letter], left_out: Collection[str]) -> Sequence[Letter]:
    """Those go on under their lease until it runs out."""
    names = {"torn" if outcome == "stuck" else outcome for outcome in left_out}
    return [letter for letter in carried if letter.becomes not in names]


async def ticks(tx: Transaction, now: datetime, at_most: int) -> Sequence[Tick]:
    return [Tick(*row) for row in await tx.fetch(TICKS, now, at_most)]


async def tick(tx: Transaction, due: Sequence[Tick], now: datetime) -> Sequence[ClosingDue]:
    if any(row.fails for row in due):
        raise Broken("with a person's number 2512489996 in its text")
    await tx.execute(TICK, [row.number for row in due], now)
    return ()


async def ignore(_tx: Transaction, _declined: Sequence[InvitationDeclined]) -> Sequence[Event]:
    return ()


async def main() -> None:
    settings = ErrandsSettings()  # pyright: ignore[reportCallIssue] - read from the environment

    async def carry(letters: Sequence[Letter]) -> Sequence[Letter]:
        if any(letter.becomes == "broken" for letter in letters):
            raise Broken("with a person's number 2512489996 in its text")
        with settings.world.open("a") as world:
            world.writelines(f"{letter.number}\n" for letter in letters)
        while settings.world.with_suffix(".stands-still").exists():
            await asyncio.sleep(0.01)
        return letters

    brake = Brake(outcomes, ("gone",), without, lambda _carried, outcome: f"a letter that is {outcome}")
    await serve(
        "reminders",
        settings,
        reads={InvitationDeclined: ignore},
        rounds=[
            Errand(
                claim,
                carry,
                record,
                due=next_letter,
                name="carry",
                key=lambda letter: str(letter.number),
                put_back=put_back,
                brake=brake,
                at_once=settings.at_once,
            ),
            Round(ticks, tick, due=next_tick, name="tick", key=lambda tick: str(tick.number), heard=settings.heard),
        ],
    )


if __name__ == "__main__":
    asyncio.run(main())
