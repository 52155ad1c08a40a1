"""Starts waves: by their survey's schedule, or at once where an operator asked for it."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from services.inclusion.domain.starting import Delivered, Start, begin, starts
from services.inclusion.extract.folder import DropFolder
from services.inclusion.rounds.deliveries import Profiles, unread
from services.inclusion.store import deliveries, waves
from shared.events import Event
from shared.runtime import Round, Transaction
from shared.surveys import Survey

START = "start_waves"


def start_waves(surveys: Mapping[str, Survey], folder: DropFolder, profiles: Profiles) -> Round[Start]:
    """A wave waits for what it needs: contacts of its month, units, participation, and whatever lies there unread."""

    async def claim(tx: Transaction, now: datetime, at_most: int) -> Sequence[Start]:
        due = [start for start in await possible(tx, await deliveries.delivered(tx)) if start.at <= now]
        return sorted(due, key=lambda start: surveys[start.survey].karens.precedence)[:at_most]

    async def act(tx: Transaction, starting: Sequence[Start], now: datetime) -> Sequence[Event]:
        delivered = await deliveries.delivered(tx)
        beginning = begin(starting, surveys, delivered, await waves.run_of(tx, now), now)
        return [wave.started() for wave in await waves.begin(tx, beginning)]

    async def due(tx: Transaction) -> datetime | None:
        return min((start.at for start in await possible(tx, await deliveries.delivered(tx))), default=None)

    async def possible(tx: Transaction, delivered: Delivered) -> Sequence[Start]:
        if await unread(tx, folder, profiles):
            return []
        stuck = await waves.stuck(tx, START)
        found = starts(surveys, delivered, await waves.requests(tx), await waves.begun(tx))
        return [start for start in found if start.wave not in stuck]

    return Round(claim, act, due=due, name=START, key=lambda start: start.wave)
