"""The month's stages for so many patients, everything running: from the delivery to the last receipt."""

import time
from collections.abc import Mapping, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass
from typing import Any

import asyncpg

from deploy.local.programs import SERVICES
from deploy.sandbox.register_extract import deliver
from tests.bench.extract import DELIVERIES, MONTH, write
from tests.bench.figures import Used
from tests.bench.stage import Changed, Stage, last_change
from tests.support.builders import danish

SANDBOX = ("digital_post", "person_register")
SURVEY = "lup-somatik"
WAVE = f"{SURVEY}-{MONTH}"
SHARE_OF_WAVE = 0.92
"""Of the patients of an extract: those of the hospital's wave."""
DELIVERED_AT, LETTERS_LEAVE_AT = danish("2026-11-02 00:00"), danish("2026-11-02 12:00")

TAKEN = "SELECT sum(next_offset) FROM runtime.consumer_offset WHERE topic = $1"
TAKEN_IN_ALL = "SELECT sum(next_offset) FROM runtime.consumer_offset"
STILL = 3.0
"""Seconds without a record taken."""
UNDER_WAY = """
SELECT EXISTS (SELECT FROM letter WHERE state IN ('waiting', 'unsettled', 'claimed', 'reclaimed'))
    OR EXISTS (SELECT FROM letter WHERE state IN ('handed_over', 'claimed', 'reclaimed', 'unsettled'))
"""
BY_STATE = "SELECT state, count(*) FROM letter GROUP BY state"


@dataclass(frozen=True)
class Stretch:
    """A part of the month: how long it took, until everybody had caught up, and what it cost."""

    seconds: float
    seconds_to_rest: float
    used: Sequence[Used]
    elsewhere: float


@dataclass(frozen=True)
class Month:
    patients: int
    """In the wave, each with a letter."""
    delivered: int
    reading: Stretch
    queueing: Stretch
    handing_over: Stretch


async def live(stage: Stage, patients: int) -> Month:
    """Ends when every letter that can be delivered lies in its mailbox and its receipt was taken."""
    prepared = stage.stack.folder.parent / "prepared"
    await write(prepared, round(patients / SHARE_OF_WAVE))
    for delivery in DELIVERIES:
        deliver(prepared, stage.stack.folder / "drop", delivery)
    stage.start(*SERVICES, *SANDBOX)
    await stage.rest()
    reading = await _reading(stage)
    queueing, queued = await _queueing(stage)
    handing_over, delivered = await _handing_over(stage)
    return Month(queued, delivered, reading, queueing, handing_over)


async def _reading(stage: Stage) -> Stretch:
    with stage.meter() as meter:
        seconds = await stage.seconds_to_rest(DELIVERED_AT)
    return Stretch(seconds, seconds, meter.used, meter.elsewhere)


async def _queueing(stage: Stage) -> tuple[Stretch, int]:
    """From the operator's word to the last letter in dispatch's queue; and how many lie there."""
    async with AsyncExitStack() as opened:
        everybody = [await opened.enter_async_context(stage.database(name)) for name in SERVICES]
        session = await opened.enter_async_context(stage.database("dispatch"))
        with stage.meter() as meter:
            began = time.monotonic()
            async with (
                last_change(lambda: session.fetchval(TAKEN, stage.topic("karens"))) as queueing,
                last_change(lambda: _taken_by_all(everybody)) as taking,
            ):
                await stage.operator("POST", "waves", json={"survey": SURVEY, "month": MONTH})
                await stage.until(lambda: _still(queueing, taking), "queueing letters")
                await stage.rest()
        queued = sum(dict(await session.fetch(BY_STATE)).values())
    _require_whole(queued, await stage.operator("GET", f"waves/{WAVE}"))
    return Stretch(queueing.at - began, taking.at - began, meter.used, meter.elsewhere), queued


async def _taken_by_all(everybody: Sequence[asyncpg.Connection]) -> list[int | None]:
    return [await one.fetchval(TAKEN_IN_ALL) for one in everybody]


async def _still(queueing: Changed, taking: Changed) -> bool:
    """Asked for cheaply, before all are asked whether they are at rest: being asked takes its share of the machine."""
    return queueing.times > 0 and time.monotonic() - taking.at > STILL


def _require_whole(queued: int, account: Mapping[str, Any]) -> None:
    """What was measured was the whole wave, and nothing besides."""
    if not queued == account["included"] == account["cleared"]:
        told = {name: account[name] for name in ("included", "cleared")}
        raise ValueError(f"{queued} letters are queued, the console says {told}: the figure would be of something else")


async def _handing_over(stage: Stage) -> tuple[Stretch, int]:
    """From the slot in which letters leave to the last receipt; and how many were delivered."""
    async with stage.database("dispatch") as session:
        with stage.meter() as meter:
            began = time.monotonic()
            stage.clock.move_to(LETTERS_LEAVE_AT)
            await stage.until(lambda: _settled(session), "handing letters over")
            settled = time.monotonic() - began
            await stage.rest()
            rested = time.monotonic() - began
        states = dict(await session.fetch(BY_STATE))
    return Stretch(settled, rested, meter.used, meter.elsewhere), states["delivered"]


async def _settled(session: asyncpg.Connection) -> bool:
    return not await session.fetchval(UNDER_WAY)
