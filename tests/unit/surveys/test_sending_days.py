"""When letters may leave: Danish working days, between the survey's hours, never between Christmas and New Year."""

from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.surveys import DENMARK, SendingHours, is_sending_day, next_sending_moment
from tests.support.builders import danish

EIGHT_TO_SIX = SendingHours(opens=time(8), closes=time(18))


def following(moment: str) -> str:
    """The next sending moment, as a clock on a Danish wall shows it."""
    return next_sending_moment(danish(moment), EIGHT_TO_SIX).astimezone(DENMARK).strftime("%Y-%m-%d %H:%M")


@pytest.mark.parametrize(
    ("day", "name"),
    [
        ("2026-11-07", "a Saturday"),
        ("2026-11-08", "a Sunday"),
        ("2026-04-02", "Maundy Thursday"),
        ("2026-04-03", "Good Friday"),
        ("2026-04-06", "Easter Monday"),
        ("2026-05-14", "Ascension Day"),
        ("2026-05-25", "Whit Monday"),
        ("2023-05-05", "the Great Day of Prayer, the last one"),
        ("2026-06-05", "Constitution Day"),
        ("2026-12-24", "Christmas Eve"),
        ("2026-12-25", "Christmas Day"),
        ("2026-12-28", "between Christmas and New Year"),
        ("2026-12-31", "New Year's Eve"),
        ("2027-01-01", "New Year's Day"),
    ],
)
def test_no_letter_leaves_on(day: str, name: str) -> None:
    assert not is_sending_day(date.fromisoformat(day)), name


@pytest.mark.parametrize(
    ("day", "name"),
    [
        ("2026-11-05", "an ordinary Thursday"),
        ("2026-04-07", "the Tuesday after Easter"),
        ("2026-05-01", "what would have been the Great Day of Prayer, abolished from 2024"),
        ("2026-12-23", "the day before Christmas Eve"),
        ("2027-01-04", "the first Monday of the year"),
    ],
)
def test_letters_leave_on(day: str, name: str) -> None:
    assert is_sending_day(date.fromisoformat(day)), name


def test_within_the_hours_it_is_the_moment_itself() -> None:
    assert following("2026-11-05 12:34") == "2026-11-05 12:34"


def test_the_opening_belongs_to_the_hours() -> None:
    assert following("2026-11-05 08:00") == "2026-11-05 08:00"


def test_the_closing_does_not() -> None:
    assert following("2026-11-05 18:00") == "2026-11-06 08:00"


def test_in_the_early_morning_it_is_the_same_day_s_opening() -> None:
    assert following("2026-11-05 00:00") == "2026-11-05 08:00"


def test_on_friday_evening_it_is_monday_morning() -> None:
    assert following("2026-11-06 20:00") == "2026-11-09 08:00"


def test_before_christmas_eve_it_is_the_first_working_day_of_the_year() -> None:
    assert following("2026-12-23 18:00") == "2027-01-04 08:00"


def test_over_easter_and_the_change_to_summer_time_it_is_still_eight_o_clock() -> None:
    assert next_sending_moment(danish("2027-03-24 18:00"), EIGHT_TO_SIX) == datetime(2027, 3, 30, 6, tzinfo=UTC)


def test_over_the_change_to_winter_time_it_is_still_eight_o_clock() -> None:
    assert next_sending_moment(danish("2026-10-23 18:00"), EIGHT_TO_SIX) == datetime(2026, 10, 26, 7, tzinfo=UTC)


def test_late_in_the_utc_evening_it_is_already_the_next_danish_day() -> None:
    assert following("2026-11-06 00:30") == "2026-11-06 08:00"


MINUTES_OF_16_YEARS = 16 * 365 * 24 * 60
MOMENTS = st.integers(0, MINUTES_OF_16_YEARS).map(lambda n: datetime(2024, 1, 1, tzinfo=UTC) + timedelta(minutes=n))


@given(MOMENTS)
def test_it_is_never_before_the_moment(moment: datetime) -> None:
    assert next_sending_moment(moment, EIGHT_TO_SIX) >= moment


@given(MOMENTS)
def test_it_is_always_within_the_hours_of_a_sending_day(moment: datetime) -> None:
    local = next_sending_moment(moment, EIGHT_TO_SIX).astimezone(DENMARK)
    assert (is_sending_day(local.date()), time(8) <= local.time() < time(18)) == (True, True)


@given(MOMENTS)
def test_no_letter_waits_over_a_whole_sending_day(moment: datetime) -> None:
    first, sent = (
        moment.astimezone(DENMARK).date(),
        next_sending_moment(moment, EIGHT_TO_SIX).astimezone(DENMARK).date(),
    )
    between = (first + timedelta(days=n) for n in range(1, (sent - first).days))
    assert not any(map(is_sending_day, between))
