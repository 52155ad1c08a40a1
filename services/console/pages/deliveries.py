"""Every register extract that was read, and every delivery that was not taken."""

from starlette.responses import Response

from services.console.commands.refused_deliveries import leave_delivery, nothing_to_leave
from services.console.page_request import PageRequest
from services.console.rendering import redirect
from services.console.store import accounts, waves
from shared.runtime import reading


async def show(request: PageRequest) -> Response:
    async with reading() as tx:
        read = await accounts.read_deliveries(tx)
        refused = await accounts.refused_deliveries(tx)
        pinned = await waves.pinned_deliveries(tx)
    return request.render("deliveries", "Deliveries", read=read, refused=refused, pinned=pinned)


async def confirm(request: PageRequest) -> Response:
    manifest = request.query("manifest") or ""
    async with reading() as tx:
        if manifest not in {delivery["manifest"] for delivery in await accounts.refused_and_waiting(tx)}:
            raise nothing_to_leave()
    return request.render(
        "confirm",
        f"Leave {manifest}?",
        text="It was not taken, and stays on the list with its reason; nobody is asked to see to it any more.",
        button="Leave it",
        fields=[("manifest", manifest)],
        back="/deliveries",
        grave=False,
    )


async def leave(request: PageRequest) -> Response:
    await leave_delivery(request.field("manifest"), request.operator)
    return redirect("/deliveries")
