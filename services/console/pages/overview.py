"""Is all well, how far is each running wave, and what needs a person."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from starlette.responses import Response

from services.console.domain.account import Wave
from services.console.domain.attention import Kept, all_is_well, needs
from services.console.domain.funnel import about_ends, funnel
from services.console.pages.receipts import latest_without
from services.console.store import accounts, receipts, requests, set_aside
from services.console.visits import Visit
from shared.runtime import Transaction, now, reading

RECENT = timedelta(days=183)
"""Waves that started within it are counted each time, and paused ones: others have long ended. An assumption."""


async def show(visit: Visit) -> Response:
    services = (await visit.ground.watch.look()).services.values()
    async with reading() as tx:
        waves = await accounts.waves(tx, since=recent())
        running = [wave for wave in waves if not wave.is_over]
        handed_over = await accounts.last_handed_over(tx, [wave.wave for wave in running])
        pictures = [picture(visit, wave, handed_over.get(wave.wave)) for wave in running]
        kept = Kept(
            await set_aside.alike(tx),
            await accounts.refused_and_waiting(tx),
            await _paused(tx, waves),
            {one["wave"].wave: one["ends"] for one in pictures if one["ends"]},
            await receipts.overdue(tx, latest_without(running, visit.ground.surveys)),
        )
    found = needs(services, waves, kept, now())
    word, sentence = all_is_well(found)
    return visit.page(
        "overview",
        word,
        sentence=sentence,
        colour=_colour([one.grave for one in found]),
        needs=found,
        waves=pictures,
        ended=[wave for wave in waves if wave.is_over],
    )


def recent() -> datetime:
    """Waves that started since are shown without being asked for."""
    return now() - RECENT


def picture(visit: Visit, wave: Wave, handed_over: datetime | None) -> dict[str, Any]:
    ends = about_ends(wave, visit.ground.surveys.get(wave.survey), handed_over)
    return {"wave": wave, "stages": funnel(wave), "ends": ends}


async def _paused(tx: Transaction, waves: Sequence[Wave]) -> dict[str, datetime]:
    """Wave -> since when it is held."""
    trail = await requests.trail(tx, [wave.wave for wave in waves if wave.standing == "paused"])
    return {one["wave"]: one["requested_at"] for one in trail if not one["units"]}


def _colour(graves: Sequence[str]) -> str:
    return "red" if "still" in graves else "amber" if graves else "green"
