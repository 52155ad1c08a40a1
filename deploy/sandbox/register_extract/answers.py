"""The answer sheet: what every count must come to, known from how the extract was made and not from reading it."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from deploy.sandbox.register_extract.cohort import Cohort
from deploy.sandbox.register_extract.contacts import ANOTHER_CONTACT, INCLUDED, NOT_SAMPLED, OTHER
from deploy.sandbox.register_extract.persons import Person
from deploy.sandbox.register_extract.surveys import KARENS_DAYS, SURVEYS, Survey
from deploy.sandbox.register_extract.units import Ward

NO_EXCLUSION = {OTHER, NOT_SAMPLED, ANOTHER_CONTACT, INCLUDED}


@dataclass(frozen=True)
class Delivery:
    """One month's delivery as it was made."""

    cohort: Cohort
    rejected: Mapping[str, int]
    superseded: int
    terms: Mapping[tuple[str, str], int]
    """Contacts by the ward's code and the term in the wave of the ward's own survey."""

    @property
    def contacts(self) -> int:
        return sum(self.terms.values())

    @property
    def rows(self) -> int:
        return sum(self.rejected.values()) + self.superseded + self.contacts


def sheet(deliveries: Iterable[Delivery], wards: Iterable[Ward]) -> dict[str, Any]:
    """Everything known about the months, which follow one another."""
    known: dict[str, Any] = {"deliveries": {}, "waves": {}, "units": {}, "persons": {}}
    surveys = {ward.code: ward.survey for ward in wards}
    asked: dict[Person, date] = {}
    for delivery in deliveries:
        month = delivery.cohort.month
        known["deliveries"][f"lpr-{month}"] = {
            "rows": delivery.rows,
            "rejected": dict(delivery.rejected),
            "superseded": delivery.superseded,
            "contacts": delivery.contacts,
        }
        for survey in SURVEYS:
            wave = survey.wave(month)
            units = _units(delivery, survey, surveys)
            fates = _fates(delivery.cohort, survey, asked)
            known["units"][wave] = units
            known["persons"][wave] = fates
            known["waves"][wave] = _wave(units.values(), fates.values())
    return known


def _units(delivery: Delivery, survey: Survey, surveys: Mapping[str, Survey | None]) -> dict[str, dict[str, Any]]:
    by_unit: dict[str, Counter[str]] = {}
    for (code, term), number in delivery.terms.items():
        own = surveys[code] is survey
        by_unit.setdefault(code, Counter())[term if own else OTHER] += number
    return {code: _terms(by_unit[code]) for code in sorted(by_unit)}


def _terms(counted: Counter[str]) -> dict[str, Any]:
    return {
        "contacts": counted.total(),
        OTHER: counted[OTHER],
        "excluded": {reason: counted[reason] for reason in sorted(counted) if reason not in NO_EXCLUSION},
        NOT_SAMPLED: counted[NOT_SAMPLED],
        ANOTHER_CONTACT: counted[ANOTHER_CONTACT],
        INCLUDED: counted[INCLUDED],
    }


def _fates(cohort: Cohort, survey: Survey, asked: dict[Person, date]) -> dict[str, str]:
    """What becomes of everybody certain to be included. Whoever a letter reaches is left alone from then on."""
    starts = survey.starts(cohort.month)
    fates = {}
    for person in cohort.certain(survey):
        if person in asked and starts < asked[person] + timedelta(days=KARENS_DAYS):
            fates[person.cpr] = "quarantined"
        elif person.hindrance:
            fates[person.cpr] = f"undeliverable:{person.hindrance}"
        else:
            fates[person.cpr] = "delivered"
            asked[person] = starts
    return fates


def _wave(units: Iterable[Mapping[str, Any]], fates: Iterable[str]) -> dict[str, Any]:
    """Those drawn in sampled wards are not certain, but all of them can be reached and were not asked before."""
    wave: dict[str, Any] = dict.fromkeys(_terms(Counter()), 0) | {"excluded": Counter()}
    for unit in units:
        for term, number in unit.items():
            wave[term] += number if term != "excluded" else Counter(number)
    by_fate = Counter(fates)
    undeliverable = {fate.partition(":")[2]: by_fate[fate] for fate in sorted(by_fate) if fate.startswith("undel")}
    cleared = wave[INCLUDED] - by_fate["quarantined"]
    return wave | {
        "excluded": dict(sorted(wave["excluded"].items())),
        "quarantined": by_fate["quarantined"],
        "cleared": cleared,
        "undeliverable": undeliverable,
        "delivered": cleared - sum(undeliverable.values()),
    }
