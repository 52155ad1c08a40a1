"""Moves letters along their life, keeps where they stand, and returns what is to be told."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from services.dispatch.domain import Came, Moved, move
from services.dispatch.store import letters
from shared.events import Event
from shared.runtime import Transaction
from shared.surveys import Surveys


async def along(tx: Transaction, came: Sequence[Came], now: datetime, surveys: Surveys) -> Sequence[Event]:
    """One step for each, in the order given; several steps of one letter follow each other."""
    standing = await letters.lock(tx, {one.letter for one in came})
    moved: dict[object, tuple[Moved, timedelta]] = {}
    told: list[Event] = []
    for one in came:
        before = standing.get(one.letter)
        step = move(before, one, now) if before else None
        if before is None or step is None:
            continue
        within = timedelta(hours=surveys[before.about.survey].letters.overdue_after_hours)
        moved[one.letter] = (step, within)
        standing[one.letter] = replace(before, state=step.state, handed_over_at=step.handed_over_at)
        told += step.told
    await letters.move(tx, list(moved.values()))
    return told
