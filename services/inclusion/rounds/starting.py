"""Starts waves: by their survey's schedule, or at once where an operator asked for it; or holds them."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from services.inclusion.domain.holding import Hold, judge, usable
from services.inclusion.domain.starting import Delivered, Start, begin, starts
from services.inclusion.extract.folder import DropFolder
from services.inclusion.rounds.deliveries import Profiles, unread
from services.inclusion.rounds.outcomes import hold
from services.inclusion.store import deliveries, holds, waves
from shared.events import Event
from shared.runtime import Round, Transaction
from shared.surveys import Survey

START = "start_waves"


def start_waves(
    surveys: Mapping[str, Survey], folder: DropFolder, profiles: Profiles, unlikely: float
) -> Round[Start | Hold]:
    """A wave waits for what it needs: contacts of its month, units, participation, and whatever lies there unread.

    That it starts is told with the first units of its selection: only then it is known whether it asks anybody. One
    that rests on a delivery of which more than the `unlikely` share was rejected is held, as soon as that is known.
    """

    async def claim(tx: Transaction, now: datetime, at_most: int) -> Sequence[Start | Hold]:
        may_start, doubtful = await possible(tx, await _delivered(tx))
        due = [start for start in may_start if start.at <= now]
        return [*sorted(due, key=lambda start: surveys[start.survey].karens.precedence), *doubtful][:at_most]

    async def act(tx: Transaction, due: Sequence[Start | Hold], now: datetime) -> Sequence[Event]:
        starting = [item for item in due if isinstance(item, Start)]
        await waves.begin(tx, begin(starting, surveys, await _delivered(tx), await waves.run_of(tx, now), now))
        return await hold(tx, [item for item in due if isinstance(item, Hold)], now)

    async def due(tx: Transaction) -> datetime | None:
        may_start, doubtful = await possible(tx, await _delivered(tx))
        moments = [start.at for start in may_start] + [one.since for one in doubtful if one.since]
        return min(moments, default=None)

    async def possible(tx: Transaction, delivered: Delivered) -> tuple[Sequence[Start], Sequence[Hold]]:
        if await unread(tx, folder, profiles):
            return [], []
        stuck = await waves.stuck(tx, START)
        found = starts(surveys, delivered, await waves.requests(tx), await waves.begun(tx))
        starting = [start for start in found if start.wave not in stuck]
        return judge(starting, surveys, delivered, await holds.held(tx), unlikely)

    async def _delivered(tx: Transaction) -> Delivered:
        return usable(await deliveries.delivered(tx), unlikely)

    return Round(claim, act, due=due, name=START, key=lambda start: start.wave)
