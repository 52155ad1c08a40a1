"""Who did what."""

from starlette.responses import Response

from services.console.store import trail
from services.console.visits import Visit
from shared.runtime import reading

SHOWN = 200


async def show(visit: Visit) -> Response:
    async with reading() as tx:
        acts = await trail.latest(tx, SHOWN)
    return visit.page("trail", "Who did what", acts=acts, shown=SHOWN)
