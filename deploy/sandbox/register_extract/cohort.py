"""Whom a month's waves include, decided before there is a contact."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from random import Random

from deploy.sandbox.register_extract.persons import Person, Population, hinder
from deploy.sandbox.register_extract.surveys import CAP, MINIMUM_AGE, PSYCHIATRIC, SOMATIC, SURVEYS, Survey

PSYCHIATRIC_SHARE = 0.08
SEEN_BEFORE = 0.15
"""Of a month's included: those who were included in the month before."""
IN_BOTH = 0.05
"""Of the psychiatric included: those who are included in the somatic wave of the same month too."""
SHARE_IN_SAMPLED = 0.16
"""Of the somatic included: those drawn in wards that have more eligible persons than are asked."""


@dataclass(frozen=True)
class Sizes:
    """How many persons are included in each way; together they are the patients asked for."""

    somatic: int
    psychiatric: int
    sampled_wards: int

    @classmethod
    def of(cls, patients: int) -> "Sizes":
        psychiatric = round(patients * PSYCHIATRIC_SHARE)
        somatic = patients - psychiatric
        return cls(somatic, psychiatric, int(somatic * SHARE_IN_SAMPLED) // CAP)

    @property
    def certain(self) -> int:
        """The somatic included in wards where everybody is asked."""
        return self.somatic - self.sampled_wards * CAP


@dataclass
class Cohort:
    """One month's included. Whoever has a hindrance or was seen before is in a ward where everybody is asked."""

    month: str
    somatic: list[Person] = field(default_factory=list)
    psychiatric: list[Person] = field(default_factory=list)
    drawn_from: list[list[Person]] = field(default_factory=list)
    """For each sampled ward all who are eligible there: more than are asked, all reachable, seen nowhere else."""
    too_young: dict[Survey, Person] = field(default_factory=dict)
    """For each survey one person who comes of age on the day after its wave starts."""

    def certain(self, survey: Survey) -> Sequence[Person]:
        return self.somatic if survey is SOMATIC else self.psychiatric

    def everybody(self) -> list[Person]:
        return list(dict.fromkeys([*self.somatic, *self.psychiatric, *(p for ward in self.drawn_from for p in ward)]))


def make_cohort(rng: Random, population: Population, month: str, sizes: Sizes, before: Cohort | None) -> Cohort:
    """The included of a month that follows the one before, if there is one."""
    again = _shuffled(rng, [*before.somatic, *before.psychiatric] if before else [])
    returning = round(sizes.somatic * SEEN_BEFORE) if again else 0
    somatic = again[:returning]
    psychiatric = again[returning:][: round(sizes.psychiatric * SEEN_BEFORE)]
    new_somatic = _new(population, SOMATIC, month, sizes.certain - len(somatic))
    in_both = rng.sample(new_somatic, round(sizes.psychiatric * IN_BOTH))
    new_psychiatric = _new(population, PSYCHIATRIC, month, sizes.psychiatric - len(psychiatric) - len(in_both))
    hinder(_shuffled(rng, new_somatic + new_psychiatric), sizes.somatic + sizes.psychiatric)
    return Cohort(
        month,
        _shuffled(rng, somatic + new_somatic),
        _shuffled(rng, psychiatric + in_both + new_psychiatric),
        [population.adults(number) for number in _crowds(rng, sizes.sampled_wards)],
        {survey: population.born(comes_of_age(survey, month) + timedelta(days=1)) for survey in SURVEYS},
    )


def comes_of_age(survey: Survey, month: str) -> date:
    """The birthday of those who are just old enough on the day the survey's wave starts."""
    start = survey.starts(month)
    return start.replace(year=start.year - MINIMUM_AGE)


def _new(population: Population, survey: Survey, month: str, number: int) -> list[Person]:
    """Persons not seen before; the first is just old enough."""
    return [population.born(comes_of_age(survey, month)), *population.adults(number - 1)]


def _crowds(rng: Random, wards: int) -> list[int]:
    """How many are eligible in each sampled ward; in the first, one more than are asked."""
    return [CAP + 1 if ward == 0 else CAP + rng.randint(2, 100) for ward in range(wards)]


def _shuffled(rng: Random, persons: Iterable[Person]) -> list[Person]:
    """The same persons in another order, each once."""
    once = list(dict.fromkeys(persons))
    rng.shuffle(once)
    return once
