"""Telling a service that stopped itself to go on."""

from services.console import internal_api
from services.console.context import Context
from services.console.domain.problem import Problem
from services.console.internal_api import DoesNotAnswer, NotHalted
from services.console.store import audit
from shared.runtime import now, transaction

MOST_FAILURES = 100_000
"""That a service may be allowed before it stops itself again: so that no slip of the hand allows all."""


async def resume(service: str, context: Context, failures: int, by: str) -> None:
    """Lets a service go on that stopped itself; `failures` more are then no reason to stop again.

    Who asked is recorded before the service is told, so that there is an audit entry whatever happens then.
    """
    if service not in context.services:
        raise unknown_service(context)
    async with transaction() as tx:
        entry = await audit.add(tx, by, now(), "resume", service, failures)
    try:
        await internal_api.resume(context.services[service], context.key, failures)
    except NotHalted as refusal:
        await _record_failure(entry, str(refusal))
        raise _not_halted(service, refusal) from refusal
    except DoesNotAnswer as silence:
        await _record_failure(entry, str(silence))
        raise Problem(
            502,
            f"{service} could not be told to go on: {silence}",
            expected=f"a running {service} that has the console's key",
            what_to_do=f"look into {service}'s log, start it, and ask again",
        ) from silence


def _not_halted(service: str, refusal: NotHalted) -> Problem:
    return Problem(
        409,
        f"{service} was not told to go on: {refusal}",
        expected="a service that has stopped itself because too many records failed",
        what_to_do="look at the queues; one that stands before a wrong log goes on when it is started anew",
    )


async def _record_failure(entry: int, why: str) -> None:
    async with transaction() as tx:
        await audit.record_failure(tx, entry, why)


def unknown_service(context: Context) -> Problem:
    return Problem(
        404,
        "there is no service of that name",
        expected=f"one of: {', '.join(sorted(context.services))}",
        what_to_do="choose one of them",
    )
