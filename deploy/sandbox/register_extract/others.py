"""The contacts that no wave asks about, of every reason there is.

Where several reasons hold, a contact is counted under the first in the order in which waves judge: outside the survey,
ward not taking part, no visit, open, dead, replacement number, under age, too few visits in the course.
"""

from collections.abc import Callable, Sequence
from random import Random
from typing import TypeVar

from deploy.sandbox.register_extract.cohort import Cohort
from deploy.sandbox.register_extract.contacts import ACUTE, OTHER, Contacts
from deploy.sandbox.register_extract.persons import Person, Population
from deploy.sandbox.register_extract.spans import Spans
from deploy.sandbox.register_extract.surveys import CONTACTS_IN_COURSE, PSYCHIATRIC, SOMATIC, VISIT
from deploy.sandbox.register_extract.units import Units, Ward

NO_VISIT = ("ALCA03", "ALCA03", "ALCA03", "ALCA10", "ALCA10", "diagnoseindberetning", "død")
"""Virtual, at home, and the two types that are never a visit; as often as they stand here."""

T = TypeVar("T")


class Others:
    """Adds contacts, of persons who are also included and of bystanders, that must not be asked about."""

    def __init__(self, rng: Random, spans: Spans, units: Units, contacts: Contacts) -> None:
        self._rng = rng
        self._spans = spans
        self._contacts = contacts
        self._units = units
        self._hospital = units.somatic + units.sampled
        self._taking_part = self._hospital + units.psychiatric
        self._surveyed = self._taking_part + units.outside

    def add(self, cohort: Cohort, bystanders: Sequence[Person], population: Population, whole: int) -> None:
        """As many as make the month's contacts `whole`."""
        number = whole - len(self._contacts.lines)
        self._gather(cohort, bystanders, population, number)
        for survey, wards in ((SOMATIC, self._units.somatic), (PSYCHIATRIC, self._units.psychiatric)):
            self._seen([cohort.too_young[survey]], wards, "under_age")
        for share, add in self._kinds():
            for _ in range(int(share * number)):
                add()
        while len(self._contacts.lines) < whole:
            self._other_specialty()

    def _gather(self, cohort: Cohort, bystanders: Sequence[Person], population: Population, number: int) -> None:
        self._adults = cohort.everybody() + self._rng.sample(bystanders, len(bystanders) * 2 // 3)
        self._children = population.children(max(3, number // 60))
        self._dead = population.dead(max(3, number // 300), self._spans.last_days)
        self._replaced = population.replaced(max(3, number // 300))
        self._hidden = self._children + self._dead + self._replaced

    def _kinds(self) -> Sequence[tuple[float, Callable[[], None]]]:
        """How large a share of these contacts is of which kind; what is left is of other specialties."""
        return (
            (0.300, self._acute_visit),
            (0.050, self._elsewhen),
            (0.240, self._no_visit),
            (0.150, self._not_taking_part),
            (0.020, self._open),
            (0.030, lambda: self._seen(self._children, self._taking_part, "under_age")),
            (0.004, lambda: self._seen(self._dead, self._taking_part, "dead")),
            (0.005, lambda: self._seen(self._replaced, self._taking_part, "replacement_cpr")),
            (0.003, self._short_course),
        )

    def _choose(self, among: Sequence[T]) -> T:
        return among[int(self._rng.random() * len(among))]

    def _anybody(self) -> Person:
        return self._choose(self._hidden if self._rng.random() < 0.05 else self._adults)

    def _acute_visit(self) -> None:
        """Less than twelve hours and not over midnight: of a patient type that the somatic survey does not ask."""
        spans = self._spans.visits if self._rng.random() < 0.99 else self._spans.just_too_short
        self._contacts.add(self._anybody(), self._choose(self._hospital), self._choose(spans), OTHER, priority=ACUTE)

    def _other_specialty(self) -> None:
        spans = self._spans.stays if self._rng.random() < 0.2 else self._spans.visits
        self._contacts.add(self._anybody(), self._choose(self._units.other), self._choose(spans), OTHER)

    def _elsewhen(self) -> None:
        self._contacts.add(self._anybody(), self._choose(self._surveyed), self._choose(self._spans.elsewhen), OTHER)

    def _no_visit(self) -> None:
        spans = self._spans.visits if self._rng.random() < 0.95 else self._spans.open
        kind = self._choose(NO_VISIT)
        self._contacts.add(
            self._anybody(), self._choose(self._taking_part), self._choose(spans), "not_a_visit", kind=kind
        )

    def _not_taking_part(self) -> None:
        draw = self._rng.random()
        spans = self._spans.visits if draw < 0.7 else self._spans.stays if draw < 0.95 else self._spans.open
        kind = VISIT if draw < 0.6 else self._choose(NO_VISIT)
        ward = self._choose(self._units.outside)
        self._contacts.add(self._anybody(), ward, self._choose(spans), "unit_not_taking_part", kind=kind)

    def _open(self) -> None:
        priority = ACUTE if self._rng.random() < 0.3 else "ATA3"
        ward = self._choose(self._taking_part)
        self._contacts.add(self._anybody(), ward, self._choose(self._spans.open), "contact_open", priority=priority)

    def _seen(self, persons: Sequence[Person], wards: Sequence[Ward], term: str) -> None:
        """A contact that would be asked about if it were somebody else's."""
        self._contacts.add(self._choose(persons), self._choose(wards), self._choose(self._spans.visits), term)

    def _short_course(self) -> None:
        """Too few visits of a psychiatric outpatient; what is no visit does not make the course longer."""
        person, ward, course = (
            self._choose(self._adults),
            self._choose(self._units.psychiatric),
            self._contacts.course(),
        )
        for _ in range(self._rng.randint(1, CONTACTS_IN_COURSE - 1)):
            visit = self._choose(self._spans.visits)
            self._contacts.add(person, ward, visit, "too_few_contacts_in_course", course=course)
        visit = self._choose(self._spans.visits)
        self._contacts.add(person, ward, visit, "not_a_visit", course=course, kind=self._choose(NO_VISIT))
