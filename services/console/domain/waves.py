"""What may be asked of a wave."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Literal

from shared.events import Wanted

Asked = Literal["start", "pause", "resume", "stop"]

WAVE_LIFE: Mapping[tuple[Wanted | None, Asked], Wanted] = {
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
"""(what is wanted of the wave, what the operator asks) -> what is wanted then. What is not here is refused.

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
