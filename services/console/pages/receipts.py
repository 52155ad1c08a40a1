"""Letters that were handed over, and whose receipt is missing: a person is asked, for none is ever sent again."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from starlette.responses import Response

from services.console.acts import unknown_wave
from services.console.domain.account import Wave
from services.console.store import receipts, requests
from services.console.visits import Visit
from shared.events import letter_id
from shared.runtime import now, reading
from shared.surveys import Surveys

SHOWN_AT_ONCE = 200


async def show(visit: Visit) -> Response:
    wave = visit.request.path_params["wave"]
    hours = allowed_hours(wave, visit.ground.surveys)
    async with reading() as tx:
        if hours is None or await requests.wanted(tx, wave) is None:
            raise unknown_wave(wave)
        found = await receipts.overdue_letters(tx, wave, now() - timedelta(hours=hours), SHOWN_AT_ONCE)
    return visit.page(
        "receipts",
        f"Letters of {wave} without a receipt",
        wave=wave,
        hours=hours,
        letters=[{**one, "id": letter_id(one["invitation"], one["number"])} for one in found],
        total=found[0]["found"] if found else 0,
    )


def latest_without(waves: Iterable[Wave], surveys: Surveys) -> dict[str, datetime]:
    """Wave -> the moment up to which whatever was handed over should have its receipt by now."""
    allowed = {wave.wave: allowed_hours(wave.wave, surveys) for wave in waves}
    return {wave: now() - timedelta(hours=hours) for wave, hours in allowed.items() if hours is not None}


def allowed_hours(wave: str, surveys: Surveys) -> int | None:
    """None for a wave of a survey that nobody has defined here."""
    survey = surveys.get(wave[:-8])
    return survey.letters.overdue_after_hours if survey else None
