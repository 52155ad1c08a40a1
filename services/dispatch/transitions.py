"""Applies updates to letters: loads and locks them, takes each step of their state machine, and saves the result."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from uuid import UUID

from services.dispatch.domain import LetterUpdate, Transition, transition
from services.dispatch.store import letters
from shared.events import Event
from shared.runtime import Transaction
from shared.surveys import Surveys


async def apply(tx: Transaction, updates: Sequence[LetterUpdate], now: datetime, surveys: Surveys) -> Sequence[Event]:
    """Applies the updates in the order given, several to one letter if need be. Returns the events to publish."""
    queued = await letters.lock(tx, {update.letter for update in updates})
    last: dict[UUID, tuple[Transition, timedelta]] = {}
    events: list[Event] = []
    for update in updates:
        before = queued.get(update.letter)
        step = transition(before, update, now) if before else None
        if before is None or step is None:
            continue
        confirmed_within = timedelta(hours=surveys[before.invitation.survey].letters.overdue_after_hours)
        last[update.letter] = (step, confirmed_within)
        queued[update.letter] = replace(before, state=step.state, handed_over_at=step.handed_over_at)
        events += step.events
    await letters.save(tx, list(last.values()))
    return events
