"""A wave as a funnel, and about when it ends."""

from datetime import timedelta
from typing import Any

from services.console.domain.account import Wave
from services.console.domain.funnel import about_ends, funnel
from shared import surveys
from tests.support.builders import STARTED_AT, WAVE

SURVEY = surveys.load()["lup-somatik"]
CLOSES_AFTER = timedelta(days=SURVEY.reminders.close_after_days)


def a_wave(**fields: Any) -> Wave:
    made_up = {"wave": WAVE, "survey": "lup-somatik", "month": "2026-10", "wanted": "running", "started_at": STARTED_AT}
    return Wave.model_validate({**made_up, "selected": True, "deliveries": [], **fields})


def test_each_stage_is_a_share_of_all_who_were_drawn() -> None:
    wave = a_wave(included=200, cleared=150, delivered=100, complete=40, declined=10)
    assert [(stage.word, stage.many, stage.share) for stage in funnel(wave)] == [
        ("included", 200, 100.0),
        ("cleared", 150, 75.0),
        ("delivered", 100, 50.0),
        ("answered", 40, 20.0),
        ("closed", 50, 25.0),
    ]


def test_a_wave_of_nobody_has_no_share_of_anything() -> None:
    assert {stage.share for stage in funnel(a_wave())} == {0.0}


def test_a_wave_ends_about_as_long_after_its_last_hand_over_as_its_survey_stays_open() -> None:
    handed_over = STARTED_AT + timedelta(days=4)
    assert about_ends(a_wave(in_flight=1), SURVEY, handed_over) == handed_over + CLOSES_AFTER


def test_before_any_hand_over_it_is_reckoned_from_the_start() -> None:
    assert about_ends(a_wave(in_flight=1), SURVEY, None) == STARTED_AT + CLOSES_AFTER


def test_of_a_wave_that_has_ended_or_whose_survey_is_unknown_nothing_is_reckoned() -> None:
    assert about_ends(a_wave(), SURVEY, STARTED_AT) is None
    assert about_ends(a_wave(in_flight=1), None, STARTED_AT) is None
