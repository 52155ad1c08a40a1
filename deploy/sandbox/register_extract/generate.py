"""Months of a register that never was: deliveries, units, who takes part, the registers' persons, and the answers.

The same seed makes the same files, byte for byte.
"""

from collections.abc import Sequence
from pathlib import Path
from random import Random

from deploy.sandbox.register_extract import answers, files, flaws
from deploy.sandbox.register_extract.cohort import Cohort, Sizes, make_cohort
from deploy.sandbox.register_extract.contacts import HEADER, Contacts, Ids
from deploy.sandbox.register_extract.eligible import Eligible
from deploy.sandbox.register_extract.others import Others
from deploy.sandbox.register_extract.persons import Person, Population
from deploy.sandbox.register_extract.spans import Spans
from deploy.sandbox.register_extract.surveys import PSYCHIATRIC, SOMATIC, first_day_after
from deploy.sandbox.register_extract.units import Units, Ward, make_units

LINES_PER_PATIENT = 12
BYSTANDERS_PER_PATIENT = 3
"""Persons who are in the register's extract without ever being included."""
FEWEST = 50


class TooFewPatients(ValueError):
    """With so few patients not every reason can occur."""


class Register:
    """Makes one month after another."""

    def __init__(self, seed: str, patients: int, months: Sequence[str]) -> None:
        if patients < FEWEST:
            raise TooFewPatients(f"{patients} patients a month were asked for; expected at least {FEWEST}")
        self._seed = seed
        self._patients = patients
        self._sizes = Sizes.of(patients)
        self.units = make_units(self._rng("units"), patients, self._sizes.sampled_wards)
        self.population = Population(self._rng("persons"), months)
        self._bystanders = self.population.adults(BYSTANDERS_PER_PATIENT * patients)
        self._ids = Ids()
        self._cohort: Cohort | None = None
        self._corrections: list[flaws.Columns] = []
        self._turn = 0

    def month(self, month: str) -> tuple[list[str], answers.Delivery]:
        """The month's rows in the order of the file, and what is to be known of them."""
        rng = self._rng(month)
        cohort = make_cohort(rng, self.population, month, self._sizes, self._cohort)
        rejected = flaws.how_many(self._patients, self._turn)
        superseded = int(LINES_PER_PATIENT * self._patients * flaws.SUPERSEDED_SHARE)
        whole = LINES_PER_PATIENT * self._patients - superseded - sum(rejected.values())
        contacts = self._contacts(rng, cohort, whole)
        self._corrections = flaws.corrections(rng, contacts.lines, month, whole // 500)
        spoilt = flaws.rejected(rng, self._ids, contacts.lines, rejected)
        rows = flaws.with_earlier_reports(rng, contacts.lines, superseded) + spoilt
        rng.shuffle(rows)
        self._cohort, self._turn = cohort, self._turn + 1
        return rows, answers.Delivery(cohort, rejected, superseded, contacts.terms)

    def _contacts(self, rng: Random, cohort: Cohort, whole: int) -> Contacts:
        contacts = Contacts(rng, self._ids)
        spans = Spans(rng, cohort.month)
        for columns in self._corrections:
            contacts.repeat(";".join(columns), columns[flaws.UNIT])
        Eligible(rng, spans, self.units, contacts).add(cohort)
        Others(rng, spans, self.units, contacts).add(cohort, self._bystanders, self.population, whole)
        return contacts

    def _rng(self, what: str) -> Random:
        return Random(f"{self._seed}/{what}")


def generate(folder: Path, *, seed: str, patients: int, months: Sequence[str]) -> None:
    """Writes everything into the folder. `patients` are included a month over both surveys; months are YYYY-MM."""
    folder.mkdir(parents=True, exist_ok=True)
    register = Register(seed, patients, months)
    deliveries = []
    for month in months:
        rows, delivery = register.month(month)
        files.write(folder, f"lpr-{month}", "contacts", "lpr_a", HEADER, rows, period=month)
        deliveries.append(delivery)
    _write_units(folder, register.units, str(first_day_after(months[0])))
    _write_persons(folder / "persons.csv", register.population.registered)
    files.write_json(folder / "answers.json", answers.sheet(deliveries, register.units.wards))


def _write_units(folder: Path, units: Units, day: str) -> None:
    organisations = [
        f"{files.wrapped(each.code)};{each.name};{each.kind};{files.wrapped(each.parent)};{each.region};"
        f"{each.valid_from};{each.valid_to};{files.wrapped(each.successor)}"
        for each in units.organisations
    ]
    header = "sor_kode;navn;type;overordnet;region;gyldig_fra;gyldig_til;efterfoelger"
    files.write(folder, f"sor-{day}", "units", "sor", header, organisations)
    header = "survey;unit;valid_from;valid_to"
    files.write(folder, f"participation-{day}", "participation", "participation", header, _participation(units))


def _participation(units: Units) -> list[str]:
    """Some of those that do not take part did once, some will."""
    taking_part = [*units.somatic, *units.sampled, *units.psychiatric]
    rows = [_line(ward, "2026-01-01", "") for ward in taking_part]
    once, later = units.outside[::3], units.outside[1::3]
    return [*rows, *(_line(w, "2024-01-01", "2025-12-31") for w in once), *(_line(w, "2030-01-01", "") for w in later)]


def _line(ward: Ward, valid_from: str, valid_to: str) -> str:
    survey = SOMATIC if ward.survey is SOMATIC else PSYCHIATRIC
    return f"{survey.name};{ward.code};{valid_from};{valid_to}"


def _write_persons(path: Path, persons: Sequence[Person]) -> None:
    lines = ["cpr,register_status,digital_post_status,nem_sms"]
    for place, person in enumerate(persons):
        if person.known_as:
            status, mailbox = person.known_as
            lines.append(f"{person.cpr},{status},{mailbox},{'false' if place % 3 else 'true'}")
    path.write_text("\n".join([*lines, ""]), encoding="utf-8")
