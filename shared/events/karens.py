"""What karens publishes: who may be asked, who was asked too recently, and who is not to be asked at all."""

from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field

from shared.events.event import Moment, ValueObject
from shared.events.invitation import AboutInvitation


class Rule(ValueObject):
    """The rule a decision rests on, as it stood."""

    name: str
    version: int
    days: Annotated[int, Field(ge=0)]
    """How long the survey now asking leaves a person alone after an earlier invitation."""


class InvitationCleared(AboutInvitation):
    """The person may be asked. From here on karens counts."""

    rule: Rule


class InvitationQuarantined(AboutInvitation):
    """The person was asked too recently: held back until a day, because of an earlier invitation."""

    rule: Rule
    until: Moment
    because_of: UUID
    """The earlier invitation."""


class InvitationDropped(AboutInvitation):
    """The invitation ended before karens decided on it."""

    reason: Literal["withdrawn", "wave_stopped", "opted_out"]


Decision = InvitationCleared | InvitationQuarantined | InvitationDropped

__all__ = [
    "Decision",
    "InvitationCleared",
    "InvitationDropped",
    "InvitationQuarantined",
    "Rule",
]
