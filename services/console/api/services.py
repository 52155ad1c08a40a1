"""The services themselves: what waits before them, what is stuck in them, and the word to go on."""

from typing import Annotated, Any

from fastapi import APIRouter, Query
from pydantic import BaseModel, Field

from services.console import queues
from services.console.api.dependencies import Caller, CurrentContext
from services.console.commands import stuck_work
from services.console.commands.reasons import LONGEST_REASON
from services.console.commands.services import MOST_FAILURES
from services.console.commands.services import resume as resume_service
from services.console.commands.stuck_work import StuckItems
from services.console.queues import ServiceQueues, StuckQueue

router = APIRouter(prefix="/api", tags=["services"])
Name = Annotated[str, Field(pattern=r"^[A-Za-z0-9._-]{1,100}$")]


class Resumed(BaseModel):
    service: str
    work: str | None


class StuckInService(StuckQueue):
    service: str


class ToRetry(BaseModel, extra="forbid"):
    """Which stuck items: those with these keys and this reason; where one is missing, all of the work."""

    work: Name
    reason: Name | None = None
    keys: list[str] | None = Field(None, max_length=10_000)


class ToLeave(ToRetry):
    because: str = Field(
        min_length=1, max_length=LONGEST_REASON, pattern=r"^[^\p{Cc}]*$", description="Why, in a sentence."
    )


class Count(BaseModel):
    count: int


@router.get("/queues")
async def all_queues(context: CurrentContext) -> list[ServiceQueues]:
    """What waits before, in and behind every service, and for how long. None is left out."""
    return queues.queues((await context.monitor.snapshot()).services.values())


@router.post("/services/{service}/resume", status_code=202)
async def resume(
    service: str,
    context: CurrentContext,
    by: Caller,
    work: Annotated[Name | None, Query()] = None,
    set_aside: Annotated[int, Query(ge=0, le=MOST_FAILURES)] = 0,
) -> Resumed:
    """Lets a service go on that stopped itself, or one work of it that did.

    `set_aside` is how many failures are no reason to stop again.
    """
    await resume_service(service, context, work, set_aside, by)
    return Resumed(service=service, work=work)


@router.get("/stuck")
async def all_stuck(
    context: CurrentContext,
    work: Annotated[Name | None, Query()] = None,
    reason: Annotated[Name | None, Query()] = None,
) -> list[StuckInService]:
    """What is stuck in all services, by work and reason."""
    found = queues.queues((await context.monitor.snapshot()).services.values())
    return [
        StuckInService(service=service.service, **group.model_dump())
        for service in found
        for group in service.stuck
        if work in (None, group.work) and reason in (None, group.reason)
    ]


@router.get("/stuck/{service}")
async def stuck(
    service: str,
    context: CurrentContext,
    work: Annotated[Name, Query()],
    reason: Annotated[Name | None, Query()] = None,
    after: str | None = None,
) -> list[dict[str, Any]]:
    """A page of the stuck items of one work: key, reason, detail, since. `after`: the last key of the page before."""
    return list(await stuck_work.browse(StuckItems(service=service, work=work, reason=reason), after, context))


@router.post("/stuck/{service}/retry", status_code=202)
async def retry(service: str, chosen: ToRetry, context: CurrentContext, by: Caller) -> Count:
    """Has stuck items tried again."""
    return Count(count=await stuck_work.retry(StuckItems(service=service, **chosen.model_dump()), context, by))


@router.post("/stuck/{service}/leave", status_code=202)
async def leave(service: str, chosen: ToLeave, context: CurrentContext, by: Caller) -> Count:
    """Leaves stuck items as they are: nothing more is done about them, and they need nobody any more."""
    items = StuckItems(service=service, **chosen.model_dump(exclude={"because"}))
    return Count(count=await stuck_work.leave(items, chosen.because, context, by))
