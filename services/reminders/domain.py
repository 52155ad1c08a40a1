"""When a person is reminded, and when the invitation's time is up.

    planned --due--> told --ended--> cancelled
    planned --ended--> dropped
    planned --too_late--> dropped

What is not in the table changes nothing: a reminder that was dropped or cancelled never comes back.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal
from uuid import UUID

from shared.events import Invitation, LetterDelivered, LetterSubmitted, Refused
from shared.surveys import Survey, Surveys, next_sending_moment

State = Literal["planned", "told", "cancelled", "dropped"]
Happening = Literal["due", "ended", "too_late"]

REMINDER_LIFE: Mapping[tuple[State, Happening], State] = {
    ("planned", "due"): "told",
    ("planned", "ended"): "dropped",
    ("planned", "too_late"): "dropped",
    ("told", "ended"): "cancelled",
}


@dataclass(frozen=True)
class Reminder:
    """One reminder of an invitation: to be published at a sending moment, and of no use after another."""

    invitation: UUID
    number: int
    at: datetime
    not_after: datetime

    @property
    def key(self) -> str:
        """By which it is known among stuck work."""
        return f"{self.invitation}/{self.number}"


@dataclass(frozen=True)
class Plan:
    """What follows from a letter that was handed over, or lies in the mailbox."""

    about: Invitation
    handed_over_at: datetime | None
    delivered_at: datetime | None
    closing_at: datetime
    reminders: Sequence[Reminder]


def plan(letter: LetterSubmitted | LetterDelivered, surveys: Surveys) -> Plan:
    """Reminders count from delivery alone; closing counts from the hand-over where no receipt ever comes.

    Raises Refused("survey_unknown").
    """
    survey, at = survey_of(letter.invitation, surveys), letter.occurred_at
    closing_at = at + timedelta(days=survey.reminders.close_after_days)
    if isinstance(letter, LetterSubmitted):
        return Plan(letter.invitation, at, None, closing_at, ())
    return Plan(letter.invitation, None, at, closing_at, _reminders(letter.invitation.id, at, survey))


def survey_of(invitation: Invitation, surveys: Surveys) -> Survey:
    if invitation.survey not in surveys:
        raise Refused("survey_unknown", f"expected one of {', '.join(sorted(surveys))}")
    return surveys[invitation.survey]


def _reminders(invitation: UUID, delivered_at: datetime, survey: Survey) -> list[Reminder]:
    """On their days, but never so close that holidays make two letters of one week. None after the closing."""
    rules, planned = survey.reminders, list[Reminder]()
    for number, days in enumerate(rules.after_days, start=1):
        wanted = delivered_at + timedelta(days=days)
        if planned:
            wanted = max(wanted, planned[-1].at + timedelta(days=rules.days_apart))
        at = next_sending_moment(wanted, survey.sending)
        if at < delivered_at + timedelta(days=rules.close_after_days):
            planned.append(Reminder(invitation, number, at, at + timedelta(days=rules.wait_at_most_days)))
    return planned


def postponed(reminder: Reminder, now: datetime, survey: Survey) -> datetime | None:
    """The next moment at which it may be sent, if that is not now."""
    moment = next_sending_moment(now, survey.sending)
    return moment if moment > now and moment <= reminder.not_after else None


def happening(reminder: Reminder, now: datetime, survey: Survey) -> Happening:
    """What becomes of a reminder whose moment has come and that is not postponed."""
    return "due" if next_sending_moment(now, survey.sending) <= min(now, reminder.not_after) else "too_late"
