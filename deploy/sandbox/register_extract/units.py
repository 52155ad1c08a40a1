"""The organisations: regions own hospitals, hospitals have departments, departments have wards; patients are in wards.

Codes are shaped like those of Sundhedsvæsenets Organisationsregister (number, name space, partition, Verhoeff check
digit), with numbers far above those given.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import count
from math import ceil
from random import Random

from deploy.sandbox.register_extract.surveys import PSYCHIATRIC, SOMATIC, Survey

PATIENTS_PER_UNIT = 25
"""Included patients a month for each unit: with 5,000 patients there are 200 units."""
REGIONS = {
    "81": "Region Nordjylland",
    "82": "Region Midtjylland",
    "83": "Region Syddanmark",
    "84": "Region Hovedstaden",
    "85": "Region Sjælland",
}
OTHER_SPECIALTIES = ("36", "38", "45")
"""Main specialties that neither survey asks about."""
SINCE, MOVED, DAY_BEFORE_MOVED = "2012-01-01", "2026-07-01", "2026-06-30"

_D = [[(a + b) % 5 if b < 5 else 5 + (a + b) % 5 for b in range(10)] for a in range(5)] + [
    [5 + (a - b) % 5 if b < 5 else (a - b) % 5 for b in range(10)] for a in range(5, 10)
]
_P = [[0, 1, 2, 3, 4, 5, 6, 7, 8, 9], [1, 5, 7, 6, 2, 8, 3, 0, 9, 4]]
while len(_P) < 8:
    _P.append([_P[-1][digit] for digit in _P[1]])


def check_digit(digits: str) -> str:
    """The digit that makes the whole satisfy Verhoeff's scheme."""
    state = 0
    for place, digit in enumerate(reversed(digits), start=1):
        state = _D[state][_P[place % 8][int(digit)]]
    return str(_D[state].index(0))


def codes() -> Iterator[str]:
    """Unit codes of 17 digits, each once."""
    for number in count(9000001):
        digits = f"{number}100001600"
        yield digits + check_digit(digits)


@dataclass(frozen=True)
class Organisation:
    """One line of the register."""

    code: str
    name: str
    kind: str
    """IE (owner), SI (institution) or OE (organisational unit)."""
    parent: str
    region: str
    valid_from: str = SINCE
    valid_to: str = ""
    """The last day."""
    successor: str = ""


@dataclass(frozen=True)
class Ward:
    """A unit that has contacts."""

    code: str
    institution: str
    region: str
    specialty: str
    survey: Survey | None
    """The survey that its main specialty belongs to."""
    columns: str = field(repr=False)
    """Its columns in the extract, from kont_ans to kont_inst_ejertype."""


@dataclass
class Units:
    """All organisations, and the wards by what becomes of their contacts."""

    organisations: list[Organisation] = field(default_factory=list)
    somatic: list[Ward] = field(default_factory=list)
    """Taking part, with fewer eligible persons a month than the survey asks at most."""
    sampled: list[Ward] = field(default_factory=list)
    """Somatic, taking part, with more eligible persons than the survey asks at most."""
    psychiatric: list[Ward] = field(default_factory=list)
    outside: list[Ward] = field(default_factory=list)
    """Not taking part in the survey that would ask their patients."""
    other: list[Ward] = field(default_factory=list)
    """Of specialties that no survey asks about."""

    @property
    def wards(self) -> list[Ward]:
        return self.somatic + self.sampled + self.psychiatric + self.outside + self.other


def make_units(rng: Random, patients: int, sampled: int) -> Units:
    """One ward for every 25 patients, at least 20, so that all can be included; this many of them over the cap."""
    total = max(20, ceil(patients / PATIENTS_PER_UNIT))
    psychiatric = total // 10
    other = max(1, total // 20)
    units, unused = Units(), codes()
    hospitals = _hospitals(units, unused, ceil(total / 10))
    departments = _departments(units, unused, hospitals, rng)
    kinds = [PSYCHIATRIC] * psychiatric + [None] * other
    kinds += [SOMATIC] * (total - len(kinds))
    wards = [_ward(units, unused, departments[index % len(departments)], kind) for index, kind in enumerate(kinds)]
    rng.shuffle(wards)
    _sort(units, wards, sampled)
    _history(units, unused)
    return units


def _hospitals(units: Units, unused: Iterator[str], number: int) -> list[Organisation]:
    owners = [Organisation(next(unused), name, "IE", "", region) for region, name in REGIONS.items()]
    hospitals = [
        Organisation(next(unused), f"Prøvehospital {index + 1}", "SI", owner.code, owner.region)
        for index in range(max(number, len(owners)))
        for owner in [owners[index % len(owners)]]
    ]
    units.organisations += owners + hospitals
    return hospitals


def _departments(
    units: Units, unused: Iterator[str], hospitals: Sequence[Organisation], rng: Random
) -> list[Organisation]:
    departments = [
        Organisation(next(unused), f"Afdeling {letter}, {hospital.name}", "OE", hospital.code, hospital.region)
        for hospital in hospitals
        for letter in "ABC"
    ]
    rng.shuffle(departments)
    units.organisations += departments
    return departments


def _ward(units: Units, unused: Iterator[str], department: Organisation, survey: Survey | None) -> Ward:
    code = next(unused)
    number = len(units.organisations)
    specialties = survey.main_specialties if survey else OTHER_SPECIALTIES
    specialty = specialties[number % len(specialties)]
    name = f"Afsnit {number}, {department.name}"
    units.organisations.append(Organisation(code, name, "OE", department.code, department.region))
    columns = f"{code};{department.parent};{specialty};{department.region};offentlig"
    return Ward(code, department.parent, department.region, specialty, survey, columns)


def _sort(units: Units, wards: Sequence[Ward], sampled: int) -> None:
    somatic = [ward for ward in wards if ward.survey is SOMATIC]
    psychiatric = [ward for ward in wards if ward.survey is PSYCHIATRIC]
    absent = max(1, len(somatic) // 14), max(1, len(psychiatric) // 12)
    units.outside = somatic[: absent[0]] + psychiatric[: absent[1]]
    units.sampled = somatic[absent[0] : absent[0] + sampled]
    units.somatic = somatic[absent[0] + sampled :]
    units.psychiatric = psychiatric[absent[1] :]
    units.other = [ward for ward in wards if ward.survey is None]


def _history(units: Units, unused: Iterator[str]) -> None:
    """One ward took over from another that is closed, and one was moved from another department: it has two lines."""
    places = {organisation.code: place for place, organisation in enumerate(units.organisations)}
    heir = units.organisations[places[units.somatic[0].code]]
    closed = replace(heir, code=next(unused), name=f"{heir.name} (nedlagt)", successor=heir.code)
    units.organisations.append(replace(closed, valid_from="2009-01-01", valid_to="2011-12-31"))
    place = places[units.somatic[-1].code]
    ward = units.organisations[place]
    hospital = next(each for each in units.organisations if each.kind == "SI" and each.region == ward.region)
    before = replace(ward, parent=hospital.code, valid_to=DAY_BEFORE_MOVED)
    units.organisations[place : place + 1] = [before, replace(ward, valid_from=MOVED)]
