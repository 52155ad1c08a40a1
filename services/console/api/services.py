"""The services themselves: what waits before each of them, and the word to go on."""

from typing import Annotated

from fastapi import APIRouter, Query
from pydantic import BaseModel

from services.console import queues
from services.console.api.dependencies import Caller, CurrentContext
from services.console.commands.resuming import MOST_FAILURES
from services.console.commands.resuming import resume as resume_service
from services.console.queues import Queue

router = APIRouter(prefix="/api", tags=["services"])


class Resumed(BaseModel):
    service: str


@router.get("/queues")
async def all_queues(context: CurrentContext) -> list[Queue]:
    """How many records wait before and behind every service, and for how long. None is left out."""
    return queues.queues((await context.monitor.snapshot()).services.values())


@router.post("/services/{service}/resume", status_code=202)
async def resume(
    service: str, context: CurrentContext, by: Caller, set_aside: Annotated[int, Query(ge=0, le=MOST_FAILURES)] = 0
) -> Resumed:
    """Lets a service go on that stopped itself; `set_aside` is how many failures are no reason to stop again."""
    await resume_service(service, context, set_aside, by)
    return Resumed(service=service)
