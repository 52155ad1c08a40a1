"""What dispatch publishes about letters, and once about an invitation that never reached its person."""

from collections.abc import Sequence
from typing import Annotated, ClassVar, Literal, Self
from uuid import UUID

from pydantic import Field

from shared.events.event import Reason, ValueObject, derived_id
from shared.events.invitation import AboutInvitation, Invitation

LetterKind = Literal["invitation", "reminder"]
Channel = Literal["digital_post"]


class Letter(ValueObject):
    """The invitation's letter (number 0) or one of its reminders (1, 2, …)."""

    id: UUID
    kind: LetterKind
    number: Annotated[int, Field(ge=0)]
    """0 for the invitation, else which reminder it is."""
    channel: Channel

    @classmethod
    def of(cls, invitation: Invitation, number: int, channel: Channel = "digital_post") -> Self:
        kind: LetterKind = "reminder" if number else "invitation"
        return cls(
            id=letter_id(invitation.id, number, channel),
            kind=kind,
            number=number,
            channel=channel,
        )


def letter_id(invitation: UUID, number: int, channel: Channel = "digital_post") -> UUID:
    return derived_id("letter", invitation, number, channel)


class AboutLetter(AboutInvitation):
    natural_key: ClassVar[Sequence[str]] = ("letter.id",)

    letter: Letter


class LetterSubmitted(AboutLetter):
    """The letter was handed over and accepted for delivery."""


class LetterDelivered(AboutLetter):
    """The receipt says completed and the value date has been reached: the letter lies in the mailbox."""


class LetterFailed(AboutLetter):
    """The letter will not be delivered by this channel."""

    reason: Reason


class LetterStopped(AboutLetter):
    """The letter was ended before it was handed over."""

    reason: Reason


class InvitationUnreached(AboutInvitation):
    """The invitation never reached its person: no channel is left, or it was stopped before hand-over.

    Published once."""

    reason: Reason
    stopped: bool
    """True when it was ended on purpose before hand-over, false when no channel could reach the person."""


__all__ = [
    "Channel",
    "InvitationUnreached",
    "Letter",
    "LetterDelivered",
    "LetterFailed",
    "LetterKind",
    "LetterStopped",
    "LetterSubmitted",
    "letter_id",
]
