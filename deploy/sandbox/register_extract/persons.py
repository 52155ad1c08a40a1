"""The persons of the extract, and how the outside world knows them."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import islice
from random import Random

from deploy.sandbox.register_extract.cpr import Numbers, birthdays
from deploy.sandbox.register_extract.surveys import MINIMUM_AGE, first_day_after, first_day_of

IN_TOUCH = "01", "REGISTERED"


@dataclass(frozen=True)
class Hindrance:
    """Why a letter cannot reach a person, and what the two registers say of such a person."""

    reason: str
    share: float
    """Of the included."""
    known_as: tuple[tuple[str, str] | None, ...]
    """Register status and Digital Post status, in turn; None: neither register knows the person."""


HINDRANCES = (
    Hindrance("exempt", 0.05, (("01", "EXEMPT"),)),
    Hindrance("dead", 0.005, (("90", "CLOSED"), ("90", "REGISTERED"))),
    Hindrance("closed", 0.002, (("01", "CLOSED"),)),
    Hindrance("unknown", 0.003, (None, ("01", "UNKNOWN"))),
    Hindrance("emigrated", 0.002, (("80", "REGISTERED"), ("80", "EXEMPT"))),
    Hindrance("disappeared", 0.001, (("70", "REGISTERED"),)),
    Hindrance("number_changed", 0.001, (("60", "REGISTERED"), ("50", "UNKNOWN"))),
    Hindrance("annulled", 0.001, (("30", "REGISTERED"),)),
    Hindrance("not_resident", 0.001, (("20", "REGISTERED"), ("20", "EXEMPT"))),
)


@dataclass(slots=True, eq=False)
class Person:
    """Somebody with one CPR number."""

    cpr: str
    columns: str = field(repr=False)
    """Their columns in the extract, from borger_koen to cprtype."""
    known_as: tuple[str, str] | None = IN_TOUCH
    hindrance: str | None = None


class Population:
    """Makes persons, and keeps those who have a place in the registers."""

    def __init__(self, rng: Random, months: Sequence[str]) -> None:
        """Adults are of age in the first of these months, children under age until after the last one's waves."""
        first, after = first_day_of(months[0]), first_day_after(months[-1])
        self._rng = rng
        self._numbers = Numbers(rng)
        self._adults = birthdays(rng, date(1932, 1, 2), date(first.year - MINIMUM_AGE - 1, 12, 31))
        self._children = birthdays(rng, date(after.year - MINIMUM_AGE + 1, 1, 2), first - timedelta(days=1))
        self.registered: list[Person] = []

    def adults(self, number: int) -> list[Person]:
        return [self.born(day) for day in islice(self._adults, number)]

    def children(self, number: int) -> list[Person]:
        return [self.born(day) for day in islice(self._children, number)]

    def born(self, day: date) -> Person:
        """A person with this birthday, whom both registers know as reachable."""
        cpr = self._numbers.given_to(day)
        person = Person(cpr, self._columns(day, "", "KM"[int(cpr[-1]) % 2], "CPR"))
        draw = self._rng.random()
        if draw < 0.02:
            person.known_as = ("03" if draw < 0.014 else "05" if draw < 0.017 else "07"), "REGISTERED"
        self.registered.append(person)
        return person

    def dead(self, number: int, died: Sequence[str]) -> list[Person]:
        """Persons whose day of death stands in the extract; some under age."""
        return [self._dead(day, died[int(self._rng.random() * len(died))]) for day in self._any_age(number)]

    def replaced(self, number: int) -> list[Person]:
        """Persons with a replacement number only; some under age. No register knows them."""
        return [self._replaced(day) for day in self._any_age(number)]

    def _any_age(self, number: int) -> Iterator[date]:
        for _ in range(number):
            yield next(self._children if self._rng.random() < 0.1 else self._adults)

    def _dead(self, born: date, died: str) -> Person:
        cpr = self._numbers.given_to(born)
        person = Person(cpr, self._columns(born, died, "KM"[int(cpr[-1]) % 2], "CPR"), ("90", "CLOSED"))
        self.registered.append(person)
        return person

    def _replaced(self, born: date) -> Person:
        cpr = self._numbers.replacing(born)
        kind = "E-CPR" if cpr.isdigit() else "X-eCPR" if cpr[6] in "17" else "D-eCPR"
        return Person(cpr, self._columns(born, "", "KM"[int(cpr[-1]) % 2], kind), None)

    def _columns(self, born: date, died: str, sex: str, kind: str) -> str:
        municipality = 101 + int(self._rng.random() * 750)
        return f"{sex};{born};{died};{municipality};{81 + municipality % 5};{int(kind == 'CPR')};{kind}"


def hinder(persons: Iterable[Person], included: int) -> None:
    """Gives each hindrance its share of the included, at least one, from the front of these persons."""
    unhindered = iter(persons)
    for hindrance in HINDRANCES:
        for turn in range(max(1, round(hindrance.share * included))):
            person = next(unhindered, None)
            if person is None:
                return
            person.hindrance = hindrance.reason
            person.known_as = hindrance.known_as[turn % len(hindrance.known_as)]
