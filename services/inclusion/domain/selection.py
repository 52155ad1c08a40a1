"""What became of each contact of a wave, unit by unit, and who is asked."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from services.inclusion.domain.hierarchy import Hierarchy
from services.inclusion.domain.wave import Wave, last_day
from shared.events import Invitation, PatientIncluded, SelectionFinished, invitation_id
from shared.events.invitation import Sex

NOT_EXCLUDED = ("other_survey_or_period", "not_sampled", "another_contact", "included")
"""Terms that are none of the reasons for which a contact is excluded."""
OLDEST = 130


@dataclass(frozen=True, slots=True)
class UnitCount:
    """One unit's contacts in a wave, by what became of them."""

    unit: str
    terms: Mapping[str, int]
    parts: int
    """How many units the wave has."""

    @property
    def included(self) -> int:
        return self.terms.get("included", 0)


@dataclass(frozen=True, slots=True, repr=False)
class Patient:
    """A person who was drawn, with the contact that was drawn. In memory only."""

    cpr: str
    unit: str
    day: date
    """The Danish day on which the contact ended."""
    born: date
    patient_type: str


def next_units(counts: Sequence[UnitCount], told: Collection[str], at_most: int) -> Sequence[UnitCount]:
    """The next units to tell about: as many as hold together at most so many patients, and at least one."""
    chosen: list[UnitCount] = []
    patients = 0
    for count in counts:
        if count.unit in told:
            continue
        patients += count.included
        if chosen and (patients > at_most or len(chosen) == at_most):
            break
        chosen.append(count)
    return chosen


def selection_finished(wave: Wave, count: UnitCount, hierarchy: Hierarchy, now: datetime) -> SelectionFinished:
    day = last_day(wave.month)
    return SelectionFinished(
        wave=wave.wave,
        unit=count.unit,
        unit_path=hierarchy.path(count.unit, day),
        region=hierarchy.region(count.unit, day),
        parts=count.parts,
        contacts=sum(count.terms.values()),
        excluded={term: number for term, number in count.terms.items() if term not in NOT_EXCLUDED},
        **{term: count.terms.get(term, 0) for term in NOT_EXCLUDED},
        occurred_at=now,
    )


def patient_included(
    wave: Wave, patient: Patient, person: str, sealed_cpr: str, hierarchy: Hierarchy, now: datetime
) -> PatientIncluded:
    """`person` is the pseudonym."""
    invitation = Invitation(
        id=invitation_id(wave.wave, person),
        wave=wave.wave,
        survey=wave.survey,
        month=wave.month,
        person=person,
        sealed_cpr=sealed_cpr,
        contact_date=patient.day,
        unit=patient.unit,
        unit_path=hierarchy.path(patient.unit, patient.day),
        region=hierarchy.region(patient.unit, patient.day),
        sex=sex_of(patient.cpr),
        age=age_on(patient.day, patient.born),
        patient_type=patient.patient_type,
        questionnaire_version=wave.rules.questionnaire_version,
    )
    return PatientIncluded(invitation=invitation, occurred_at=now)


def sex_of(cpr: str) -> Sex:
    """The last digit is even for a woman."""
    return "female" if int(cpr[-1]) % 2 == 0 else "male"


def age_on(day: date, born: date) -> int:
    """In whole years; at most what an invitation can say."""
    years = day.year - born.year - ((day.month, day.day) < (born.month, born.day))
    return min(max(years, 0), OLDEST)
