"""CPR numbers that are nobody's.

They follow the rules of century and sex, and all of them fail modulus 11. Numbers that fail it have been given to real
persons for births on 1 January only, so nobody here is born on that day.
"""

from collections.abc import Iterator
from datetime import date, timedelta
from random import Random

WEIGHTS = (4, 3, 2, 7, 6, 5, 4, 3, 2, 1)
LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"


def remainder(cpr: str) -> int:
    """Of the weighted sum of ten digits on division by 11; 0 means that the number passes modulus 11."""
    return sum(weight * int(digit) for weight, digit in zip(WEIGHTS, cpr, strict=True)) % 11


def birthdays(rng: Random, first: date, last: date) -> Iterator[date]:
    """Days of birth between the two, both included, never 1 January; without end."""
    days = [first + timedelta(days) for days in range((last - first).days + 1)]
    days = [day for day in days if (day.month, day.day) != (1, 1)]
    while True:
        yield days[int(rng.random() * len(days))]


class Numbers:
    """Gives each number once."""

    def __init__(self, rng: Random) -> None:
        self._rng = rng
        self._given: set[str] = set()

    def given_to(self, born: date) -> str:
        """An ordinary number: the serial's first digit tells the century, its last is even for a woman."""
        lowest, highest = (0, 4000) if born.year < 2000 else (4000, 10000)
        return self._unused(born.strftime("%d%m%y"), lowest, highest)

    def replacing(self, born: date) -> str:
        """A replacement number of one of the three shapes: 60 added to the day, or two letters in the serial."""
        rng = self._rng
        if rng.random() < 0.4:
            return self._unused(f"{born.day + 60}{born:%m%y}", 0, 10000)
        seventh = "17056"[int(rng.random() * 5)]
        letters = LETTERS[int(rng.random() * 26)] + LETTERS[int(rng.random() * 26)]
        number = f"{born:%d%m%y}{seventh}{letters}{int(rng.random() * 10)}"
        return number if self._is_new(number) else self.replacing(born)

    def _unused(self, day: str, lowest: int, highest: int) -> str:
        while True:
            number = f"{day}{lowest + int(self._rng.random() * (highest - lowest)):04}"
            if remainder(number) and self._is_new(number):
                return number

    def _is_new(self, number: str) -> bool:
        if number in self._given:
            return False
        self._given.add(number)
        return True
