"""The invitation: what travels along in every event about it, so that no service asks another back."""

from collections.abc import Sequence
from datetime import date
from typing import Annotated, Any, ClassVar, Literal, Self
from uuid import UUID

from pydantic import Field, StringConstraints

from shared.events.event import (
    Event,
    Moment,
    Month,
    Pseudonym,
    SorCode,
    ValueObject,
    WaveName,
    derived_id,
)

Sex = Literal["female", "male"]
SealedCpr = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9+/=_-]{40,200}$")]
"""The CPR number, readable for dispatch alone (a libsodium sealed box, base64)."""


class Unit(ValueObject):
    """A unit as it stood in the hierarchy on the day of the contact."""

    code: SorCode
    name: str


class Invitation(ValueObject):
    """One person, asked once in one wave about one contact."""

    id: UUID
    """Derived from the wave and the person."""
    wave: WaveName
    """The survey's round over one month of contacts."""
    survey: str
    month: Month
    """The month of the contacts asked about."""
    person: Pseudonym
    """The person, without the CPR number: 128 bits of a keyed hash."""
    earlier_persons: tuple[Pseudonym, ...] = ()
    """Pseudonyms of the CPR numbers the person had before."""
    sealed_cpr: SealedCpr
    """The CPR number, readable for dispatch alone (a libsodium sealed box, base64)."""
    contact_date: date
    """The Danish day on which the contact ended."""
    unit: SorCode
    """The unit responsible for the contact, by its code in the register of health care organisations."""
    unit_path: Annotated[tuple[Unit, ...], Field(min_length=1)]
    """From the owner down to the unit itself."""
    region: str
    """The region's code in the national register: 81, 82, 83, 84 or 85."""
    sex: Sex
    age: Annotated[int, Field(ge=0, le=130)]
    """In whole years, on the day of the contact."""
    patient_type: str
    """As the survey's definition names it, for instance `acute_inpatient`."""
    questionnaire_version: int
    """The version that was in force when the wave started."""


def invitation_id(wave: str, person: str) -> UUID:
    """One person is asked once a wave, so the two name the invitation."""
    return derived_id("invitation", wave, person)


class AboutInvitation(Event):
    """An event about one invitation. All of them carry it whole."""

    natural_key: ClassVar[Sequence[str]] = ("invitation.id",)
    keyed_by: ClassVar[str] = "invitation.person"

    invitation: Invitation

    @classmethod
    def after(cls, cause: "AboutInvitation", **fields: Any) -> Self:
        """This happened because of that: the same invitation, at the same moment unless another is given."""
        return cls(
            **{
                "invitation": cause.invitation,
                "occurred_at": cause.occurred_at,
                **fields,
            }
        )


class AboutWave(Event):
    """An event about a wave as a whole."""

    keyed_by: ClassVar[str] = "wave"

    wave: WaveName


__all__ = [
    "AboutInvitation",
    "AboutWave",
    "Invitation",
    "Moment",
    "Sex",
    "Unit",
    "invitation_id",
]
