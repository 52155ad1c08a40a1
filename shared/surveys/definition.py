"""A survey, as it is defined in `contracts/surveys/<survey>/`: who is asked, when, how, and what."""

from datetime import date, time
from typing import Annotated, Literal

from pydantic import Field, StringConstraints, model_validator

from shared.surveys.questionnaire import Questionnaire
from shared.surveys.words import Definition, Label, Name, Number, Text, TimeOfDay, wrong_at

SurveyName = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9-]*$", max_length=40)]
Days = Annotated[Number, Field(ge=0, le=3650)]


class PatientType(Definition):
    """A kind of contact, derived, for the register has no flag for it."""

    name: Name
    setting: Literal["inpatient", "outpatient"]
    priority: Literal["acute", "planned"] | None = None
    """None: either."""


class Exclusion(Definition):
    """Something that is not to be asked about, while the list is in force."""

    codes: tuple[str, ...]
    """Prefixes of diagnoses, or codes of units."""
    valid_from: date
    valid_to: date | None = None


class Eligibility(Definition):
    """Whom the survey is about, and who of them is left out (each with one named reason)."""

    main_specialties: tuple[str, ...]
    """Prefixes of the responsible unit's main specialty."""
    patient_types: Annotated[tuple[PatientType, ...], Field(min_length=1)]
    contact_types: tuple[str, ...] = ("ALCA00",)
    """Kinds of contact that count as a visit. An assumption: physical attendance."""
    minimum_age: Annotated[Number, Field(ge=0, le=120)] = 15
    """In whole years on the day the wave starts."""
    maximum_age_of_contact_days: Days = 60
    """On the day the wave starts. An assumption."""
    contacts_in_course: Annotated[Number, Field(ge=1)] = 1
    """How many personal contacts an outpatient's course must have."""
    excluded_diagnoses: tuple[Exclusion, ...] = ()
    excluded_units: tuple[Exclusion, ...] = ()


class Sampling(Definition):
    """How many are drawn."""

    at_most_per_unit: Annotated[Number, Field(ge=1)] | None = None
    """Persons a unit and month, at random; none means all."""
    at_least_eligible: Annotated[Number, Field(ge=0)] = 0
    """Units with fewer eligible persons in the month are not surveyed."""


class Schedule(Definition):
    """When the waves start by themselves."""

    day_of_following_month: Annotated[Number, Field(ge=1, le=28)]


class Karens(Definition):
    """How long a person is left alone."""

    name: Name
    version: Annotated[Number, Field(ge=1)]
    days: Days
    precedence: Number
    """Of surveys that start in the same slot, the lowest number asks first."""


class SendingHours(Definition):
    """Danish local time on working days. Letters leave from `opens` on, and before `closes`."""

    opens: TimeOfDay = time(8)
    closes: TimeOfDay = time(18)

    @model_validator(mode="after")
    def _opens_first(self) -> "SendingHours":
        if self.closes <= self.opens:
            raise wrong_at(("closes",), "closes must lie after opens")
        return self


class Reminders(Definition):
    """When those who have not answered are reminded, and when the page closes: days after delivery."""

    after_days: tuple[Annotated[Number, Field(ge=1, le=365)], ...]
    wait_at_most_days: Annotated[Number, Field(ge=1, le=30)] = 3
    """A reminder that could not be handed over within this time is not sent."""
    days_apart: Annotated[Number, Field(ge=1, le=60)] = 7
    """Between one reminder and the next, however holidays push them together. An assumption."""
    close_after_days: Annotated[Number, Field(ge=1, le=365)]

    @model_validator(mode="after")
    def _in_order(self) -> "Reminders":
        if list(self.after_days) != sorted(set(self.after_days)):
            raise wrong_at(("after_days",), "after_days must rise")
        if self.after_days and self.after_days[-1] >= self.close_after_days:
            raise wrong_at(("close_after_days",), "close_after_days must lie after the last reminder")
        return self


class LetterTexts(Definition):
    """One letter's words. Nothing sensitive in label and notification: they are shown outside the mailbox."""

    label: Annotated[Label, StringConstraints(min_length=1, max_length=256)]
    notification: Annotated[Label, StringConstraints(max_length=150)] | None = None
    subject: Text
    paragraphs: Annotated[tuple[Text, ...], Field(min_length=1)]


class Letters(Definition):
    sender_cvr: Annotated[str, StringConstraints(pattern=r"^[0-9]{8}$")]
    sender_label: Annotated[Label, StringConstraints(min_length=1, max_length=256)]
    signature: Text
    invitation: LetterTexts
    reminder: LetterTexts
    hand_over_within_days: Annotated[Number, Field(ge=1, le=60)] = 14
    """A letter that could not be handed over within this time is not sent."""
    overdue_after_hours: Annotated[Number, Field(ge=1)] = 72
    """A receipt that takes longer is shown to a human."""


class Survey(Definition):
    """A whole survey. The definition's fingerprint is pinned by each wave."""

    name: SurveyName
    title: Text
    eligibility: Eligibility
    sampling: Sampling
    schedule: Schedule
    karens: Karens
    sending: SendingHours = SendingHours()
    reminders: Reminders
    letters: Letters
    questionnaire: Questionnaire
    fingerprint: str = ""
    """SHA-256 of the definition's files; set by the loader."""
