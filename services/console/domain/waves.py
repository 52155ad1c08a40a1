"""What may be done to a wave, and when its receipts are due."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta
from typing import Literal

from services.console.domain.account import Wave
from shared.events import Wanted
from shared.surveys import Surveys

WaveAction = Literal["start", "pause", "resume", "stop"]

TRANSITIONS: Mapping[tuple[Wanted | None, WaveAction], Wanted] = {
    (None, "start"): "running",
    ("running", "start"): "running",
    ("running", "pause"): "paused",
    ("running", "resume"): "running",
    ("running", "stop"): "stopped",
    ("paused", "pause"): "paused",
    ("paused", "resume"): "running",
    ("paused", "stop"): "stopped",
    ("stopped", "stop"): "stopped",
}
"""(what is wanted of the wave, what the operator does) -> what is wanted then. What is not here is refused.

A wave that is stopped never resumes: of its letters some are handed over and the others ended for good.
"""


def wave_name(survey: str, month: str) -> str:
    return f"{survey}-{month}"


def month_of(day: date) -> str:
    """`2026-10`"""
    return f"{day:%Y-%m}"


def month_before(day: date) -> str:
    """The latest month that is over."""
    return month_of(day.replace(day=1) - timedelta(days=1))


def months_to_ask_about(day: date, maximum_age: int) -> tuple[str, str]:
    """The first and the last month of which a wave that starts on that day may ask.

    Before the first every contact is older than `maximum_age` days, so nobody would be included. A month that is not
    over is not delivered whole, and a wave asks nobody about what comes after it began.
    """
    return month_of(day - timedelta(days=maximum_age)), month_before(day)


def receipts_due_before(waves: Iterable[Wave], surveys: Surveys, now: datetime) -> dict[str, datetime]:
    """Wave -> the moment up to which whatever was handed over should have its receipt by now."""
    allowed = {wave.wave: receipt_hours(wave.wave, surveys) for wave in waves}
    return {wave: now - timedelta(hours=hours) for wave, hours in allowed.items() if hours is not None}


def receipt_hours(wave: str, surveys: Surveys) -> int | None:
    """Hours that a receipt may take. None for a wave of a survey that nobody has defined here."""
    survey = surveys.get(wave[:-8])
    return survey.letters.overdue_after_hours if survey else None
