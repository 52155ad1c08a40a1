"""What inclusion publishes: what was delivered, which wave started, whom it would ask, and everybody it would not."""

from collections.abc import Mapping, Sequence
from typing import Annotated, ClassVar, Literal

from pydantic import Field

from shared.events.event import Event, Moment, Month, Reason, SorCode, ValueObject
from shared.events.invitation import AboutInvitation, AboutWave, Unit

Count = Annotated[int, Field(ge=0)]
Sha256 = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]


class DeliveryRead(Event):
    """A register extract was read to its end: rows = rejected + superseded + contacts."""

    natural_key: ClassVar[Sequence[str]] = ("delivery", "sha256")
    keyed_by: ClassVar[str] = "delivery"

    delivery: str
    sha256: Sha256
    period: Month
    """The month of its contacts."""
    profile: str
    """The import profile by which it was read."""
    rows: Count
    rejected: Mapping[Reason, Count]
    """Reason -> rows. A row has one reason: the first that holds."""
    superseded: Count
    """Rows replaced by a later report of the same contact, or nullified."""
    contacts: Count
    manifest: str | None = None
    """The manifest's file name. Null: published before this field came."""


class DeliveryRefused(Event):
    """A delivery was refused as a whole."""

    natural_key: ClassVar[Sequence[str]] = ("manifest", "sha256", "reason")
    keyed_by: ClassVar[str] = "manifest"

    manifest: str
    """The manifest's file name."""
    sha256: Sha256
    """Of the manifest itself: a mended one is another delivery."""
    reason: Reason
    expected: str
    found: str


class PinnedDelivery(ValueObject):
    delivery: str
    sha256: Sha256


class WaveStarted(AboutWave):
    """A wave began, and from here on rests on what it pinned."""

    natural_key: ClassVar[Sequence[str]] = ("wave",)

    survey: str
    month: Month
    started_by: Literal["schedule", "request"]
    deliveries: tuple[PinnedDelivery, ...]
    units: PinnedDelivery
    """The hierarchy of units in force."""
    participation: PinnedDelivery
    """Which units take part."""
    definition: Sha256
    """Of the survey's definition."""
    seed: str
    """What the wave's draws are made from, so that they can be made again."""
    run: Moment
    """The slot in which it started; the waves of one slot are a run."""
    parts: Count | None = None
    """How many units it has, and so how many SelectionFinished tell of it. Null: told before this was said."""


class WaveHeld(AboutWave):
    """A wave does not start, or its selection does not go on, before a person has seen to it."""

    natural_key: ClassVar[Sequence[str]] = ("wave", "reason", "held_on")

    survey: str
    month: Month
    holds: Literal["start", "selection"]
    """What does not happen before: its start, or its selection, which is then over when all its parts were told."""
    reason: Reason
    expected: str
    found: str
    held_on: Sha256
    """Of what it was held on. Held on something else, it is held anew."""


class PatientIncluded(AboutInvitation):
    """A person was drawn and should be asked, if nothing speaks against it."""


class SelectionFinished(AboutWave):
    """One unit's part of a wave.

    contacts = other_survey_or_period + excluded + not_sampled + another_contact + included.
    A wave is wholly selected when as many parts as `parts` have been consumed.
    """

    natural_key: ClassVar[Sequence[str]] = ("wave", "unit")

    unit: SorCode
    unit_path: tuple[Unit, ...]
    region: str
    """The region's code in the national register."""
    parts: Annotated[int, Field(ge=1)]
    """How many units the wave has, and so how many of these events."""
    contacts: Count
    other_survey_or_period: Count
    """Contacts that are another survey's to ask about, or of another month."""
    excluded: Mapping[Reason, Count]
    """Reason -> contacts. A contact has one reason: the first that holds."""
    not_sampled: Count
    """Contacts of persons who could have been asked and were not drawn."""
    another_contact: Count
    """The person was drawn with another contact in the same wave."""
    included: Count
    """Contacts drawn, and so persons to be asked."""


class InvitationWithdrawn(AboutInvitation):
    """The ground for asking fell away, for instance because the contact was nullified."""

    reason: Reason


__all__ = [
    "DeliveryRead",
    "DeliveryRefused",
    "InvitationWithdrawn",
    "PatientIncluded",
    "PinnedDelivery",
    "SelectionFinished",
    "WaveHeld",
    "WaveStarted",
]
