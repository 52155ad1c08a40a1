"""What may be asked of a wave."""

from datetime import date

import pytest

from services.console.domain.waves import TRANSITIONS, month_of, months_to_ask_about, wave_name
from shared.events import WaveRequested
from shared.surveys import DENMARK
from tests.support.builders import danish, wave_requested


def test_what_is_asked_is_what_is_wanted_then() -> None:
    meant = {"start": "running", "resume": "running", "pause": "paused", "stop": "stopped"}
    assert [meant[asked] for _, asked in TRANSITIONS] == list(TRANSITIONS.values())


def test_an_unknown_wave_can_only_be_started() -> None:
    assert [asked for wanted, asked in TRANSITIONS if wanted is None] == ["start"]


def test_every_known_wave_can_be_stopped() -> None:
    assert {wanted for wanted, asked in TRANSITIONS if asked == "stop"} == {"running", "paused", "stopped"}


def test_a_stopped_wave_stays_stopped() -> None:
    assert {then for (wanted, _), then in TRANSITIONS.items() if wanted == "stopped"} == {"stopped"}


def test_a_paused_wave_goes_on_only_by_being_resumed() -> None:
    assert [asked for (wanted, asked), then in TRANSITIONS.items() if (wanted, then) == ("paused", "running")] == [
        "resume"
    ]


def test_a_wave_is_named_as_events_name_it() -> None:
    request: WaveRequested = wave_requested()
    assert wave_name(request.survey, request.month) == request.wave


def test_a_month_is_that_of_the_danish_day() -> None:
    assert month_of(danish("2026-11-01 00:30").astimezone(DENMARK).date()) == "2026-11"


@pytest.mark.parametrize(
    ("day", "maximum_age", "months"),
    [
        ("2026-11-01", 60, ("2026-09", "2026-10")),
        ("2026-11-29", 60, ("2026-09", "2026-10")),
        ("2026-11-30", 60, ("2026-10", "2026-10")),
        ("2027-01-31", 0, ("2027-01", "2026-12")),
    ],
)
def test_months_to_ask_about_are_over_and_hold_a_day_not_too_long_ago(
    day: str, maximum_age: int, months: tuple[str, str]
) -> None:
    assert months_to_ask_about(date.fromisoformat(day), maximum_age) == months
