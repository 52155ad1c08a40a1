"""Where a unit stands on a day."""

from datetime import date

import pytest

from services.inclusion.domain.hierarchy import (
    DEEPEST,
    DayReader,
    Hierarchy,
    Malformed,
    Standing,
    read_standing,
    read_taking_part,
)

DAY = DayReader(["%Y-%m-%d"])


def stood(code: str, parent: str | None, since: str, until: str | None = None, **more: str | None) -> Standing:
    name, region = more.get("name") or f"Enhed {code}", more.get("region")
    last = date.fromisoformat(until) if until else None
    return Standing(f"{code:0>11}", name, parent and f"{parent:0>11}", region, date.fromisoformat(since), last)


def names(hierarchy: Hierarchy, code: str, day: str) -> list[str]:
    return [unit.name for unit in hierarchy.path(f"{code:0>11}", date.fromisoformat(day))]


MOVED = Hierarchy(
    [
        stood("1", None, "2012-01-01", name="Nord", region="81"),
        stood("2", None, "2012-01-01", name="Midt", region="82"),
        stood("3", "1", "2012-01-01", "2026-06-30", name="Afsnit"),
        stood("3", "2", "2026-07-01", name="Afsnit ny"),
    ]
)


@pytest.mark.parametrize(
    ("day", "path", "region"),
    [
        ("2026-06-30", ["Nord", "Afsnit"], "81"),
        ("2026-07-01", ["Midt", "Afsnit ny"], "82"),
        ("2010-01-01", ["Nord", "Afsnit"], "81"),
    ],
)
def test_a_unit_stands_where_it_stood_on_the_day(day: str, path: list[str], region: str) -> None:
    assert names(MOVED, "3", day) == path
    assert MOVED.region("00000000003", date.fromisoformat(day)) == region


def test_after_its_end_its_last_standing_counts() -> None:
    first = stood("1", None, "2010-01-01", "2011-12-31", name="A")
    closed = Hierarchy([first, stood("1", None, "2012-01-01", "2013-12-31", name="B")])
    assert names(closed, "1", "2026-10-14") == ["B"]


def test_in_a_gap_the_nearer_standing_counts() -> None:
    gap = Hierarchy([stood("1", None, "2010-01-01", "2010-12-31", name="A"), stood("1", None, "2012-01-01", name="B")])
    assert (names(gap, "1", "2011-01-02"), names(gap, "1", "2011-12-30")) == (["A"], ["B"])


def test_an_unknown_unit_stands_alone_under_its_code() -> None:
    assert names(MOVED, "7", "2026-10-14") == ["00000000007"]
    assert MOVED.region("00000000007", date(2026, 10, 14)) == ""


def test_a_unit_inside_itself_has_an_end() -> None:
    loop = Hierarchy([stood("1", "2", "2012-01-01"), stood("2", "1", "2012-01-01")])
    assert len(names(loop, "1", "2026-10-14")) == DEEPEST


def row(**changes: str) -> dict[str, str]:
    whole = {"code": '="12345678901"', "name": "Afsnit", "parent": "", "region": "", "valid_from": "2012-01-01"}
    return {**whole, "valid_to": "", **changes}


def test_a_code_may_be_wrapped() -> None:
    assert read_standing(2, row(), DAY) == Standing("12345678901", "Afsnit", None, None, date(2012, 1, 1), None)


def test_a_wrong_check_digit_is_no_reason_to_refuse() -> None:
    assert read_standing(2, row(code="12345678902"), DAY).code == "12345678902"


@pytest.mark.parametrize(
    "changes", [{"code": "1234567890"}, {"code": "1234567890A"}, {"valid_from": ""}, {"valid_to": "31-12-2026"}]
)
def test_a_line_that_cannot_be_used_is_named(changes: dict[str, str]) -> None:
    with pytest.raises(Malformed, match="line 7: expected"):
        read_standing(7, row(**changes), DAY)


def test_a_line_about_participation_is_read() -> None:
    line = {"survey": "lup-somatik", "unit": "12345678901", "valid_from": "2026-01-01", "valid_to": "2026-12-31"}
    taking_part = read_taking_part(2, line, DAY)
    assert (taking_part.survey, taking_part.valid_to) == ("lup-somatik", date(2026, 12, 31))
