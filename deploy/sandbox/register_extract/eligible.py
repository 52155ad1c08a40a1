"""The contacts that waves choose among: of everybody who is included, or was not drawn."""

from collections.abc import Sequence
from random import Random

from deploy.sandbox.register_extract.cohort import Cohort
from deploy.sandbox.register_extract.contacts import (
    ACUTE,
    ANOTHER_CONTACT,
    INCLUDED,
    NOT_SAMPLED,
    OTHER,
    PLANNED,
    Contacts,
)
from deploy.sandbox.register_extract.persons import Person
from deploy.sandbox.register_extract.spans import Spans
from deploy.sandbox.register_extract.surveys import CAP, CONTACTS_IN_COURSE, PSYCHIATRIC, SOMATIC
from deploy.sandbox.register_extract.units import Units, Ward

SEVERAL = 0.2
"""Of the somatic included: those with more than one eligible contact."""


class Eligible:
    """Adds the eligible contacts of a cohort. A person's contacts that one wave can choose among lie in one ward."""

    def __init__(self, rng: Random, spans: Spans, units: Units, contacts: Contacts) -> None:
        self._rng = rng
        self._spans = spans
        self._units = units
        self._contacts = contacts
        self._hospital_kinds = (
            (0.62, spans.visits, PLANNED),
            (0.77, spans.stays, PLANNED),
            (0.90, spans.stays, ACUTE),
            (0.95, spans.long_days, ACUTE),
            (1.00, spans.long_days, PLANNED),
        )

    def add(self, cohort: Cohort) -> None:
        wards = _places(self._rng, self._units.somatic, len(cohort.certain(SOMATIC)))
        for person, ward in zip(cohort.certain(SOMATIC), wards, strict=True):
            self._somatic(person, ward)
        for crowd, ward in zip(cohort.drawn_from, self._units.sampled, strict=True):
            for place, person in enumerate(crowd):
                self._hospital_contact(person, ward, INCLUDED if place < CAP else NOT_SAMPLED)
        for person in cohort.certain(PSYCHIATRIC):
            self._psychiatric(person, self._rng.choice(self._units.psychiatric))

    def _somatic(self, person: Person, ward: Ward) -> None:
        draw = self._rng.random()
        if draw < 0.03:
            self._admission(person, ward)
            return
        self._hospital_contact(person, ward, INCLUDED)
        for _ in range(self._rng.randint(1, 3) if draw > 1 - SEVERAL else 0):
            self._hospital_contact(person, ward, ANOTHER_CONTACT)

    def _hospital_contact(self, person: Person, ward: Ward, term: str) -> None:
        draw = self._rng.random()
        spans, priority = next((spans, priority) for up_to, spans, priority in self._hospital_kinds if draw < up_to)
        self._contacts.add(person, ward, self._spans.choose(spans), term, priority=priority)

    def _admission(self, person: Person, ward: Ward) -> None:
        """Two contacts of one acute stay: the first is short, but the stay is over midnight."""
        stay = self._contacts.course()
        arrival, in_bed = self._spans.admission()
        self._contacts.add(person, ward, arrival, INCLUDED, priority=ACUTE, stay=stay)
        self._contacts.add(person, ward, in_bed, ANOTHER_CONTACT, priority=ACUTE, stay=stay)

    def _psychiatric(self, person: Person, ward: Ward) -> None:
        draw = self._rng.random()
        if draw < 0.35:
            priority = ACUTE if draw < 0.2 else PLANNED
            self._contacts.add(person, ward, self._spans.choose(self._spans.stays), INCLUDED, priority=priority)
        elif draw < 0.42:
            self._course_begun_before(person, ward)
        else:
            self._course(person, ward, self._contacts.course(), self._rng.randint(CONTACTS_IN_COURSE, 6))

    def _course_begun_before(self, person: Person, ward: Ward) -> None:
        """The visit of the month before, reported late, is the one that makes the course long enough."""
        course = self._contacts.course()
        self._course(person, ward, course, CONTACTS_IN_COURSE - 1)
        self._contacts.add(person, ward, self._spans.choose(self._spans.before), OTHER, course=course)

    def _course(self, person: Person, ward: Ward, course: str, visits: int) -> None:
        for visit in range(visits):
            term = ANOTHER_CONTACT if visit else INCLUDED
            self._contacts.add(person, ward, self._spans.choose(self._spans.visits), term, course=course)


def _places(rng: Random, wards: Sequence[Ward], persons: int) -> list[Ward]:
    """A ward for each of them, none with more than are asked, and where they are many one with just as many."""
    full = CAP if persons >= CAP * len(wards) // 4 else 0
    rest = [ward for ward in wards[1:] for _ in range(CAP)]
    places = [wards[0]] * full + rng.sample(rest, persons - full)
    rng.shuffle(places)
    return places
