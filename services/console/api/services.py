"""The services themselves: what waits before each of them, and the word to go on."""

from typing import Annotated

from fastapi import APIRouter, Query
from pydantic import BaseModel

from services.console import queues
from services.console.api.ground import Grounded
from services.console.api.problems import Problem
from services.console.queues import DoesNotAnswer, Queue

router = APIRouter(prefix="/api", tags=["services"])


class Resumed(BaseModel):
    service: str


@router.get("/queues")
async def all_queues(stands: Grounded) -> list[Queue]:
    """How many records wait before and behind every service, and for how long. None is left out."""
    return await queues.queues(stands.services)


@router.post("/services/{service}/resume", status_code=202)
async def resume(service: str, stands: Grounded, set_aside: Annotated[int, Query(ge=0)] = 0) -> Resumed:
    """Lets a service go on that stopped itself; `set_aside` is how many failures are no reason to stop again."""
    if service not in stands.services:
        raise Problem(
            404,
            "there is no service of that name",
            expected=f"one of: {', '.join(sorted(stands.services))}",
            what_to_do="choose one of them",
        )
    try:
        await queues.resume(stands.services[service], stands.key, set_aside)
    except DoesNotAnswer as silence:
        raise Problem(
            502,
            f"{service} could not be told to go on: {silence}",
            expected=f"a running {service} that has the console's key",
            what_to_do=f"look into {service}'s log, start it, and ask again",
        ) from silence
    return Resumed(service=service)
