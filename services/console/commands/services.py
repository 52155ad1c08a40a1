"""What an operator has a service do. Recorded before it is asked, so that the audit trail has whatever happens."""

from services.console.context import Context
from services.console.domain.problem import Problem
from services.console.internal_api import DoesNotAnswer, InternalApi, NotHalted
from services.console.store import audit
from shared.runtime import now, transaction

MOST_FAILURES = 100_000
"""That a service may be allowed before it stops itself again: so that no slip of the hand allows all."""


async def resume(service: str, context: Context, work: str | None, failures: int, by: str) -> None:
    """Lets a service, or one work of it, go on that stopped itself.

    `failures` more are then no reason to stop again.
    """
    api = internal_api_of(service, context)
    about = f"{service} {work}" if work else service
    async with transaction() as tx:
        entry = await audit.add(tx, by, now(), "resume", about, failures)
    try:
        await api.resume(work, failures)
    except NotHalted as refusal:
        await record_failure(entry, str(refusal))
        raise _not_halted(service, refusal) from refusal
    except DoesNotAnswer as silence:
        await record_failure(entry, str(silence))
        raise not_told(service, silence) from silence


def internal_api_of(service: str, context: Context) -> InternalApi:
    """Raises Problem for a service that nobody knows."""
    if service not in context.services:
        raise unknown_service(context)
    return InternalApi(context.services[service], context.key)


async def record_failure(entry: int, why: str) -> None:
    async with transaction() as tx:
        await audit.record_failure(tx, entry, why)


def not_told(service: str, silence: DoesNotAnswer) -> Problem:
    return Problem(
        502,
        f"{service} could not be asked: {silence}",
        expected=f"a running {service} that has the console's key",
        what_to_do=f"look into {service}'s log, start it, and ask again",
    )


def unknown_service(context: Context) -> Problem:
    return Problem(
        404,
        "there is no service of that name",
        expected=f"one of: {', '.join(sorted(context.services))}",
        what_to_do="choose one of them",
    )


def _not_halted(service: str, refusal: NotHalted) -> Problem:
    return Problem(
        409,
        f"{service} was not told to go on: {refusal}",
        expected="a service that has stopped itself because too much failed",
        what_to_do="look at the queues; one that stands before a wrong log goes on when it is started anew",
    )
