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


def start_waves(surveys: Mapping[str, Survey], folder: DropFolder, profiles: Profiles) -> Round:
    """A wave waits for what it needs: contacts of its month, units, participation, and whatever lies there unread."""

    async def run(tx: Transaction, now: datetime) -> Sequence[Event]:
        delivered = await deliveries.delivered(tx)
        starting = [start for start in await possible(tx, delivered) if start.at <= now]
        beginning = begin(starting, surveys, delivered, await waves.run_of(tx, now), now)
        return [wave.started() for wave in await waves.begin(tx, beginning)]

    async def due(tx: Transaction) -> datetime | None:
        return min((start.at for start in await possible(tx, await deliveries.delivered(tx))), default=None)

    async def possible(tx: Transaction, delivered: Delivered) -> Sequence[Start]:
        if await unread(tx, folder, profiles):
            return []
        return starts(surveys, delivered, await waves.requests(tx), await waves.begun(tx))

    return Round(run, due=due, name="start_waves")
