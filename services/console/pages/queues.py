"""What waits before, in and behind every service, and the word to go on."""

from itertools import chain
from typing import Any

from starlette.responses import Response

from services.console.commands.services import MOST_FAILURES, unknown_service
from services.console.commands.services import resume as resume_service
from services.console.domain.problem import Problem
from services.console.domain.service_alerts import troubles
from services.console.domain.service_status import ServiceStatus
from services.console.domain.words import spaced
from services.console.monitor import Snapshot, rates
from services.console.page_request import PageRequest
from services.console.rendering import redirect
from services.console.store import audit
from shared.runtime import reading

LATEST = 5


async def show(request: PageRequest) -> Response:
    earlier, later = await request.context.monitor.two_snapshots()
    services = list(later.services.values())
    async with reading() as tx:
        resumed = await audit.latest(tx, LATEST, ["resume"])
    return request.render(
        "queues",
        "Queues",
        services=services,
        troubles=sorted(chain.from_iterable(map(troubles, services)), key=lambda trouble: trouble.cause),
        halted=[(service.name, work) for service in services for work in _halted(service)],
        lags=[line for service in services for line in _lags(service, earlier, later)],
        seconds=later.at - earlier.at,
        resumed=resumed,
    )


async def confirm(request: PageRequest) -> Response:
    name, work = request.http.path_params["service"], request.query("work")
    service = (await request.context.monitor.snapshot()).services.get(name)
    if service is None:
        raise unknown_service(request.context)
    why = _halted(service).get(work)
    if why is None:
        raise _not_halted(service, work)
    subject = f"{name} go on with {spaced(work)}" if work else f"{name} go on"
    return request.render("resume", f"Let {subject}?", halted=why, work=work, failures=0 if work else 100)


async def resume(request: PageRequest) -> Response:
    failures, work = request.field("failures"), request.field("work") or None
    allowed = min(int(failures), MOST_FAILURES) if failures.isascii() and failures.isdigit() else 0
    service = request.http.path_params["service"]
    await resume_service(service, request.context, work, allowed, request.operator)
    return redirect("/queues")


def _halted(service: ServiceStatus) -> dict[str | None, str]:
    """Work that can be told to go on -> why it stopped itself. None: the service's consuming."""
    found: dict[str | None, str] = {None: service.halted} if service.halted else {}
    return found | {halt.work: halt.because for halt in service.halts}


def _not_halted(service: ServiceStatus, work: str | None) -> Problem:
    otherwise = f"has not halted {spaced(work)}" if work else "has not stopped itself"
    return Problem(
        409,
        f"{service.name} {service.unreachable or otherwise}",
        expected="a service that runs and has stopped itself",
        what_to_do="look at the queues",
    )


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
