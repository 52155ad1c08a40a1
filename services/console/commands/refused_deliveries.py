"""What operators do about deliveries that were not taken: leave them as they are."""

from services.console.domain.problem import Problem
from services.console.store import accounts, audit
from shared.runtime import now, transaction


async def leave_delivery(manifest: str, by: str) -> None:
    """A delivery that was not taken needs nobody any more, and stays on the list."""
    async with transaction() as tx:
        if not await accounts.leave_delivery(tx, manifest, now(), by):
            raise nothing_to_leave()
        await audit.add(tx, by, now(), "leave_delivery", manifest)


def nothing_to_leave() -> Problem:
    return Problem(
        404,
        "no delivery of that manifest waits for anybody",
        expected="the manifest of a delivery that was not taken, and that nobody left yet",
        what_to_do="look at the list of deliveries",
    )
