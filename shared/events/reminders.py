"""What reminders publishes: who is to be reminded, that it is no longer wanted, and that an invitation's time is up."""

from collections.abc import Sequence
from typing import Annotated, ClassVar

from pydantic import Field

from shared.events.dispatch import Channel
from shared.events.event import Moment, Reason
from shared.events.invitation import AboutInvitation


class ReminderDue(AboutInvitation):
    """The person has not answered and is to be reminded, but not after a moment."""

    natural_key: ClassVar[Sequence[str]] = ("invitation.id", "number")

    number: Annotated[int, Field(ge=1)]
    channel: Channel
    not_after: Moment
    """A reminder not handed over by then is not sent."""


class ReminderCancelled(AboutInvitation):
    """A reminder that was published as due is no longer wanted."""

    natural_key: ClassVar[Sequence[str]] = ("invitation.id", "number")

    number: Annotated[int, Field(ge=1)]
    reason: Reason


class ClosingDue(AboutInvitation):
    """The invitation has been open for as long as its survey says."""


__all__ = ["ClosingDue", "ReminderCancelled", "ReminderDue"]
