"""Every register extract that was read, and every delivery that was not taken."""

from starlette.responses import Response

from services.console.store import accounts, waves
from services.console.visits import Visit
from shared.runtime import reading


async def show(visit: Visit) -> Response:
    async with reading() as tx:
        read = await accounts.read_deliveries(tx)
        refused = await accounts.refused_deliveries(tx)
        grounds = await waves.grounds(tx)
    return visit.page("deliveries", "Deliveries", read=read, refused=refused, grounds=grounds)
