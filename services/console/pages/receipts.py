"""Letters that were handed over, and whose receipt is missing: a person is asked, for none is ever sent again."""

from datetime import timedelta

from starlette.responses import Response

from services.console.commands.wave_requests import unknown_wave
from services.console.domain.waves import receipt_hours
from services.console.page_request import PageRequest
from services.console.store import receipts, requests
from shared.events import letter_id
from shared.runtime import now, reading

SHOWN_AT_ONCE = 200


async def show(request: PageRequest) -> Response:
    wave = request.http.path_params["wave"]
    hours = receipt_hours(wave, request.context.surveys)
    async with reading() as tx:
        if hours is None or await requests.wanted(tx, wave) is None:
            raise unknown_wave(wave)
        found = await receipts.overdue_letters(tx, wave, now() - timedelta(hours=hours), SHOWN_AT_ONCE)
    return request.render(
        "receipts",
        f"Letters of {wave} without a receipt",
        wave=wave,
        hours=hours,
        letters=[{**letter, "id": letter_id(letter["invitation"], letter["number"])} for letter in found],
        total=found[0]["found"] if found else 0,
    )
