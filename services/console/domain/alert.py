"""Something for a person to see to."""

from dataclasses import dataclass
from datetime import datetime
from enum import IntEnum
from typing import Literal

Severity = Literal["critical", "warning"]
"""Critical: something has stopped or is wrong, and stays so. Warning: something waits for a decision."""


class Cause(IntEnum):
    """How near to the cause it is: what comes later may be no more than a symptom of what comes before."""

    OUTAGE = 0
    """A service does not answer, or waits for what is not there."""
    STOPPED = 1
    """Work has halted, fails, or is held."""
    DECISION = 2
    """Somebody has to decide."""
    SYMPTOM = 3
    """Something is late or does not add up."""


@dataclass(frozen=True)
class Alert:
    severity: Severity
    cause: Cause
    what: str
    mend: str
    """What to do; commands stand between backticks."""
    page: str
    """The address of the page about it."""
    since: datetime | None = None
    """None: nobody wrote down since when."""
    seconds: float | None = None
    """How long already, where that is known instead."""

    def age(self, now: datetime) -> float:
        """In seconds; what nobody knows the age of counts as the oldest."""
        if self.since:
            return (now - self.since).total_seconds()
        return float("inf") if self.seconds is None else self.seconds
