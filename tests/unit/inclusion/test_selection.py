"""Which units are told next, and what is told of a patient."""

from datetime import date

import pytest

from services.inclusion.domain.selection import UnitCount, age_on, next_units, sex_of


def counts(*included: int) -> list[UnitCount]:
    return [UnitCount(f"unit {place}", {"included": number}, len(included)) for place, number in enumerate(included)]


@pytest.mark.parametrize(
    ("included", "told", "expected"),
    [
        ((5, 5, 5), set(), ["unit 0", "unit 1"]),
        ((5, 5, 5), {"unit 0"}, ["unit 1", "unit 2"]),
        ((50, 5), set(), ["unit 0"]),
        ((5, 50), set(), ["unit 0"]),
        ((5,), {"unit 0"}, []),
        ((0,) * 12, set(), [f"unit {place}" for place in range(10)]),
    ],
)
def test_units_are_told_together_while_they_are_not_too_many(
    included: tuple[int, ...], told: set[str], expected: list[str]
) -> None:
    assert [one.unit for one in next_units(counts(*included), told, at_most=10)] == expected


@pytest.mark.parametrize(("cpr", "sex"), [("2512489996", "female"), ("2509479989", "male"), ("2512480AB0", "female")])
def test_the_last_digit_is_even_for_a_woman(cpr: str, sex: str) -> None:
    assert sex_of(cpr) == sex


@pytest.mark.parametrize(
    ("day", "born", "age"),
    [
        (date(2026, 10, 14), date(1948, 10, 14), 78),
        (date(2026, 10, 13), date(1948, 10, 14), 77),
        (date(2027, 2, 28), date(2008, 2, 29), 18),
        (date(2027, 3, 1), date(2008, 2, 29), 19),
        (date(2026, 10, 14), date(1858, 1, 1), 130),
    ],
)
def test_an_age_is_in_whole_years(day: date, born: date, age: int) -> None:
    assert age_on(day, born) == age
