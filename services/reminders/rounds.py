"""What time brings: reminders fall due, and invitations have been open for long enough."""

from collections.abc import Sequence
from datetime import datetime

from services.reminders import domain, store
from services.reminders.domain import REMINDER_LIFE
from services.reminders.store import Due
from shared.events import ClosingDue, Event, ReminderDue
from shared.runtime import Round, Transaction
from shared.surveys import Surveys

AT_ONCE = 2000
"""Rows taken in one transaction."""


def remind(surveys: Surveys) -> Round:
    async def run(tx: Transaction, now: datetime) -> Sequence[Event]:
        found, stopped = await store.due(tx, now, AT_ONCE)
        events: list[Event] = []
        moved = []
        for due in found:
            state, at = _next(due, now, surveys) if due.about.id not in stopped else ("dropped", due.reminder.at)
            moved.append((due.reminder, state, at))
            if state == "told":
                events.append(_reminder_due(due, now))
        await store.move(tx, moved)
        return events

    return Round(run, due=store.next_reminder, name="remind")


def close() -> Round:
    async def run(tx: Transaction, now: datetime) -> Sequence[Event]:
        closing = await store.close(tx, now, AT_ONCE)
        return [ClosingDue(invitation=invitation, occurred_at=now) for invitation in closing]

    return Round(run, due=store.next_closing, name="close")


def _next(due: Due, now: datetime, surveys: Surveys) -> tuple[str, datetime]:
    """The state it comes to, and its moment. Outside sending hours it stays planned, for the next opening."""
    survey = domain.survey_of(due.about, surveys)
    if moment := domain.postponed(due.reminder, now, survey):
        return "planned", moment
    return REMINDER_LIFE["planned", domain.happening(due.reminder, now, survey)], due.reminder.at


def _reminder_due(due: Due, now: datetime) -> ReminderDue:
    reminder = due.reminder
    return ReminderDue(
        invitation=due.about,
        occurred_at=now,
        number=reminder.number,
        channel="digital_post",
        not_after=reminder.not_after,
    )
