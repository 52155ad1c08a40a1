"""What responses publishes: the answers, and how every invitation ended."""

from collections.abc import Mapping, Sequence
from typing import Annotated, ClassVar, Literal

from pydantic import Field

from shared.events.event import Pseudonym
from shared.events.invitation import AboutInvitation

Outcome = Literal["complete", "partial", "declined", "opted_out", "withdrawn", "unanswered"]


class ResponseReceived(AboutInvitation):
    """A person's answers, screened: no CPR or telephone number is left in a free text."""

    natural_key: ClassVar[Sequence[str]] = ("invitation.id", "version")

    version: Annotated[int, Field(ge=1)]
    """Rises when the person's answers are published anew; the highest counts."""
    completeness: Literal["complete", "partial"]
    questionnaire_version: int
    """The questionnaire that was answered."""
    answers: Mapping[str, str]
    """Question -> the chosen option's name, or the screened text."""
    screened: tuple[str, ...] = ()
    """Questions in whose text something was struck out."""


class InvitationDeclined(AboutInvitation):
    """The person does not want to answer this time; what was saved is discarded."""


class PersonOptedOut(AboutInvitation):
    """The person does not want to be asked again, by any survey."""

    natural_key: ClassVar[Sequence[str]] = ("person", "occurred_at")

    person: Pseudonym
    """The person who opted out: the invited one."""


class InvitationClosed(AboutInvitation):
    """How the invitation ended. Decided once, and never changed."""

    outcome: Outcome


__all__ = [
    "InvitationClosed",
    "InvitationDeclined",
    "Outcome",
    "PersonOptedOut",
    "ResponseReceived",
]
