"""The audit trail: who did what."""

from starlette.responses import Response

from services.console.page_request import PageRequest
from services.console.store import audit
from shared.runtime import reading

SHOWN = 200


async def show(request: PageRequest) -> Response:
    async with reading() as tx:
        entries = await audit.latest(tx, SHOWN)
    return request.render("trail", "Who did what", entries=entries, shown=SHOWN)
