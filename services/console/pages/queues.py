"""What waits before, in and behind every service, and the word to go on."""

from typing import Any

from starlette.responses import Response

from services.console.commands.resuming import MOST_FAILURES, unknown_service
from services.console.commands.resuming import resume as resume_service
from services.console.domain.problem import Problem
from services.console.domain.service_status import ServiceStatus
from services.console.monitor import Snapshot, rates
from services.console.page_request import PageRequest
from services.console.rendering import redirect
from services.console.store import audit
from shared.runtime import reading

LATEST = 5


async def show(request: PageRequest) -> Response:
    earlier, later = await request.context.monitor.two_snapshots()
    async with reading() as tx:
        resumed = await audit.latest(tx, LATEST, ["resume"])
    return request.render(
        "queues",
        "Queues",
        services=list(later.services.values()),
        lags=[line for service in later.services.values() for line in _lags(service, earlier, later)],
        seconds=later.at - earlier.at,
        resumed=resumed,
    )


async def confirm(request: PageRequest) -> Response:
    name = request.http.path_params["service"]
    service = (await request.context.monitor.snapshot()).services.get(name)
    if service is None:
        raise unknown_service(request.context)
    if not service.halted:
        raise Problem(
            409,
            f"{name} {service.unreachable or 'has not stopped itself'}",
            expected="a service that runs and has stopped itself",
            what_to_do="look at the queues",
        )
    return request.render("resume", f"Let {name} go on?", halted=service.halted, failures=100)


async def resume(request: PageRequest) -> Response:
    failures = request.field("failures")
    allowed = min(int(failures), MOST_FAILURES) if failures.isascii() and failures.isdigit() else 0
    await resume_service(request.http.path_params["service"], request.context, allowed, request.operator)
    return redirect("/queues")


def _lags(service: ServiceStatus, earlier: Snapshot, later: Snapshot) -> list[dict[str, Any]]:
    return [
        {
            "service": service.name,
            "unreachable": service.unreachable,
            "lag": topic,
            "rates": rates(earlier, later, service.name, topic.topic),
        }
        for topic in service.reads
    ]
