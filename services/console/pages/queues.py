"""What waits before, in and behind every service, and the word to go on."""

from typing import Any

from starlette.responses import Response

from services.console import acts
from services.console.domain.problem import Problem
from services.console.domain.service import Service
from services.console.rendering import go_to
from services.console.store import trail
from services.console.visits import Visit
from services.console.watch import Look, pace
from shared.runtime import reading

LATEST = 5


async def show(visit: Visit) -> Response:
    earlier, later = await visit.ground.watch.two_looks()
    async with reading() as tx:
        resumed = await trail.latest(tx, LATEST, ["resume"])
    return visit.page(
        "queues",
        "Queues",
        services=list(later.services.values()),
        readings=[line for one in later.services.values() for line in _readings(one, earlier, later)],
        seconds=later.at - earlier.at,
        resumed=resumed,
    )


async def confirm(visit: Visit) -> Response:
    name = visit.request.path_params["service"]
    one = (await visit.ground.watch.look()).services.get(name)
    if one is None:
        raise acts.unknown_service(visit.ground)
    if not one.halted:
        raise Problem(
            409,
            f"{name} {one.away or 'has not stopped itself'}",
            expected="a service that runs and has stopped itself",
            what_to_do="look at the queues",
        )
    return visit.page("resume", f"Let {name} go on?", halted=one.halted, failures=100)


async def resume(visit: Visit) -> Response:
    failures = visit.sent("failures")
    allowed = min(int(failures), acts.MOST_FAILURES) if failures.isascii() and failures.isdigit() else 0
    await acts.resume(visit.request.path_params["service"], visit.ground, allowed, visit.operator)
    return go_to("/queues")


def _readings(one: Service, earlier: Look, later: Look) -> list[dict[str, Any]]:
    return [
        {
            "service": one.name,
            "away": one.away,
            "reading": reading,
            "pace": pace(earlier, later, one.name, reading.topic),
        }
        for reading in one.reads
    ]
