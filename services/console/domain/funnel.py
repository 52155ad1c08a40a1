"""A wave as a funnel, and about when it ends."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from services.console.domain.account import Wave, size
from shared.surveys import Survey

STAGES = ("included", "cleared", "delivered", "complete")
CLOSED = ("complete", "opted_out", "declined", "partial", "withdrawn", "unanswered")


@dataclass(frozen=True)
class Stage:
    word: str
    many: int
    share: float
    """Of those included, in percent."""


def funnel(wave: Wave) -> Sequence[Stage]:
    """From everybody who was drawn to those who answered, and all who are done."""
    many = [("answered" if term == "complete" else term, size(wave, term)) for term in STAGES]
    many.append(("closed", sum(size(wave, term) for term in CLOSED)))
    most = max(wave.included, wave.invitations, 1)
    return [Stage(word, number, min(100.0, 100 * number / most)) for word, number in many]


def about_ends(wave: Wave, survey: Survey | None, last_handed_over: datetime | None) -> datetime | None:
    """Closing days after the last hand-over so far, else after the start. None: it has ended, or nobody can say."""
    begins = last_handed_over or wave.started_at
    if survey is None or begins is None or wave.is_over:
        return None
    return begins + timedelta(days=survey.reminders.close_after_days)
