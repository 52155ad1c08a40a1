"""What time brings: reminders fall due, and invitations have been open for long enough."""

from collections.abc import Sequence
from datetime import datetime

from services.reminders import domain, store
from services.reminders.domain import REMINDER_LIFE
from services.reminders.store import Due
from shared.events import ClosingDue, Event, Invitation, ReminderDue
from shared.runtime import Round, Transaction
from shared.surveys import Surveys


def remind(surveys: Surveys) -> Round[Due]:
    async def act(tx: Transaction, due: Sequence[Due], now: datetime) -> Sequence[Event]:
        stopped = await store.stopped(tx, [row.about.id for row in due])
        moved = [(row, *_next(row, now, surveys, stopped=row.about.id in stopped)) for row in due]
        await store.move(tx, [(row.reminder, state, at) for row, state, at in moved])
        return [_reminder_due(row, now) for row, state, _ in moved if state == "told"]

    return Round(store.due, act, due=store.next_reminder, name=store.REMIND, key=lambda due: due.reminder.key)


def close() -> Round[Invitation]:
    async def act(tx: Transaction, invitations: Sequence[Invitation], now: datetime) -> Sequence[Event]:
        await store.close(tx, [invitation.id for invitation in invitations], now)
        return [ClosingDue(invitation=invitation, occurred_at=now) for invitation in invitations]

    return Round(
        store.closing, act, due=store.next_closing, name=store.CLOSE, key=lambda invitation: str(invitation.id)
    )


def _next(due: Due, now: datetime, surveys: Surveys, *, stopped: bool) -> tuple[str, datetime]:
    """The state it comes to, and its moment. Outside sending hours it stays planned, for the next opening."""
    if stopped:
        return "dropped", due.reminder.at
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
