"""Every register extract that was read, and every delivery that was not taken."""

from starlette.responses import Response

from services.console import aside
from services.console.rendering import go_to
from services.console.store import accounts, waves
from services.console.visits import Visit
from shared.runtime import reading


async def show(visit: Visit) -> Response:
    async with reading() as tx:
        read = await accounts.read_deliveries(tx)
        refused = await accounts.refused_deliveries(tx)
        grounds = await waves.grounds(tx)
    return visit.page("deliveries", "Deliveries", read=read, refused=refused, grounds=grounds)


async def confirm(visit: Visit) -> Response:
    manifest = visit.asked("manifest") or ""
    async with reading() as tx:
        if manifest not in {one["manifest"] for one in await accounts.refused_and_waiting(tx)}:
            raise aside.nothing_to_leave()
    return visit.page(
        "confirm",
        f"Leave {manifest}?",
        text="It was not taken, and stays on the list with its reason; nobody is asked to see to it any more.",
        button="Leave it",
        fields=[("manifest", manifest)],
        back="/deliveries",
        grave=False,
    )


async def leave(visit: Visit) -> Response:
    await aside.leave_delivery(visit.sent("manifest"), visit.operator)
    return go_to("/deliveries")
